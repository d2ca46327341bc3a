"""Taking back happens to a whole run or to named pieces of it, all at once, with the reason kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.expiry import expire_approved, supersede_pending
from approvals.pieces import history
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, UnknownName
from tests.approvals.gate import (
    AT,
    a_piece,
    approve,
    by_hand,
    ledger,
    recall_live,
    reject,
    start,
    status_of,
    submit,
)

REASON = "The 30-year rate moved from 6.125 % to 7.400 %."


@pytest.fixture
def run(engine: Engine) -> Engine:
    """A run with two pending, one blocked, one approved, one rejected and one published piece, and another run."""
    start(engine)
    start(engine, "run-2")
    for name in ("one", "two", "good", "poor", "live"):
        submit(engine, a_piece(name))
    submit(engine, a_piece("loud", body="guaranteed"))
    submit(engine, a_piece("other"), run_id="run-2")
    approve(engine, "live")
    (release,) = releases_due(engine)
    books = ledger(engine)
    books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target="1", at=AT)
    approve(engine, "good")
    reject(engine, "poor")
    return engine


def test_what_waits_is_superseded(run: Engine):
    assert supersede_pending(run, "run-1", reason=REASON, at=AT) == 3
    assert {status_of(run, name) for name in ("one", "two", "loud")} == {Status.SUPERSEDED}
    assert status_of(run, "other") is Status.PENDING
    assert history(run, "one")[-1].details["reason"] == REASON


def test_what_is_approved_expires_and_can_no_longer_be_claimed(run: Engine):
    due = {release.piece.piece_id: release for release in releases_due(run)}
    assert expire_approved(run, "run-1", reason=REASON, at=AT) == 1
    with pytest.raises(NotInForce, match="its piece is expired"):
        ledger(run).claim(due["good"], "r1", at=AT)


def test_what_is_live_is_recalled_and_no_further_slot_goes_out(run: Engine):
    due = {release.piece.piece_id: release for release in releases_due(run)}
    assert recall_live(run, "run-1", reason=REASON, at=AT) == 1
    assert status_of(run, "live") is Status.RECALLED
    with pytest.raises(NotInForce, match="its piece is recalled"):
        ledger(run).claim(due["live"], "r2", at=AT)


def test_only_named_pieces_are_taken_back(run: Engine):
    assert supersede_pending(run, "run-1", reason=REASON, at=AT, pieces={"two", "good"}) == 1
    assert status_of(run, "one") is Status.PENDING
    assert status_of(run, "good") is Status.APPROVED


@pytest.mark.parametrize("take_back", [supersede_pending, expire_approved, recall_live])
def test_doing_it_twice_does_nothing_more(run: Engine, take_back: Callable[..., int]):
    assert take_back(run, "run-1", reason=REASON, at=AT) > 0
    events = verify(run).events
    assert take_back(run, "run-1", reason=REASON, at=AT) == 0
    assert verify(run).events == events


@pytest.mark.parametrize("take_back", [supersede_pending, expire_approved, recall_live])
def test_an_unknown_run_is_refused(run: Engine, take_back: Callable[..., int]):
    with pytest.raises(UnknownName):
        take_back(run, "nowhere", reason=REASON, at=AT)


def test_a_piece_whose_record_cannot_be_read_can_still_be_taken_back(run: Engine):
    by_hand(run, "UPDATE pieces SET noun = '{}' WHERE piece_id = 'good'")
    assert expire_approved(run, "run-1", reason=REASON, at=AT) == 1
    assert [release.piece.piece_id for release in releases_due(run)] == ["live"]
