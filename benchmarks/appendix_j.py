"""The examples that Appendix J to 12 CFR 1026 prints in (c)(1)-(4), as dated schedules with their percent.

A row is as published: the amount, payments with their count in order, the unit-period, the days of the
advance and of the first payment, and the percent, which is printed to two decimals.
"""

from __future__ import annotations

from datetime import date

from policies.apr import Advance, PaymentSeries, annual_percentage_rate
from policies.unit_periods import MONTH, SEMIMONTH, WEEK, UnitPeriod, unit_periods_between

Example = tuple[float, list[tuple[float, int]], UnitPeriod, date, date, float]
PUBLISHED: list[Example] = [
    (5000, [(230, 24)], MONTH, date(1978, 1, 10), date(1978, 2, 10), 9.69),
    (6000, [(200, 36)], MONTH, date(1978, 2, 10), date(1978, 4, 1), 11.82),
    (5000, [(219.17, 24)], SEMIMONTH, date(1978, 2, 23), date(1978, 3, 1), 10.34),
    (10000, [(385, 40)], UnitPeriod("months", 3), date(1978, 5, 23), date(1978, 10, 1), 8.97),
    (500, [(17.60, 30)], WEEK, date(1978, 3, 20), date(1978, 4, 21), 14.96),
    (5000, [(250, 1), (230, 23)], MONTH, date(1978, 1, 10), date(1978, 2, 10), 10.08),
    (400, [(39.50, 1), (38.31, 11)], UnitPeriod("days", 28), date(1978, 3, 18), date(1978, 4, 20), 28.50),
    (5000, [(230, 23), (280, 1)], MONTH, date(1978, 1, 10), date(1978, 2, 10), 10.50),
    (200, [(9.50, 19), (30, 1)], UnitPeriod("days", 14), date(1978, 4, 3), date(1978, 4, 11), 12.22),
    (5000, [(250, 1), (230, 22), (280, 1)], MONTH, date(1978, 1, 10), date(1978, 2, 10), 10.90),
    (
        8000,
        [(449.36, 1), (465, 18), (200, 1)],
        UnitPeriod("months", 2),
        date(1978, 1, 10),
        date(1978, 3, 1),
        7.30,
    ),
]


def solved(example: Example) -> float:
    """The percent of an example by the code under test, dates counted into unit-periods by it too."""
    amount, payments, unit, advance, first, _ = example
    full, fraction = unit_periods_between(advance, first, unit)
    series = []
    for payment, count in payments:
        series.append(PaymentSeries(payment, count, full, float(fraction)))
        full += count
    return annual_percentage_rate([Advance(amount)], series, float(unit.per_year))
