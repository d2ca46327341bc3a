"""Many decisions at once: what was shown is what is decided, each piece with a row of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from approvals import acts
from approvals.audit import verify
from approvals.bulk import Batch, BatchDecision, batch_of, decide_batch
from approvals.database import reading
from approvals.deciding import Answer
from approvals.editing import edit
from approvals.filters import Filter
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.condition import Condition
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.lender import Lender, Person
from tests.approvals.gate import (
    AT,
    LATER,
    LENDER,
    STAFFED,
    Rules,
    a_piece,
    approve,
    by_hand,
    gate_of,
    reject,
    start,
    status_of,
    submit,
    with_rate,
)
from tests.databases import one_engine

WAITING = Filter(run="run-1")
NAMES = ("one", "two", "three")


@pytest.fixture
def busy(engine: Engine) -> Engine:
    """Three pieces that wait in one run, one that is blocked, and one that waits in another."""
    start(engine)
    start(engine, "run-2")
    for name in NAMES:
        submit(engine, a_piece(name))
    submit(engine, a_piece("loud", body="guaranteed"))
    submit(engine, a_piece("other"), run_id="run-2")
    return engine


def decide(
    engine: Engine,
    answer: Answer = "approve",
    wanted: Filter = WAITING,
    *,
    batch: Batch | None = None,
    lender: Lender = LENDER,
    rules: Rules | None = None,
    **more: Any,
) -> BatchDecision:
    shown = batch or batch_of(engine, wanted)
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, **more}
    return decide_batch(gate_of(engine, rules, lender), wanted, answer, digest=shown.digest, **asked)


def last_batch(engine: Engine) -> dict[str, Any]:
    import json

    with reading(engine) as session:
        rows = session.execute(
            text("SELECT details FROM audit_events WHERE event = 'batch.decided' ORDER BY seq")
        ).scalars()
        found: dict[str, Any] = json.loads(list(rows)[-1])
        return found


def test_what_is_shown_is_what_waits_and_fits(busy: Engine):
    batch = batch_of(busy, WAITING)
    assert (batch.pieces, batch.count, batch.classes) == (NAMES, 3, 1)
    assert batch_of(busy, Filter()).count == 4, "blocked pieces are listed and never decided"
    assert batch_of(busy, Filter(run="run-1", statuses=(Status.BLOCKED,))).pieces == NAMES


def test_each_piece_has_its_decision_its_release_and_its_row(busy: Engine):
    before = verify(busy).events
    done = decide(busy, reason="All exact.")
    assert [one.piece_id for one in done.decided] == list(NAMES)
    assert done.refused == ()
    for name in NAMES:
        stored = load_piece(busy, name)
        assert stored.status is Status.APPROVED
        assert stored.decision is not None
        assert stored.decision.content_hash == stored.piece.content_hash
        assert history(busy, name)[-1].details["content_hash"] == stored.content_hash
    assert {due.piece.piece_id for due in releases_due(busy)} == set(NAMES)
    report = verify(busy)
    assert report.verified
    assert report.events == before + 3 + 1, "one row each, and one for the batch"
    told = last_batch(busy)
    assert (told["decided"], told["refused"], told["pieces"], told["reason"]) == (3, 0, 3, "All exact.")
    assert told["filter"] == "pending, run run-1"
    assert status_of(busy, "other") is Status.PENDING
    assert status_of(busy, "loud") is Status.BLOCKED


@pytest.mark.parametrize(("answer", "status"), [("reject", Status.REJECTED), ("return", Status.RETURNED)])
@one_engine
def test_a_no_to_many_carries_its_reason_to_each(busy: Engine, answer: Answer, status: Status):
    done = decide(busy, answer, reason="Too  loud,\nall of it.")
    assert {one.reason for one in done.decided} == {"Too loud, all of it."}
    assert {status_of(busy, name) for name in NAMES} == {status}
    assert releases_due(busy) == ()


def test_a_condition_binds_each(busy: Engine):
    decide(busy, condition=Condition(low=6, high=6.25, before=LATER))
    assert {status_of(busy, name) for name in NAMES} == {Status.APPROVED_CONDITIONALLY}


# between showing and deciding

MEANWHILE: dict[str, Callable[[Engine], object]] = {
    "came": lambda engine: submit(engine, a_piece("four")),
    "went": lambda engine: acts.withdraw(gate_of(engine), "two", by="Max Orr", at=AT, reason="Not now."),
    "was decided": lambda engine: approve(engine, "two"),
    "was turned down": lambda engine: reject(engine, "two"),
    "was edited": lambda engine: edit(gate_of(engine), "two", {"body": "Write to us."}, by="Max Orr", at=AT),
    "has a new revision": lambda engine: submit(engine, a_piece("two", revision=2)),
    "is warned of now": lambda engine: acts.rescreen(
        gate_of(engine, Rules(warns={"Talk"})), "two", by="Ada Stone", at=AT
    ),
    "is blocked now": lambda engine: acts.rescreen(
        gate_of(engine, Rules(blocks={"Talk"})), "two", by="Ada Stone", at=AT
    ),
    "was screened under other rules": lambda engine: acts.rescreen(
        gate_of(engine, Rules(version="pack-2")), "two", by="Ada Stone", at=AT
    ),
    "was changed by hand": lambda engine: by_hand(
        engine, "UPDATE pieces SET content_hash = 'x' WHERE piece_id = 'two'"
    ),
}


@one_engine
@pytest.mark.parametrize("meanwhile", list(MEANWHILE))
def test_nobody_decides_on_what_they_did_not_see(busy: Engine, meanwhile: str):
    shown = batch_of(busy, WAITING)
    MEANWHILE[meanwhile](busy)
    assert batch_of(busy, WAITING).digest != shown.digest
    before = verify(busy).events
    for answer in ("approve", "reject", "return"):
        with pytest.raises(Refused) as stopped:
            decide(busy, answer, batch=shown, reason="As shown.")
        assert stopped.value.fact.startswith("What waits is no longer what was shown: ")
        assert stopped.value.remedy == "Look at it again."
    assert verify(busy).events == before
    assert {status_of(busy, name) for name in ("one", "three")} == {Status.PENDING}


def test_what_happens_to_others_is_nobodys_concern(busy: Engine):
    shown = batch_of(busy, WAITING)
    approve(busy, "other")
    submit(busy, a_piece("more"), run_id="run-2")
    acts.remark(gate_of(busy), "two", "I like it.", by="Max Orr", at=AT)
    assert len(decide(busy, batch=shown).decided) == 3


@one_engine
@pytest.mark.parametrize("digest", ["", "0" * 32])
def test_a_digest_of_nothing_decides_nothing(busy: Engine, digest: str):
    with pytest.raises(Refused, match="no longer what was shown"):
        decide(busy, batch=Batch(digest=digest, pieces=(), classes=0))
    assert {status_of(busy, name) for name in NAMES} == {Status.PENDING}


def test_a_batch_is_decided_once(busy: Engine):
    shown = batch_of(busy, WAITING)
    decide(busy, batch=shown)
    with pytest.raises(Refused, match="Nothing waits that is pending, run run-1"):
        decide(busy, batch=shown)


# pieces that cannot be answered so


def test_one_piece_that_cannot_be_is_left_alone_and_the_others_go_on(busy: Engine):
    submit(busy, a_piece("mine", authors=("Ruth Calder",)))
    submit(busy, with_rate("old", valid_until=AT - timedelta(hours=1)))
    by_hand(busy, "UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk') WHERE piece_id = 'two'")
    done = decide(busy)
    assert [one.piece_id for one in done.decided] == ["one", "three"]
    refused = {one.piece_id: one.fact for one in done.refused}
    assert refused == {
        "two": "Cannot approve `two rev 1`: its stored record was changed after it was screened.",
        "mine": "Cannot approve `mine rev 1`: you wrote this revision.",
        "old": "Cannot approve `old rev 1`: its `rate` (6.125%) held until 2026-02-26 16:00 UTC.",
    }
    assert all(one.remedy for one in done.refused)
    assert {status_of(busy, name) for name in refused} == {Status.PENDING}
    assert (last_batch(busy)["decided"], last_batch(busy)["refused"]) == (2, 3)
    assert {due.piece.piece_id for due in releases_due(busy)} == {"one", "three"}
    assert verify(busy).verified


def test_news_of_newer_rules_stops_the_pieces_they_speak_of(busy: Engine):
    submit(busy, a_piece("walker", body="Walk in."))
    newer = Rules(version="pack-2", warns={"Walk"}, blocks={"guaranteed"})
    done = decide(busy, rules=newer)
    assert [one.piece_id for one in done.decided] == list(NAMES)
    assert [one.piece_id for one in done.refused] == ["walker"]
    stored = load_piece(busy, "walker")
    assert (stored.status, stored.verdict, stored.pack_version) == (Status.PENDING, "warn", "pack-2")
    assert [one.piece_id for one in decide(busy, rules=newer).decided] == ["walker"]


def test_whoever_may_not_decide_decides_nothing_and_writes_nothing(busy: Engine):
    before = verify(busy).events
    with pytest.raises(NotPermitted, match=f"Cannot approve `{len(NAMES)} pieces`: `Max Orr` has the role"):
        decide(busy, by="Max Orr", lender=STAFFED)
    with pytest.raises(NotPermitted, match="`Ann Stray` is not among the people"):
        decide(busy, by="Ann Stray", lender=STAFFED)
    assert verify(busy).events == before


@one_engine
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"answer": "reject", "reason": " . "}, "Rejecting `pending, run run-1` needs a reason"),
        ({"answer": "return", "reason": ""}, "Returning `pending, run run-1` needs a reason"),
        ({"condition": Condition(low=6, high=7, before=AT)}, "The deadline 2026-02-26 17:00 UTC has passed"),
        ({"by": " "}, "names nobody"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_decided(busy: Engine, more: dict[str, Any], said: str):
    before = verify(busy).events
    with pytest.raises(BadInput, match=said):
        decide(busy, **more)
    assert verify(busy).events == before


def test_the_first_of_two_approvals_can_be_given_to_many(busy: Engine):
    people = (*STAFFED.people, Person(name="Ada Stone", role="admin"))
    pairs = LENDER.model_copy(update={"people": people, "approvals": (ApprovalRule(name="Pairs", people=2),)})
    first = decide(busy, lender=pairs)
    assert {one.settles for one in first.decided} == {False}
    assert releases_due(busy) == ()
    again = decide(busy, lender=pairs)
    assert again.decided == ()
    assert len(again.refused) == 3
    assert {one.settles for one in decide(busy, lender=pairs, by="Ada Stone").decided} == {True}
    assert len(releases_due(busy)) == 3


def test_a_process_that_ends_in_the_middle_leaves_nothing_decided(busy: Engine):
    class Ends(Rules):
        def screen(self, piece: Any, at: Any) -> Any:
            if piece.piece_id == "three":
                raise SystemExit
            return super().screen(piece, at)

    before = verify(busy).events
    with pytest.raises(SystemExit):
        decide(busy, rules=Ends(version="pack-2"))
    assert {status_of(busy, name) for name in NAMES} == {Status.PENDING}
    assert verify(busy).events == before
    assert releases_due(busy) == ()


@one_engine
def test_every_one_of_many_has_a_row(engine: Engine):
    start(engine)
    for number in range(150):
        submit(engine, a_piece(f"letter-{number}", body=f"Letter {number % 7}."))
    batch = batch_of(engine, WAITING)
    assert (batch.count, batch.classes) == (150, 7)
    before = verify(engine).events
    done = decide(engine, batch=batch)
    assert (len(done.decided), len(done.refused)) == (150, 0)
    report = verify(engine)
    assert (report.verified, report.events) == (True, before + 151)
