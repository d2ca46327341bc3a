"""When rates rise the refinance campaign folds, what is stale is pulled back, and the money moves."""

from __future__ import annotations

import pytest

from agents.planning_runs import start_planning
from agents.publishing_runs import publish_and_wake
from agents.replan_views import replan_tables
from agents.replanning import replan
from agents.running import advance
from approvals import decisions, queue, runs
from approvals.statuses import Status
from campaign.errors import BadInput, Refused
from tests.agents.briefs import BRIEF, LATER

EVERY = tuple(Status)


@pytest.fixture
def planned(opened, workspace):
    street = opened()
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return street, run


def test_a_rise_of_rates_folds_the_refinance_campaign(planned, opened, workspace):
    street, run = planned
    waiting = queue.tally(street.engine, run.run_id).pending
    done = replan(opened(LATER), None, checkpoints=workspace.checkpoints)
    assert done.old.run_id == run.run_id
    assert done.move.bps > 100
    assert "hike of 25 bps on 2026-09-16, inferred" in done.move.reason
    assert done.superseded == waiting
    before = sum(usd for name, usd in done.budget_before.items() if name.startswith("refinance"))
    after = sum(usd for name, usd in done.budget_after.items() if name.startswith("refinance"))
    assert after < before / 2
    assert sum(done.budget_after.values()) <= BRIEF.budget_usd
    assert runs.get_run(street.engine, run.run_id).status == "superseded"
    assert queue.tally(street.engine, run.run_id).pending == 0
    assert done.new is not None
    assert queue.tally(street.engine, done.new.run_id).pending > 0


def test_what_was_approved_at_the_old_rate_never_goes_out(planned, opened, workspace):
    street, run = planned
    priced = next(
        item
        for item in queue.queue(street.engine, run_id=run.run_id)
        if item.piece.channel == "email" and item.piece.offers
    )
    decisions.approve(
        street.gate,
        priced.piece.piece_id,
        by="Ruth Calder",
        at=street.at,
    )
    later = opened(LATER)
    done = replan(later, run.run_id, checkpoints=workspace.checkpoints)
    assert done.expired == 1
    with pytest.raises(Refused, match="newer plan"):
        advance(later, run.run_id, checkpoints=workspace.checkpoints)
    report = publish_and_wake(later, None, checkpoints=workspace.checkpoints)
    assert report.publications == ()
    assert not list(workspace.outbox.rglob("*.eml"))
    (kept,) = [
        item
        for item in queue.queue(street.engine, run_id=run.run_id, statuses=EVERY)
        if item.piece.piece_id == priced.piece.piece_id
    ]
    assert kept.status is Status.EXPIRED


def test_within_tolerance_nothing_changes(planned, opened, workspace):
    street, run = planned
    done = replan(opened(), None, checkpoints=workspace.checkpoints)
    assert done.new is None
    assert done.superseded == done.expired == 0
    assert runs.get_run(street.engine, run.run_id).status == "parked"


def test_replanning_twice_makes_one_plan(planned, opened, workspace):
    street, run = planned
    first = replan(opened(LATER), run.run_id, checkpoints=workspace.checkpoints)
    again = replan(opened(LATER), run.run_id, checkpoints=workspace.checkpoints)
    assert again.new is not None
    assert first.new is not None
    assert again.new.run_id == first.new.run_id
    assert len(runs.list_runs(street.engine)) == 2


def test_a_run_cannot_be_replanned_into_its_past(planned, opened, workspace):
    from datetime import date

    with pytest.raises(BadInput, match="later than"):
        replan(opened(date(2026, 2, 20)), None, checkpoints=workspace.checkpoints)


def test_there_must_be_something_to_replan(opened, workspace):
    with pytest.raises(BadInput, match="no run to replan"):
        replan(opened(), None, checkpoints=workspace.checkpoints)


def test_what_is_live_is_recalled_with_what_a_person_has_to_do(planned, opened, workspace):
    street, run = planned
    live = next(
        item
        for item in queue.queue(street.engine, run_id=run.run_id)
        if item.piece.channel == "google_search"
    )
    decisions.approve(street.gate, live.piece.piece_id, by="Ruth Calder", at=street.at)
    publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    (shown,) = workspace.ads.glob("*.csv")
    done = replan(opened(LATER), run.run_id, checkpoints=workspace.checkpoints)
    (receipt,) = done.receipts
    assert (receipt.piece_id, receipt.kind, done.recalled) == (live.piece.piece_id, "file", 1)
    removal = workspace.ads / f"{shown.stem}.remove.csv"
    assert receipt.target == str(removal)
    assert "Removed" in removal.read_text(encoding="utf-8-sig")
    said = [part for part in replan_tables(done) if isinstance(part, str)]
    assert f"  google_search, 1 recalled: {receipt.said}" in said
