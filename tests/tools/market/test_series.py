"""The market asked by day: nothing from later, what was called off, and one id per content."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput
from campaign.market import Reading
from campaign.market_hours import statement_at
from tests.tools.market.markets import FIRST, market, weeks_of
from tools.market.series import latest, shipped_market, ten_year_week

MARKET = shipped_market()
ZONES = [ZoneInfo(name) for name in ("America/New_York", "America/Boise", "Pacific/Honolulu", "Pacific/Guam")]
DAYS = st.dates(date(1999, 12, 1), date(2028, 3, 1))


@settings(deadline=None)
@given(DAYS)
def test_a_snapshot_holds_nothing_from_later(on):
    seen = MARKET.snapshot(on)
    assert seen.survey is None or seen.survey.week <= on
    assert seen.treasury_10y is None or seen.treasury_10y.day <= on
    assert all(day <= on for day in seen.unknown_since)
    cut = replace(
        MARKET,
        weeks=tuple(one for one in MARKET.weeks if one.week <= on),
        treasury=tuple(one for one in MARKET.treasury if one.day <= on),
    )
    assert cut.snapshot(on) == seen


def test_an_id_stands_for_its_content_and_its_day():
    on = date(2026, 2, 26)
    seen = MARKET.snapshot(on)
    assert seen == MARKET.snapshot(on)
    assert (seen.survey.rate_30y, seen.lower, seen.upper) == (5.98, 3.5, 3.75)
    changed = replace(
        MARKET, weeks=(*MARKET.weeks[:-1], MARKET.weeks[-1].model_copy(update={"rate_30y": 7.39}))
    )
    last = MARKET.weeks[-1].week
    assert changed.snapshot(on).snapshot_id == seen.snapshot_id
    assert changed.snapshot(last).snapshot_id != MARKET.snapshot(last).snapshot_id
    assert MARKET.snapshot(on + timedelta(days=1)).snapshot_id != seen.snapshot_id


def test_an_empty_market_has_snapshots_and_no_survey():
    empty = market()
    seen = empty.snapshot(FIRST)
    assert (seen.survey, seen.treasury_10y, seen.daily, seen.lower) == (None, None, None, None)
    with pytest.raises(BadInput, match="is empty"):
        empty.survey(FIRST)


def test_the_meeting_that_did_not_take_place_was_expected_until_it_was_called_off():
    before, after = MARKET.next_meeting(date(2020, 3, 14)), MARKET.next_meeting(date(2020, 3, 15))
    assert (before.decides, before.status, before.cancelled_on) == (date(2020, 3, 18), "future", None)
    assert after.decides == date(2020, 4, 29)
    assert date(2020, 3, 18) not in [one.decides for one in MARKET.meetings_known(date(2026, 1, 1))]


@pytest.mark.parametrize("day", [date(2020, 3, 3), date(2020, 3, 15), date(2001, 1, 3), date(2008, 10, 8)])
def test_an_unscheduled_meeting_is_known_from_its_day_on(day):
    (known,) = [one for one in MARKET.meetings_known(day) if one.decides == day]
    assert (known.scheduled, known.direction) == (False, "cut")
    assert day not in [one.decides for one in MARKET.meetings_known(day - timedelta(days=1))]


def test_a_statement_is_awaited_until_two_in_the_afternoon_in_new_york():
    day = date(2026, 12, 9)
    assert MARKET.awaited(statement_at(day) - timedelta(seconds=1)).decides == day
    assert MARKET.awaited(statement_at(day)).decides == date(2027, 1, 27)
    assert MARKET.awaited(datetime(2026, 12, 9, 4, tzinfo=UTC)).decides == day
    assert MARKET.awaited(datetime(2028, 6, 1, tzinfo=UTC)) is None


@settings(deadline=None, max_examples=60)
@given(st.datetimes(datetime(2001, 1, 1), datetime(2028, 1, 20)))
def test_what_is_awaited_is_scheduled_and_has_no_outcome(moment):
    at = moment.replace(tzinfo=UTC)
    awaited = MARKET.awaited(at)
    assert awaited.scheduled
    assert (awaited.status, awaited.upper_after) == ("future", None)
    assert statement_at(awaited.decides) > at


@settings(deadline=None, max_examples=60)
@given(st.datetimes(datetime(2001, 1, 1), datetime(2028, 1, 20)), st.sampled_from(ZONES))
def test_what_is_out_and_what_is_awaited_leave_no_meeting_between_them(moment, zone):
    at = moment.replace(tzinfo=UTC)
    out = MARKET.outcomes_out(at, zone)
    assert out <= at.astimezone(zone).date()
    assert MARKET.next_meeting(out) == MARKET.awaited(at)
    assert all(statement_at(one.decides) <= at for one in MARKET.unknown_since(out))


def test_an_unscheduled_meeting_waits_for_the_lenders_own_day():
    """Saturday's last hour in Boise is Sunday in New York, where the Fed met at five in the afternoon."""
    saturday = datetime(2020, 3, 15, 5, 59, 59, tzinfo=UTC)
    assert MARKET.outcomes_out(saturday, ZoneInfo("America/Boise")) == date(2020, 3, 14)
    assert MARKET.outcomes_out(saturday + timedelta(seconds=1), ZoneInfo("America/Boise")) == date(
        2020, 3, 15
    )


def test_every_year_to_2027_has_eight_scheduled_meetings():
    scheduled = [one for one in MARKET.meetings if one.scheduled]
    for year in range(2000, 2028):
        assert sum(one.decides.year == year for one in scheduled) == 8, year


def test_the_ten_year_of_a_week_is_one_mean_or_the_mean_of_its_days():
    mean = Reading(day=date(2024, 1, 4), percent=4.0, source="H.15", weekly=True)
    days = tuple(
        Reading(day=date(2024, 1, 4) + timedelta(days=more), percent=4.0 + more / 10, source="H.15")
        for more in (1, 4, 5, 6, 7)
    )
    both = market(weeks_of([6.6]), treasury=(mean, *days))
    assert ten_year_week(both, date(2024, 1, 4)) == 4.0
    assert ten_year_week(both, date(2024, 1, 11)) == pytest.approx(4.46)
    assert ten_year_week(both, date(2024, 2, 11)) is None
    assert latest(both.treasury, date(2024, 1, 3)) is None
