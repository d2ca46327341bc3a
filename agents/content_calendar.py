"""The first weeks of a plan as dated things to do, on business days only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from agents.reference_tables import table
from campaign.plan import CalendarEntry, Placement

WEEKS_SHOWN = 6


def cadence_of(channel: str) -> dict[str, str]:
    """Goal, cadence and rhythm of a channel, from `agents/tables/cadences.csv`."""
    return next(row for row in table("cadences") if row["channel"] == channel)


def calendar(placements: Sequence[Placement], starts: date, ends: date) -> tuple[CalendarEntry, ...]:
    """What is due in the first six weeks of the period.

    Args:
        placements: the plan's placements.
        starts, ends: the brief's period, both included.

    Returns:
        Entries by date, then placement; each on a business day within the period.
    """
    last = min(ends, starts + timedelta(weeks=WEEKS_SHOWN) - timedelta(days=1))
    entries = [
        CalendarEntry(on=day, placement_id=placement.placement_id, what=row["what"])
        for placement in placements
        for row in (cadence_of(placement.channel.value),)
        for day in _days(int(row["every_days"]), int(row["weekday"]), starts, last)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.on, entry.placement_id)))


def _days(every: int, weekday: int, starts: date, last: date) -> Iterator[date]:
    """The business days of one rhythm: its weekday, or the next business day after a holiday.

    Counted from the day itself, so that a holiday never brings two letters closer than the rhythm.
    """
    wanted = starts + timedelta(days=(weekday - starts.weekday()) % 7)
    if wanted > last:
        wanted = starts
    while wanted <= last:
        day = next_business_day(wanted)
        if day > last:
            return
        yield day
        if not every:
            return
        wanted = day + timedelta(days=every)


def next_business_day(day: date) -> date:
    """The day itself, or the first one after it that is no weekend and no federal holiday."""
    while day.weekday() >= 5 or day in federal_holidays(day.year) or day in federal_holidays(day.year + 1):
        day += timedelta(days=1)
    return day


def federal_holidays(year: int) -> frozenset[date]:
    """Days on which federal offices are closed for the holidays of a year (5 USC 6103).

    One that falls on a Saturday is kept on the Friday before, on a Sunday on the Monday after.
    """
    fixed = (date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)))
    moving = (
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _nth(year, 6, 0, 1) - timedelta(days=7),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    )
    shift = {5: timedelta(days=-1), 6: timedelta(days=1)}
    return frozenset(day + shift.get(day.weekday(), timedelta()) for day in (*fixed, *moving))


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
