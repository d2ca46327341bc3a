"""The survey's rate is this week's or is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from agents.planning_runs import start_planning
from agents.rates_of_run import SURVEY_DAYS, survey_rate
from approvals.audit import events_of
from approvals.database import reading
from approvals.runs import get_run
from tests.agents.briefs import BRIEF, DAY
from tools.market.series import shipped_market


def test_the_survey_stands_for_its_own_week_alone():
    last = shipped_market().weeks[-1]
    assert survey_rate(shipped_market(), last.week) == last.rate_30y
    assert survey_rate(shipped_market(), last.week + timedelta(days=SURVEY_DAYS)) == last.rate_30y
    assert survey_rate(shipped_market(), last.week + timedelta(days=SURVEY_DAYS + 1)) is None
    assert survey_rate(shipped_market(), date(1990, 1, 1)) is None


def test_a_street_knows_the_survey_of_its_day(opened):
    street = opened()
    assert street.gate.survey == shipped_market().survey(DAY).rate_30y
    assert street.gate.sheet is street.sheet


def test_a_run_keeps_the_market_it_was_planned_in(opened):
    """Its pieces and their approvals rest on it through the run; another market makes another run."""
    street = opened()
    run = start_planning(street, BRIEF)
    assert run.market == shipped_market().snapshot(DAY)
    assert (run.survey_rate, run.market.survey.rate_30y) == (5.98, 5.98)
    assert get_run(street.engine, run.run_id) == run
    assert start_planning(street, BRIEF) == run
    weeks = tuple(
        one.model_copy(update={"rate_30y": 5.99}) if one.week == DAY else one for one in street.market.weeks
    )
    other = start_planning(replace(street, market=replace(street.market, weeks=weeks)), BRIEF)
    assert other.run_id != run.run_id
    assert other.market.snapshot_id != run.market.snapshot_id


def test_the_log_names_the_market_of_a_run(opened):
    street = opened()
    run = start_planning(street, BRIEF)
    with reading(street.engine) as session:
        started = [
            event for event in events_of(session, [f"run {run.run_id}"]) if event.event == "run.started"
        ]
    assert [event.details["market"] for event in started] == [run.market.snapshot_id]
