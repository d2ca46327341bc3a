"""Plans for the cases of a meeting: sized by what came of earlier ones, approved only for their own case."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from agents.legal_parts import OFFER_SLOTS
from agents.meetings import answer_market, settle_cases
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.publishing_runs import publish_and_wake
from agents.running import advance
from agents.scenario_views import scenarios_answer
from agents.scenarios import (
    history_of_moves,
    next_statement,
    prepare_scenarios,
)
from agents.standing import case_runs, end_overdue_cases
from approvals import decisions, queue, recalls, runs
from approvals.filters import Filter
from approvals.pieces import load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.condition import Condition
from campaign.errors import BadInput, Refused
from campaign.moment import end_of_day
from tests.agents.briefs import BRIEF, MEETING, MOVES
from tests.street import quiet
from tools.triggers.scan import scan
from tools.workspace import make_workspace

BEFORE = date(2026, 3, 12)
AFTER = date(2026, 3, 20)  # the example lender's first prices off the survey after the statement
BY = "Ruth Calder"


@pytest.fixture(scope="module")
def planned_once(filled, tmp_path_factory) -> Path:
    """A workspace in which the campaign and the three cases are planned; copied for each test."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("cases") / "home"))
    workspace = make_workspace(home, (home / "lender.toml").read_text(encoding="utf-8"), {})
    at = end_of_day(BEFORE, workspace.lender.zone)
    street = open_street(workspace, at=at, environment={}, progress=quiet)
    base = start_planning(street, BRIEF)
    advance(street, base.run_id, checkpoints=workspace.checkpoints)
    prepare_scenarios(street, MEETING, checkpoints=workspace.checkpoints, moves=MOVES)
    street.engine.dispose()
    return home


@pytest.fixture
def home(planned_once, tmp_path) -> Path:
    return Path(shutil.copytree(planned_once, tmp_path / "home"))


@pytest.fixture
def prepared(opened):
    street = opened(BEFORE)
    cases = {run.brief.supposing.name: run for run in case_runs(street.engine) if run.brief.supposing}
    base = next(run for run in runs.list_runs(street.engine) if not run.brief.supposing)
    return street, base, cases


def test_each_case_is_planned_and_none_shows_a_price(prepared, workspace):
    street, base, made = prepared
    assert set(made) == {"down", "flat", "up"}
    for run in made.values():
        pieces = [item.piece for item in queue.queue(street.engine, run_id=run.run_id)]
        assert pieces
        assert all(item.offers is None for item in pieces)
        assert not {binding.slot for item in pieces for binding in item.bindings} & OFFER_SLOTS
        assert {item.channel for item in pieces} == {"google_search", "meta", "email", "linkedin"}
    again = prepare_scenarios(street, MEETING, checkpoints=workspace.checkpoints, moves=MOVES)
    assert {run.run_id for run in again} == {run.run_id for run in made.values()}
    assert runs.get_run(street.engine, base.run_id).status == "parked"


def test_each_case_says_what_its_move_would_do(prepared):
    street, _, made = prepared
    for run in made.values():
        moved = run.brief.supposing.shift_bps
        forecast = runs.load_plan(street.engine, run.run_id).forecast
        assert [shock.shift_bps for shock in forecast.shocks] == sorted({0.0, moved})
        with street.open_book() as book:
            found = scan(book, street.sheet, street.lender, at=street.at, shift_bps=moved, only=("rate",))
            due = int(found.eligible.sum().execute())
        shock = next(shock for shock in forecast.shocks if shock.shift_bps == moved)
        assert next(one.then for one in shock.triggers if one.name == "rate") == due
    down, up = (made[name].brief.supposing.shift_bps for name in ("down", "up"))
    told = {
        case["case"]: case
        for case in scenarios_answer(street.engine, list(made.values()), as_json=True).document["scenarios"]
    }
    assert down < 0 < up
    assert told["down"]["applications_90"][1] > told["up"]["applications_90"][1]


def test_an_approval_waits_for_its_case_and_cannot_be_wider(prepared):
    street, _, made = prepared
    case = made["down"].brief.supposing
    first, second = queue.queue(street.engine, run_id=made["down"].run_id)[:2]
    decision = decisions.approve(street.gate, first.piece.piece_id, by=BY, at=street.at)
    assert decision.condition == case.condition
    assert load_piece(street.engine, first.piece.piece_id).status is Status.APPROVED_CONDITIONALLY
    wide = Condition(low=1, high=20, before=case.condition.before)
    with pytest.raises(Refused, match="is planned for the case"):
        decisions.approve(street.gate, second.piece.piece_id, by=BY, at=street.at, condition=wide)
    middle = (case.condition.low + case.condition.high) / 2
    narrow = Condition(low=middle, high=middle, before=case.condition.before - timedelta(hours=1))
    kept = decisions.approve(street.gate, second.piece.piece_id, by=BY, at=street.at, condition=narrow)
    assert kept.condition is not None
    assert kept.condition.since == case.condition.since


def test_nothing_goes_out_before_the_statement_though_today_lies_in_the_band(prepared, workspace):
    street, _, made = prepared
    piece = next(
        item.piece
        for item in queue.queue(street.engine, run_id=made["flat"].run_id)
        if item.piece.channel == "google_search"
    )
    decisions.approve(street.gate, piece.piece_id, by=BY, at=street.at)
    assert settle_cases(street, checkpoints=workspace.checkpoints) == ()
    report = publish_and_wake(street, made["flat"].run_id, checkpoints=workspace.checkpoints)
    assert not report.publications
    assert any("not asked about before" in held.reason for held in report.withheld)
    assert load_piece(street.engine, piece.piece_id).status is Status.APPROVED_CONDITIONALLY


def test_after_it_the_case_that_came_goes_out_and_the_others_end(prepared, opened, workspace):
    street, base, made = prepared
    approved = {}
    for name, run in made.items():
        piece = next(
            item.piece
            for item in queue.queue(street.engine, run_id=run.run_id)
            if item.piece.channel == "google_search"
        )
        decisions.approve(street.gate, piece.piece_id, by=BY, at=street.at)
        approved[name] = piece.piece_id
    later = opened(AFTER)
    done = answer_market(later, None, checkpoints=workspace.checkpoints)
    came = {one.case.name: one.came for one in done.cases}
    assert came == {"down": False, "flat": True, "up": False}
    assert load_piece(later.engine, approved["flat"]).status is Status.PUBLISHED
    for name in ("down", "up"):
        assert load_piece(later.engine, approved[name]).status is Status.EXPIRED
        assert runs.get_run(later.engine, made[name].run_id).status == "superseded"
        assert queue.tally(later.engine, made[name].run_id).pending == 0
    assert done.replanned.old.run_id == base.run_id
    assert not releases_due(later.engine, untried_at=later.at)
    assert {run.run_id for run in case_runs(later.engine)} == {made["flat"].run_id}


@pytest.fixture
def came(prepared, opened, workspace):
    """The flat case came and its search ad and letter are live; the street of the day after."""
    street, _, made = prepared
    for item in queue.queue(street.engine, run_id=made["flat"].run_id):
        if item.piece.channel == "google_search":
            decisions.approve(street.gate, item.piece.piece_id, by=BY, at=street.at)
    later = opened(AFTER)
    assert [one.ending for one in settle_cases(later, checkpoints=workspace.checkpoints) if one.came] == [
        "came"
    ]
    assert live_of(later, made["flat"])
    return later, made["flat"]


def live_of(street, run) -> tuple[str, ...]:
    return recalls.live(street.engine, Filter(run=run.run_id))


def moved_to(street, rate):
    """The street with every price of its sheet put to a rate, as of a sheet that opened with it."""
    offers = tuple(one.model_copy(update={"rate": rate}) for one in street.sheet.offers)
    return replace(street, sheet=street.sheet.model_copy(update={"offers": offers, "sheet_id": f"at{rate}"}))


def test_a_case_whose_band_the_rate_leaves_is_taken_back(came, workspace):
    street, run = came
    moved = moved_to(street, run.brief.supposing.condition.high + 0.5)
    (outcome,) = settle_cases(moved, checkpoints=workspace.checkpoints)
    assert (outcome.ending, outcome.came) == ("left", True)
    assert outcome.receipts
    assert not live_of(street, run)


def test_a_case_that_came_is_over_at_its_deadline_and_stays_live_until_the_rate_moves(
    came, opened, workspace
):
    street, run = came
    deadline = run.brief.supposing.condition.before
    waiting = queue.queue(street.engine, run_id=run.run_id, statuses=(Status.PENDING,))[0].piece
    with pytest.raises(Refused, match="whose time is over"):
        decisions.approve(street.gate, waiting.piece_id, by=BY, at=deadline)
    assert [one.run_id for one in end_overdue_cases(street.engine, at=deadline)] == [run.run_id]
    assert live_of(street, run)
    after = moved_to(opened(deadline + timedelta(days=1)), 9.0)
    done = answer_market(after, None, checkpoints=workspace.checkpoints)
    assert done.replanned.new is not None
    assert not live_of(after, run)
    assert any(one.channel == "google_search" for one in done.replanned.receipts)


def test_the_new_plan_takes_a_case_s_place_in_each_channel_it_speaks_in(came, workspace):
    street, run = came
    newer = start_planning(street, BRIEF)
    advance(street, newer.run_id, checkpoints=workspace.checkpoints)
    for item in queue.queue(street.engine, run_id=newer.run_id):
        if item.piece.channel == "google_search":
            decisions.approve(street.gate, item.piece.piece_id, by=BY, at=street.at)
    assert live_of(street, run)
    publish_and_wake(street, newer.run_id, checkpoints=workspace.checkpoints)
    assert live_of(street, newer)
    assert not live_of(street, run)


def test_a_day_without_a_meeting_has_no_cases(prepared, workspace):
    street, _, _ = prepared
    with pytest.raises(BadInput, match="No meeting of the Fed decides on 2026-03-19"):
        prepare_scenarios(street, date(2026, 3, 19), checkpoints=workspace.checkpoints, moves=MOVES)


def test_a_case_that_no_sheet_answered_in_time_ends(prepared, opened, workspace):
    street, _, made = prepared
    late = opened(date(2026, 4, 2))
    stale = replace(late, sheet=street.sheet)
    done = settle_cases(stale, checkpoints=workspace.checkpoints)
    assert {one.came for one in done} == {False}
    reason = queue.queue(late.engine, run_id=made["up"].run_id, statuses=(Status.SUPERSEDED,))
    assert reason


def test_the_next_meeting_is_taken_and_sized_by_all_known_before(opened, workspace, prepared):
    street, _, _ = prepared
    assert next_statement(street) == MEETING
    moves = history_of_moves(street)
    assert len(moves) > 150
    assert history_of_moves(opened(AFTER))[: len(moves)] == moves


def test_after_the_statement_no_case_is_planned(opened, workspace):
    street = opened(AFTER)
    with pytest.raises(BadInput, match="is out"):
        prepare_scenarios(street, MEETING, checkpoints=workspace.checkpoints, moves=MOVES)
