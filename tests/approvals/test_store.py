"""The only way into the queue: screened, hashed, numbered, and repeatable after a kill."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals import store
from approvals.audit import verify
from approvals.pieces import history
from approvals.statuses import Status
from campaign.errors import BadInput, UnknownName
from campaign.master import Master
from tests.approvals.gate import AT, a_piece, approve, approved, ledger, reject, start, status_of, submit


def master(variant: str = "a", body: str = "Talk with {{company_name}}.") -> Master:
    return Master(
        master_id=f"owners.email.{variant}", placement_id="owners.email", variant=variant, fields={"body": body},
        angle="A plain question", author="vallum house writer",
    )  # fmt: skip


def test_masters_are_kept_in_their_latest_round(engine: Engine):
    start(engine)
    store.save_masters(engine, [master("b"), master("a")], run_id="run-1", at=AT)
    store.save_masters(engine, [master("b", "Another text.")], run_id="run-1", at=AT, round=1)
    assert store.masters_of(engine, "run-1") == (master("a"), master("b", "Another text."))


def test_masters_need_a_run(engine: Engine):
    with pytest.raises(UnknownName):
        store.save_masters(engine, [master()], run_id="nowhere", at=AT)
    with pytest.raises(UnknownName):
        store.masters_of(engine, "nowhere")


def test_a_clean_piece_waits_and_a_blocked_one_is_blocked(engine: Engine):
    start(engine)
    assert submit(engine, a_piece("clean")) is Status.PENDING
    assert submit(engine, a_piece("warned", body="The best loan.")) is Status.PENDING
    assert submit(engine, a_piece("loud", body="You are guaranteed approval.")) is Status.BLOCKED
    assert [finding.rule for finding in store.load_piece(engine, "loud").findings] == ["test.guaranteed"]
    assert store.load_piece(engine, "warned").verdict == "warn"


def test_everything_submitted_comes_back(engine: Engine):
    start(engine)
    piece = a_piece(states=("CA", "NY"), products=("conventional",), targeting={"age": None, "zip": ["x"]})
    submit(engine, piece, turn=2)
    stored = store.load_piece(engine, "letter")
    assert stored.piece == piece
    assert stored.content_hash == piece.content_hash
    assert (stored.run_id, stored.placement_id, stored.master_id) == (
        "run-1",
        "owners.email",
        "owners.email.a",
    )
    assert (stored.segment, stored.angle, stored.round) == ("Owners", "A plain question", 2)
    assert (stored.pack_version, stored.sheet_id, stored.survey_rate) == ("pack-1", "s1", 5.98)
    assert stored.submitted_at == AT
    assert stored.decision is None


def test_its_history_says_drafted_screened_pending(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    events = history(engine, "letter")
    assert [event.event for event in events] == ["piece.drafted", "piece.screened", "piece.pending"]
    assert events[0].by == "Wren Hale"
    assert events[0].details["authors"] == ["Wren Hale"]


def test_submitting_again_after_a_kill_changes_nothing(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    approve(engine)
    events = verify(engine).events
    assert submit(engine, a_piece()) is Status.APPROVED
    assert verify(engine).events == events


def test_another_text_under_the_same_revision_is_refused(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    with pytest.raises(
        BadInput, match=r"`letter rev 1` was submitted before, with another content\. Submit it as rev 2"
    ):
        submit(engine, a_piece(body="Another text."))
    assert store.load_piece(engine, "letter").piece.fields == {"body": "Talk with us."}


def test_the_same_name_in_another_run_is_refused(engine: Engine):
    start(engine)
    start(engine, "run-2")
    submit(engine, a_piece())
    with pytest.raises(BadInput, match="was submitted before"):
        submit(engine, a_piece(), run_id="run-2")


@pytest.mark.parametrize("revision", [3, 7])
def test_revisions_follow_one_another(engine: Engine, revision: int):
    start(engine)
    submit(engine, a_piece())
    with pytest.raises(BadInput, match=f"`letter rev {revision}` does not follow rev 1"):
        submit(engine, a_piece(revision=revision))


def test_a_new_revision_takes_the_place_of_the_old_and_carries_no_approval(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    approve(engine)
    assert store.next_revision(engine, "letter") == 2
    assert submit(engine, a_piece(revision=2)) is Status.PENDING
    assert status_of(engine, revision=1) is Status.SUPERSEDED
    assert store.load_piece(engine, "letter").decision is None


@pytest.mark.parametrize("answer", ["reject", "block", "none"])
def test_whatever_the_old_revision_was_it_leaves_the_queue(engine: Engine, answer: str):
    start(engine)
    submit(engine, a_piece(body="guaranteed" if answer == "block" else "Talk with us."))
    if answer == "reject":
        reject(engine)
    submit(engine, a_piece(revision=2))
    assert status_of(engine, revision=1) is Status.SUPERSEDED


def test_a_published_revision_stays_published_when_a_newer_one_is_written(engine: Engine):
    release = approved(engine)
    books = ledger(engine)
    books.claim(release, "file", at=AT)
    books.deliver(release, "file", target="a.csv", at=AT)
    submit(engine, a_piece(revision=2))
    assert status_of(engine, revision=1) is Status.PUBLISHED
    assert status_of(engine, revision=2) is Status.PENDING


def test_an_unknown_piece_names_near_ones(engine: Engine):
    start(engine)
    submit(engine, a_piece("owners.email.a"))
    with pytest.raises(
        UnknownName, match=r"no piece `owners.email` in this workspace\. Did you mean `owners.email.a`\?"
    ):
        store.load_piece(engine, "owners.email")
    with pytest.raises(UnknownName, match="Its last is rev 1"):
        store.load_piece(engine, "owners.email.a", 4)


def test_a_piece_needs_a_run(engine: Engine):
    with pytest.raises(UnknownName):
        submit(engine, a_piece(), run_id="nowhere")
