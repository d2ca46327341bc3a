"""The market day by day: what was known at the end of each day, and whether anybody was at work."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaign.calendar import BusinessCalendar
from campaign.errors import BadInput
from campaign.rates import SurveyRate

DAY = timedelta(days=1)
SURVEY_HOLDS_DAYS = 7
"""The survey is weekly: after that many days its last week says nothing about the market any more."""


@dataclass(frozen=True, slots=True)
class MarketDay:
    """One calendar day, as it stood at its end.

    Attributes:
        day: the day.
        rate, rate_15y: latest survey rates published on or before it, percent; 30 years for both where the
            survey gave none of 15.
        works: whether the lender's office opens. published: whether a survey came out.
        opens_month, opens_quarter: whether it is the first working day of either.
    """

    day: date
    rate: float
    rate_15y: float
    works: bool
    published: bool
    opens_month: bool
    opens_quarter: bool


def market_days(
    weeks: Sequence[SurveyRate], calendar: BusinessCalendar, *, starts: date, ends: date
) -> tuple[MarketDay, ...]:
    """Every day from `starts` to `ends`, each with what was published by then and nothing later.

    Args:
        weeks: of the survey, oldest first. calendar: of the lender.
        starts: first day of a quarter, so that its first working day is among the days; not before the
            first week.
    """
    published = [week.week for week in weeks]
    days: list[MarketDay] = []
    month = quarter = None
    for ahead in range((ends - starts).days + 1):
        day = starts + ahead * DAY
        week = weeks[bisect_right(published, day) - 1]
        works = calendar.works_on(day)
        this_month, this_quarter = (day.year, day.month), (day.year, (day.month - 1) // 3)
        days.append(
            MarketDay(
                day=day,
                rate=week.rate_30y,
                rate_15y=week.rate_30y if week.rate_15y is None else week.rate_15y,
                works=works,
                published=week.week == day,
                opens_month=works and this_month != month,
                opens_quarter=works and this_quarter != quarter,
            )
        )
        if works:
            month, quarter = this_month, this_quarter
    return tuple(days)


def quarter_before(day: date) -> date:
    """The first day of the quarter before the one that a day lies in."""
    opens = date(day.year, day.month - (day.month - 1) % 3, 1)
    last = opens - DAY
    return date(last.year, last.month - 2, 1)


def after_business_days(day: date, count: int, calendar: BusinessCalendar) -> date:
    """The day on which that many further working days have come; the day itself for none."""
    while count:
        day += DAY
        count -= calendar.works_on(day)
    return day


def must_cover(weeks: Sequence[SurveyRate], *, starts: date, ends: date) -> None:
    """Make sure that the survey speaks of every day that is counted, and of the quarter before.

    Raises:
        BadInput: the days are in the wrong order, or lie outside of what the survey covers.
    """
    if starts > ends:
        raise BadInput(f"{starts} lies after {ends}.", "Give --from before --to.")
    begins = quarter_before(starts)
    if not weeks or begins < weeks[0].week:
        first = f"starts on {weeks[0].week}" if weeks else "is empty"
        raise BadInput(
            f"The rate survey held here {first}, and the replay has to start on {begins}.",
            "Give a later --from.",
        )
    if (ends - weeks[-1].week).days > SURVEY_HOLDS_DAYS:
        raise BadInput(
            f"The rate survey held here ends with the week of {weeks[-1].week}, before {ends}.",
            "Give an earlier --to.",
        )
