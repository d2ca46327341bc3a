"""The queue lists what waits, in a fixed form, and counts what a run became."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals.filters import Filter
from approvals.queue import counts, listing, queue, tally
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


def test_lines_come_in_the_order_their_pieces_did(busy: Engine):
    items = listing(busy)
    assert [(item.piece, item.status) for item in items] == [
        ("loud", "blocked"), ("warned", "pending"), ("clean", "pending"), ("other", "pending"),
    ]  # fmt: skip
    line = items[1].model_dump(mode="json", include={"piece", "revision", "channel", "segment", "states"})
    assert line == {
        "piece": "warned", "revision": 1, "channel": "email", "segment": "Owners", "states": ["CA", "NY"],
    }  # fmt: skip
    assert (items[1].verdict, items[1].rules) == ("warn", ("test.best",))
    assert (items[0].verdict, items[0].rules) == ("block", ("test.guaranteed", "test.best"))
    assert items[2].verdict == "pass"


def test_pages_follow_one_another(busy: Engine):
    first = listing(busy, limit=3)
    rest = listing(busy, after=first[-1].row, limit=3)
    assert [item.piece for item in (*first, *rest)] == [item.piece for item in listing(busy)]


def test_counts_are_those_of_the_pieces(busy: Engine):
    count = counts(busy)
    assert count.by_status == {"pending": 3, "blocked": 1, "approved": 1, "rejected": 1}
    assert count.by_channel == {"email": 4}
    assert count.by_verdict == {"block": 1, "warn": 1, "pass": 2}
    assert counts(busy, "run-2").pending == 1


def test_the_queue_can_be_narrowed_to_a_run_and_to_statuses(busy: Engine):
    assert [item.piece for item in listing(busy, Filter(run="run-2"))] == ["other"]
    assert [item.piece for item in listing(busy, Filter(statuses=(Status.REJECTED,)))] == ["poor"]
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


def test_an_unknown_run_is_refused_by_all(busy: Engine):
    with pytest.raises(UnknownName, match="Did you mean"):
        listing(busy, Filter(run="run-3"))
    for ask in (queue, counts):
        with pytest.raises(UnknownName, match="Did you mean"):
            ask(busy, run_id="run-3")
    with pytest.raises(UnknownName):
        tally(busy, "run-3")


def test_one_damaged_record_does_not_hide_the_queue(busy: Engine):
    by_hand(busy, "UPDATE pieces SET noun = 'garbage' WHERE piece_id = 'clean'")
    assert len(listing(busy)) == 4
