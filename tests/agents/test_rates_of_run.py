"""The survey's rate is this week's or is not known."""

from __future__ import annotations

from datetime import date, timedelta

from agents.rates_of_run import SURVEY_DAYS, survey_rate
from tests.agents.briefs import DAY
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
