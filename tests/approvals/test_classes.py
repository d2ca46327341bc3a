"""A class as it is listed, shown and decided: one decision, every member's own bytes."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals import acts
from approvals.audit import verify
from approvals.bulk import BatchDecision, batch_of, decide_batch
from approvals.classes import (
    OUTLIERS,
    SAMPLE,
    ClassView,
    Member,
    approved_before,
    class_view,
    outliers,
    waiting_classes,
)
from approvals.database import reading
from approvals.editing import edit
from approvals.expiry import expire_approved, supersede_pending
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, Refused, UnknownName
from campaign.lender import Lender
from campaign.piece import Piece
from tests.approvals.gate import (
    AT,
    Rules,
    a_piece,
    approve,
    by_hand,
    gate_of,
    ledger,
    reject,
    start,
    status_of,
    submit,
)
from tests.approvals.signed import LENDER, OFFICERS, STATES, signed
from tests.databases import one_engine

LETTERS = tuple(signed(officer, (STATES[place],)) for place, officer in enumerate(OFFICERS))


def gate(engine: Engine, lender: Lender = LENDER, rules: Rules | None = None) -> Gate:
    return gate_of(engine, rules, lender)


@pytest.fixture
def signed_by_all(engine: Engine) -> Engine:
    """One letter in each of six loan officers' names, each for another state; a class of its own beside them."""
    start(engine)
    for piece in (*LETTERS, a_piece("plain")):
        submit(engine, piece, lender=LENDER)
    return engine


def key_of(engine: Engine, piece_id: str = LETTERS[0].piece_id) -> str:
    return load_piece(engine, piece_id).class_key


def view(engine: Engine, **more: Any) -> ClassView:
    return class_view(gate(engine), key_of(engine), **{"at": AT, **more})


def decide(
    engine: Engine, key: str, *, digest: str = "", lender: Lender = LENDER, **more: Any
) -> BatchDecision:
    wanted = Filter(class_key=key)
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, **more}
    return decide_batch(
        gate(engine, lender), wanted, "approve", digest=digest or batch_of(engine, wanted).digest, **asked
    )


# listed


def test_a_line_per_class_in_the_order_they_came(signed_by_all: Engine):
    many, one = waiting_classes(signed_by_all)
    assert (many.pending, many.blocked, many.first) == (6, 0, LETTERS[0].piece_id)
    assert (one.pending, one.first) == (1, "plain")
    assert (many.channel, many.segment, many.master_id, many.verdict, many.rules) == (
        "email", "Owners", "owners.email.a", "pass", (),
    )  # fmt: skip
    assert waiting_classes(signed_by_all, after=many.row) == (one,)
    assert waiting_classes(signed_by_all, limit=1) == (many,)


def test_a_filter_finds_classes_with_a_member_that_fits(signed_by_all: Engine):
    (found,) = waiting_classes(signed_by_all, Filter(state=STATES[2]))
    assert found.pending == 6
    assert waiting_classes(signed_by_all, Filter(state="TX")) == ()
    assert [one.first for one in waiting_classes(signed_by_all, Filter(piece="plain"))] == ["plain"]


def test_a_class_is_listed_while_something_of_it_is_open(signed_by_all: Engine):
    blocking = Rules(version="pack-2", blocks={"Talk"})
    acts.rescreen(gate(signed_by_all, rules=blocking), "plain", by="Ada Stone", at=AT)
    by_verdict = {
        one.first: (one.pending, one.blocked, one.verdict) for one in waiting_classes(signed_by_all)
    }
    assert by_verdict == {LETTERS[0].piece_id: (6, 0, "pass"), "plain": (0, 1, "block")}
    pending = Filter(statuses=(Status.PENDING,))
    assert [one.first for one in waiting_classes(signed_by_all, pending)] == [LETTERS[0].piece_id]
    decide(signed_by_all, key_of(signed_by_all))
    assert [one.first for one in waiting_classes(signed_by_all)] == ["plain"]


def test_a_line_tells_of_a_member_that_is_still_of_it(signed_by_all: Engine):
    """The first that came is screened anew and goes to another class: neither line tells of the other."""
    warning = Rules(warns={"Olive"})
    acts.rescreen(gate(signed_by_all, rules=warning), LETTERS[0].piece_id, by="Ada Stone", at=AT)
    told = {one.first: (one.pending, one.verdict, one.rules) for one in waiting_classes(signed_by_all)}
    assert told == {
        LETTERS[0].piece_id: (1, "warn", ("test.Olive",)),
        LETTERS[1].piece_id: (5, "pass", ()),
        "plain": (1, "pass", ()),
    }
    acts.rescreen(gate(signed_by_all), LETTERS[0].piece_id, by="Ada Stone", at=AT)
    assert [(one.first, one.pending) for one in waiting_classes(signed_by_all)] == [
        (LETTERS[0].piece_id, 6), ("plain", 1),
    ]  # fmt: skip


# shown


def test_a_class_shows_its_master_and_who_differs_how(signed_by_all: Engine):
    shown = view(signed_by_all)
    assert shown.template["subject"] == "A rate of 6.125%"
    assert (
        "{{originator_name}}, NMLS {{originator_nmls}}, {{company_name}}. {{legends}}"
        in (shown.template["body"])
    )
    assert shown.slots == ("legends", "originator_name", "originator_nmls")
    assert [one.piece_id for one in shown.members] == [piece.piece_id for piece in LETTERS]
    assert [one.slots["originator_name"] for one in shown.members] == [one.name for one in OFFICERS]
    assert shown.members[0].slots["company_name"] == LENDER.name, "shown by all, and no column"
    assert shown.first == load_piece(signed_by_all, LETTERS[0].piece_id)
    assert shown.before is None


@one_engine
def test_the_odd_ones_come_first_with_why(signed_by_all: Engine):
    submit(signed_by_all, signed(OFFICERS[1], STATES[:1], piece_id="again"), lender=LENDER)
    odd = {why: one for one in view(signed_by_all).outliers for why in one.odd.split(", ")}
    assert odd["longest originator_name"].slots["originator_name"] == "Cornelia van der Merwe-Castellanos"
    assert odd["shortest originator_name"].slots["originator_name"] == "Bo Ash"
    assert odd["CA is in 1 of 7"].states == ("CA",)
    assert "AZ is in 2 of 7" not in odd
    assert not [why for why in odd if why.endswith("originator_nmls")], "every id is as long as the others"


MEMBERS = st.lists(
    st.builds(
        Member,
        piece_id=st.uuids().map(str),
        revision=st.just(1),
        states=st.lists(st.sampled_from(["ID", "CA", "WA", "NV"]), unique=True).map(tuple),
        slots=st.fixed_dictionaries(
            {"originator_name": st.sampled_from(["Bo", "Ann Lee", "Cornelia Castellanos"])},
            optional={"legends": st.sampled_from(["MB-1", "MB-1, MB-22"]), "partner_name": st.just("Kay")},
        ),
    ),
    max_size=9,
    unique_by=lambda one: one.piece_id,
)


@given(MEMBERS)
def test_what_is_called_odd_is_odd(members: list[Member]):
    found = outliers(members)
    assert len(found) <= OUTLIERS
    assert len({one.piece_id for one in found}) == len(found)
    for one in found:
        assert one.model_copy(update={"odd": ""}) in members
        for why in one.odd.split(", "):
            _is_true(why, one, members)


def _is_true(why: str, one: Member, members: list[Member]) -> None:
    if told := re.fullmatch(r"(longest|shortest) (\w+)", why):
        lengths = [len(other.slots.get(told[2], "")) for other in members]
        wanted = max(lengths) if told[1] == "longest" else min(lengths)
        assert len(one.slots.get(told[2], "")) == wanted
        assert min(lengths) < max(lengths)
        return
    told = re.fullmatch(r"(\w\w) is in (\d+) of (\d+)", why)
    assert told is not None, why
    counted = Counter(state for other in members for state in other.states)
    assert told[1] in one.states
    assert counted[told[1]] == int(told[2]) < int(told[3]) == len(members)
    assert sum(count < int(told[2]) for count in counted.values()) <= 1, "one of the two rarest"


@given(MEMBERS)
def test_the_rarest_state_and_the_longest_name_are_always_among_the_odd(members: list[Member]):
    found = outliers(members)
    counted = Counter(state for one in members for state in one.states)
    rare = [state for state, count in counted.items() if count == min(counted.values()) < len(members)]
    if rare and len(members) > 1:
        assert set(rare) & {state for one in found for state in one.states}
    names = [len(one.slots["originator_name"]) for one in members]
    if len(set(names)) > 1:
        assert max(names) in {len(one.slots["originator_name"]) for one in found}


def test_a_class_of_one_has_nothing_odd():
    one = Member(piece_id="a", revision=1, states=("ID",), slots={"originator_name": "Bo"})
    assert outliers([one]) == ()
    assert outliers([]) == ()
    assert outliers([one, one.model_copy(update={"piece_id": "b"})]) == ()


@one_engine
def test_a_sample_is_drawn_again_from_its_seed(signed_by_all: Engine):
    drawn = {seed: view(signed_by_all, seed=seed).sample for seed in range(8)}
    assert drawn == {seed: view(signed_by_all, seed=seed).sample for seed in range(8)}
    assert len({tuple(one.piece_id for one in some) for some in drawn.values()}) > 1
    for some in drawn.values():
        assert len(some) == len({one.piece_id for one in some}) == SAMPLE
        assert {one.piece_id for one in some} <= {piece.piece_id for piece in LETTERS}


@one_engine
def test_only_what_waits_is_a_member(signed_by_all: Engine):
    acts.withdraw(gate(signed_by_all), LETTERS[1].piece_id, by="Max Orr", at=AT, reason="Not now.")
    assert len(view(signed_by_all).members) == 5
    decide(signed_by_all, key_of(signed_by_all))
    with pytest.raises(UnknownName, match=r"No piece of a class `\w+` waits. See `vallum queue --classes`"):
        view(signed_by_all)


@one_engine
def test_identity_is_verified_at_the_moment_of_looking(signed_by_all: Engine):
    """Once a licence ran out, what it filled in is no slot any more and shows in the master."""
    later = AT + timedelta(days=365)
    shown = view(signed_by_all, at=later)
    assert "legends" not in shown.slots
    assert "MB-AZ-7" in str(shown.template["body"])


# the last approved


def before(engine: Engine, piece_id: str) -> str | None:
    with reading(engine) as session:
        found = approved_before(session, load_piece(engine, piece_id))
    return None if found is None else found.piece.piece_id


def test_the_last_approved_is_of_the_same_master_and_channel(engine: Engine):
    start(engine)
    start(engine, "run-2")
    for name in ("first", "second", "third"):
        submit(engine, a_piece(name))
    submit(engine, a_piece("new"), run_id="run-2")
    submit(engine, a_piece("post", channel="meta"))
    assert before(engine, "new") is None
    approve(engine, "first")
    assert before(engine, "new") == "first"
    assert before(engine, "post") is None
    approve(engine, "third")
    assert before(engine, "new") == "third"
    assert before(engine, "third") == "first", "a piece is held to another, not to itself"


@one_engine
@pytest.mark.parametrize("since", ["superseded", "expired", "withdrawn", "recalled"])
def test_what_was_approved_once_is_the_last_approved_whatever_became_of_it(engine: Engine, since: str):
    start(engine)
    start(engine, "run-2")
    submit(engine, a_piece("first"))
    submit(engine, a_piece("new"), run_id="run-2")
    approve(engine, "first")
    if since == "superseded":
        edit(gate(engine), "first", {"body": "Write to us."}, by="Max Orr", at=AT)
    elif since == "expired":
        expire_approved(engine, "run-1", reason="the rate moved", at=AT)
    elif since == "withdrawn":
        acts.withdraw(gate(engine), "first", by="Max Orr", at=AT, reason="Not now.")
    else:
        by_hand(engine, "UPDATE pieces SET status = 'recalled' WHERE piece_id = 'first'")
    assert before(engine, "new") == "first"


@one_engine
def test_what_was_never_approved_is_not(engine: Engine):
    start(engine)
    start(engine, "run-2")
    for name in ("turned down", "replanned"):
        submit(engine, a_piece(name))
    submit(engine, a_piece("new"), run_id="run-2")
    reject(engine, "turned down")
    by_hand(engine, "UPDATE pieces SET status = 'expired' WHERE piece_id = 'replanned'")
    supersede_pending(engine, "run-1", reason="a newer plan", at=AT)
    assert before(engine, "new") is None


# decided


def test_one_decision_binds_every_members_own_bytes(signed_by_all: Engine):
    key = key_of(signed_by_all)
    events = verify(signed_by_all).events
    done = decide(signed_by_all, key, reason="The odd ones read well.")
    assert len(done.decided) == 6
    for piece, made in zip(LETTERS, done.decided, strict=True):
        assert (made.piece_id, made.content_hash, made.class_key) == (piece.piece_id, piece.content_hash, key)
        told = history(signed_by_all, piece.piece_id)[-1]
        assert (told.event, told.by, told.details["class"]) == ("piece.approved", "Ruth Calder", key)
        assert told.details["content_hash"] == piece.content_hash
    assert len({made.content_hash for made in done.decided}) == 6
    report = verify(signed_by_all)
    assert (report.verified, report.events) == (True, events + 7)
    assert status_of(signed_by_all, "plain") is Status.PENDING
    books = ledger(signed_by_all, lender=LENDER)
    assert all(books.claim(release, "file", at=AT) for release in releases_due(signed_by_all))


def test_a_member_that_changed_after_the_decision_does_not_go_out(signed_by_all: Engine):
    decide(signed_by_all, key_of(signed_by_all))
    by_hand(
        signed_by_all, "UPDATE pieces SET noun = replace(noun, 'Pay ', 'Get ') WHERE piece_id = :name",
        name=LETTERS[2].piece_id,
    )  # fmt: skip
    books = ledger(signed_by_all, lender=LENDER)
    refused = []
    for release in releases_due(signed_by_all):
        with suppress(NotInForce):
            assert books.claim(release, "file", at=AT)
            continue
        refused.append(release.piece.piece_id)
    assert refused == [LETTERS[2].piece_id]


def licensed(state: str, **more: Any) -> Lender:
    held = LENDER.licenses[state].model_copy(update=more)
    return LENDER.model_copy(update={"licenses": {**LENDER.licenses, state: held}})


def left(name: str) -> Lender:
    return LENDER.model_copy(update={"originators": tuple(one for one in OFFICERS if one.name != name)})


@one_engine
@pytest.mark.parametrize(
    "since",
    [
        licensed(STATES[0], number="MB-9"),
        licensed(STATES[0], legend="Licensed by the state, no. MB-9"),
        licensed(STATES[0], expires=AT.date() - timedelta(days=1)),
        left(OFFICERS[0].name),
        LENDER.model_copy(
            update={"originators": (OFFICERS[0].model_copy(update={"states": ("CA",)}), *OFFICERS[1:])}
        ),
    ],
    ids=["number", "legend", "expired", "left", "fewer states"],
)
def test_members_whose_record_changed_since_are_not_decided_with_the_others(
    signed_by_all: Engine, since: Lender
):
    key = key_of(signed_by_all)
    done = decide(signed_by_all, key, lender=since)
    assert [one.piece_id for one in done.decided] == [piece.piece_id for piece in LETTERS[1:]]
    (refused,) = done.refused
    assert refused.piece_id == LETTERS[0].piece_id
    assert "a record that it shows has changed" in refused.fact
    assert refused.remedy == "Decide it on its own, or have it screened again."
    assert status_of(signed_by_all, refused.piece_id) is Status.PENDING


@one_engine
def test_where_the_lenders_own_record_changed_no_member_is_decided(signed_by_all: Engine):
    moved = LENDER.model_copy(update={"name": "Cedar & Main Home Loans, LLC"})
    done = decide(signed_by_all, key_of(signed_by_all), lender=moved)
    assert (len(done.decided), len(done.refused)) == (0, 6)


@one_engine
def test_a_class_decided_after_a_licence_ran_out_decides_nothing(signed_by_all: Engine):
    done = decide(signed_by_all, key_of(signed_by_all), at=AT + timedelta(days=365))
    assert done.decided == ()


@one_engine
@pytest.mark.parametrize("change", ["came", "went", "changed", "screened"])
def test_a_class_that_is_not_what_was_shown_is_not_decided(signed_by_all: Engine, change: str):
    key, name = key_of(signed_by_all), LETTERS[3].piece_id
    shown = batch_of(signed_by_all, Filter(class_key=key)).digest
    if change == "came":
        submit(signed_by_all, signed(OFFICERS[0], ("NV",)), lender=LENDER)
    elif change == "went":
        acts.withdraw(gate(signed_by_all), name, by="Max Orr", at=AT, reason="Not now.")
    elif change == "changed":
        submit(signed_by_all, signed(OFFICERS[3], ("WY",), piece_id=name, revision=2), lender=LENDER)
    else:
        warning = Rules(warns={OFFICERS[3].name})
        acts.rescreen(gate(signed_by_all, rules=warning), name, by="Ada Stone", at=AT)
    with pytest.raises(Refused, match="no longer what was shown"):
        decide(signed_by_all, key, digest=shown)
    assert releases_due(signed_by_all) == ()


def test_a_stranger_put_into_a_class_by_hand_is_not_decided_with_it(signed_by_all: Engine):
    key = key_of(signed_by_all)
    by_hand(signed_by_all, "UPDATE pieces SET class_key = :key WHERE piece_id = 'plain'", key=key)
    assert batch_of(signed_by_all, Filter(class_key=key)).count == 7
    done = decide(signed_by_all, key)
    assert (len(done.decided), [one.piece_id for one in done.refused]) == (6, ["plain"])


@one_engine
def test_a_member_that_the_decider_wrote_is_left_to_others(signed_by_all: Engine):
    mine = signed(OFFICERS[0], ("NV",)).model_copy(update={"authors": ("Ruth Calder",)})
    submit(signed_by_all, mine, lender=LENDER)
    done = decide(signed_by_all, key_of(signed_by_all))
    assert len(done.decided) == 6
    assert [(one.piece_id, one.fact) for one in done.refused] == [
        (mine.piece_id, f"Cannot approve `{mine.piece_id} rev 1`: you wrote this revision.")
    ]


@one_engine
def test_many_officers_and_masters_are_as_many_decisions_as_masters(engine: Engine):
    """300 x 12 in small: what counts is that a decision is asked for per master, not per name."""
    start(engine)

    def letter(officer: int, master: int) -> Piece:
        fields = {"body": f"Letter {master} by {{{{originator_name}}}}. {{{{legends}}}}"}
        state = STATES[officer % len(STATES)]
        return signed(
            OFFICERS[officer % len(OFFICERS)], (state,), fields=dict(fields), piece_id=f"{master}.{officer}"
        )

    for officer in range(20):
        for master in range(3):
            submit(engine, letter(officer, master), lender=LENDER)
    lines = waiting_classes(engine)
    assert [one.pending for one in lines] == [20, 20, 20]
    assert sum(len(decide(engine, one.class_key).decided) for one in lines) == 60
