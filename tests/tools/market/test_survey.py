import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import BadInput
from tools.market.series import shipped_market

MARKET = shipped_market()


@pytest.mark.parametrize(
    ("on", "week", "rate"),
    [
        (date(2026, 2, 26), date(2026, 2, 26), 5.98),
        (date(2026, 3, 4), date(2026, 2, 26), 5.98),
        (date(2026, 10, 8), date(2026, 10, 8), 7.40),
        (date(2026, 11, 25), date(2026, 10, 8), 7.40),
        (date(2021, 1, 7), date(2021, 1, 7), 2.65),
        (date(2023, 10, 26), date(2023, 10, 26), 7.79),
    ],
)
def test_a_day_sees_the_latest_week_published_by_then(on: date, week: date, rate: float) -> None:
    assert (MARKET.survey(on).week, MARKET.survey(on).rate_30y) == (week, rate)


def test_weeks_run_forward_without_gaps_and_start_before_2018() -> None:
    weeks = [week.week for week in MARKET.weeks]
    assert weeks[0] <= date(2018, 1, 4)
    assert all(5 <= (later - earlier).days <= 9 for earlier, later in itertools.pairwise(weeks))


def test_weak_values_are_marked_for_each_term_on_its_own() -> None:
    weak = [week.week for week in MARKET.weeks if week.provenance == "weak"]
    weak_15y = [week.week for week in MARKET.weeks if week.provenance_15y == "weak"]
    assert weak == [date(2026, 10, 8)]
    assert weak_15y[0] == date(2026, 8, 27)
    assert len(weak_15y) == 7


def test_every_week_has_both_terms_and_names_its_publisher() -> None:
    assert all(week.rate_15y is not None and week.source == "Freddie Mac PMMS" for week in MARKET.weeks)


def test_a_day_before_the_series_is_refused() -> None:
    with pytest.raises(BadInput, match="starts on 2000-01-07"):
        MARKET.survey(date(1999, 12, 31))


@given(st.dates(date(2000, 1, 7), date(2026, 10, 14)))
def test_no_day_sees_the_future_or_more_than_nine_days_back(on: date) -> None:
    assert timedelta(0) <= on - MARKET.survey(on).week <= timedelta(days=9)
