"""Unit-periods between two dates, measured as 12 CFR 1026 Appendix J (b)(4)-(5) measures them.

Months are counted back from the later date, and what is left over in front is a fraction of a
unit-period: its days over 30 a month, 15 a semimonth, or the days the period has.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from campaign.errors import BadInput

Measure = Literal["days", "semimonth", "months", "term"]


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """The period that payments keep; an annual percentage rate is its rate times their number in a year.

    Attributes:
        measure: in what it is counted; `term` is the whole term, in days, of one advance repaid at once.
        count: how many of those make one unit-period: 1 month, 2 weeks = 14 days, 12 months = 1 year.
    """

    measure: Measure
    count: int = 1

    @property
    def per_year(self) -> Fraction:
        """Unit-periods in a year: 12, 24, 26, 52, 365 ... ((b)(5)(ii)-(vii))."""
        if self.measure == "months":
            return Fraction(12, self.count)
        if self.measure == "semimonth":
            return Fraction(24)
        if self.measure == "days" and self.count % 7 == 0:
            return Fraction(52 * 7, self.count)
        return Fraction(365, self.count)


MONTH = UnitPeriod("months")
SEMIMONTH = UnitPeriod("semimonth")
WEEK = UnitPeriod("days", 7)
DAY = UnitPeriod("days")
YEAR = UnitPeriod("months", 12)


def months_back(day: date, months: int, *, month_end: bool = False) -> date:
    """The day a number of months earlier, kept inside a shorter month.

    Args:
        day: where to start. months: how far to go back.
        month_end: the series falls on the last day of every month.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if month_end else min(day.day, last))


def unit_periods_between(
    earlier: date, later: date, unit: UnitPeriod = MONTH, *, month_end: bool = False
) -> tuple[int, Fraction]:
    """Full unit-periods and the fraction left over between two dates, which the general equation needs.

    Args:
        earlier: usually the closing, when the finance charge begins to be earned.
        later: usually a payment.
        unit: the transaction's unit-period.
        month_end: the payments fall on the last day of every month.

    Raises:
        BadInput: the dates run backwards.
    """
    if later < earlier:
        raise BadInput(f"{later} lies before {earlier}.", "Give the earlier date first.")
    if unit.measure in ("days", "term"):
        full, odd = divmod((later - earlier).days, unit.count)
        return full, Fraction(odd, unit.count)
    months, odd = _months_and_days(earlier, later, month_end=month_end)
    if unit == YEAR:
        return _years(earlier, later, months, odd, month_end=month_end)
    length = 15 if unit.measure == "semimonth" else 30 * unit.count
    full, rest = divmod(30 * months + odd, length)
    return full, Fraction(rest, length)


def _months_and_days(earlier: date, later: date, *, month_end: bool) -> tuple[int, int]:
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    start = months_back(later, months, month_end=month_end)
    if start < earlier:
        months -= 1
        start = months_back(later, months, month_end=month_end)
    return months, (start - earlier).days


def _years(earlier: date, later: date, months: int, odd: int, *, month_end: bool) -> tuple[int, Fraction]:
    """Full years, then months over 12 where they come out whole, else days over 365 ((b)(5)(v))."""
    years, left = divmod(months, 12)
    if odd == 0:
        return years, Fraction(left, 12)
    start = months_back(later, 12 * years, month_end=month_end)
    return years, Fraction(min((start - earlier).days, 364), 365)


def single_payment_unit(earlier: date, later: date) -> UnitPeriod:
    """The unit-period of one advance repaid at once: its term, or a year where that is shorter ((b)(4)).

    Raises:
        BadInput: the payment does not come after the advance.
    """
    if later <= earlier:
        raise BadInput(f"The payment on {later} is not after the advance on {earlier}.", "Mend the dates.")
    months, odd = _months_and_days(earlier, later, month_end=False)
    if months >= 12:
        return YEAR
    if odd == 0:
        return UnitPeriod("months", months)
    return UnitPeriod("term", (later - earlier).days)
