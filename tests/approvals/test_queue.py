"""The queue lists what waits, in a fixed form, and counts what a run became."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals.queue import listing, queue, tally
from approvals.statuses import Status
from campaign.errors import UnknownName
from tests.approvals.gate import a_piece, approve, by_hand, reject, start, submit


@pytest.fixture
def busy(engine: Engine) -> Engine:
    """Two runs: one with a blocked, a warned, a clean, an approved and a rejected piece, one with one piece."""
    start(engine)
    start(engine, "run-2")
    submit(engine, a_piece("loud", body="guaranteed and guaranteed, the best"))
    submit(engine, a_piece("warned", body="The best loan.", states=("CA", "NY")))
    for name in ("clean", "good", "poor"):
        submit(engine, a_piece(name))
    approve(engine, "good")
    reject(engine, "poor")
    submit(engine, a_piece("other"), run_id="run-2")
    return engine


def test_pending_comes_first_then_blocked(busy: Engine):
    items = listing(busy)
    assert [(item.piece, item.status) for item in items] == [
        ("warned", "pending"), ("clean", "pending"), ("other", "pending"), ("loud", "blocked"),
    ]  # fmt: skip
    assert items[0].model_dump(mode="json") == {
        "piece": "warned", "revision": 1, "channel": "email", "segment": "Owners", "states": ["CA", "NY"],
        "status": "pending", "verdict": "warn", "rules": ["test.best"],
    }  # fmt: skip
    assert items[-1].rules == ("test.guaranteed", "test.best")
    assert items[-1].verdict == "block"
    assert items[1].verdict == "pass"


def test_the_queue_can_be_narrowed_to_a_run_and_to_statuses(busy: Engine):
    assert [item.piece for item in listing(busy, run_id="run-2")] == ["other"]
    assert [item.piece for item in listing(busy, statuses=(Status.REJECTED,))] == ["poor"]
    assert [stored.piece.piece_id for stored in queue(busy, run_id="run-1", statuses=(Status.APPROVED,))] == [
        "good"
    ]
    assert [stored.piece.piece_id for stored in queue(busy)] == ["loud", "warned", "clean", "other"]


def test_whole_pieces_bring_their_decisions(busy: Engine):
    (poor,) = queue(busy, statuses=(Status.REJECTED,))
    assert poor.decision is not None
    assert (poor.decision.answer, poor.decision.reason) == ("reject", "Too long.")


def test_a_run_is_counted(busy: Engine):
    submit(busy, a_piece("poor", revision=2))
    count = tally(busy, "run-1")
    assert (count.pieces, count.revisions) == (5, 6)
    assert (count.pending, count.blocked, count.approved, count.superseded) == (3, 1, 1, 1)
    assert (count.approvals, count.rejections) == (1, 1)
    assert tally(busy, "run-2").pieces == 1


def test_an_unknown_run_is_refused_by_all_three(busy: Engine):
    for ask in (listing, queue):
        with pytest.raises(UnknownName, match="Did you mean"):
            ask(busy, run_id="run-3")
    with pytest.raises(UnknownName):
        tally(busy, "run-3")


def test_one_damaged_record_does_not_hide_the_queue(busy: Engine):
    by_hand(busy, "UPDATE pieces SET noun = 'garbage' WHERE piece_id = 'clean'")
    assert len(listing(busy)) == 4
