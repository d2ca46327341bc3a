"""Unit-periods between dates, as Appendix J (b)(5) measures them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.unit_periods import (
    MONTH,
    UnitPeriod,
    unit_periods_between,
)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 400))
def test_months_and_odd_days_add_up_to_the_dates(earlier, days):
    later = earlier + timedelta(days=days)
    full, fraction = unit_periods_between(earlier, later, MONTH)
    assert 0 <= fraction < 1
    assert abs(float(full + fraction) * 30.4375 - days) < 4


def test_a_series_on_the_last_day_of_the_month_is_measured_between_last_days():
    assert unit_periods_between(date(2027, 1, 31), date(2027, 2, 28), month_end=True) == (1, 0)
    assert unit_periods_between(date(2027, 1, 28), date(2027, 2, 28)) == (1, 0)
    assert unit_periods_between(date(2027, 1, 30), date(2027, 3, 30)) == (2, 0)


def test_a_year_is_measured_in_months_where_they_come_out_whole_and_in_days_otherwise():
    year = UnitPeriod("months", 12)
    assert unit_periods_between(date(2026, 1, 10), date(2028, 4, 10), year) == (2, pytest.approx(0.25))
    full, fraction = unit_periods_between(date(2026, 1, 10), date(2027, 1, 27), year)
    assert (full, fraction.numerator, fraction.denominator) == (1, 17, 365)
