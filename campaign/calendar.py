"""The business calendar: when the lender's office is open, and time counted in hours that it is.

Hours are real ones. A day on which the clock changes while the office is open has an hour less or more; a
time that comes twice that day opens at its first coming and closes at its last, and one that the clock
skips counts as the moment of the skip.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from campaign.noun import Noun

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class BusinessCalendar(Noun):
    """When people are at their desks: the `[calendar]` table of lender.toml.

    Attributes:
        days: working days, `mon` to `sun`.
        opens, closes: local times in the lender's zone; a closing time of 00:00 is the midnight that ends
            the day.
        holidays: `federal` (5 U.S.C. 6103, with the days they are observed on) or `none`.
        extra_closed: further days on which nobody works.
    """

    days: tuple[Weekday, ...] = Field(default=WEEK[:5], min_length=1)
    opens: time = time(9)
    closes: time = time(17)
    holidays: Literal["federal", "none"] = "federal"
    extra_closed: tuple[date, ...] = ()

    @field_validator("opens", "closes", mode="before")
    @classmethod
    def _as_on_a_clock(cls, value: Any) -> Any:
        told = value if isinstance(value, time) else None
        if isinstance(value, str):
            try:
                told = time.fromisoformat(value)
            except ValueError as error:
                raise ValueError('is no time of day; write it as "09:00"') from error
        if told is None or told.tzinfo is not None or told.second or told.microsecond:
            raise ValueError('is no local time of day to the minute; write it as "09:00"')
        return told

    @field_validator("closes")
    @classmethod
    def _open_for_a_while(cls, value: time, info: ValidationInfo) -> time:
        opens = info.data.get("opens", _MIDNIGHT)
        if value != _MIDNIGHT and value <= opens:
            raise ValueError(f"is not after the office opens at {opens:%H:%M}")
        return value

    def works_on(self, day: date) -> bool:
        """Whether the office opens at all on a local day."""
        if WEEK[day.weekday()] not in self.days or day in self.extra_closed:
            return False
        return self.holidays == "none" or day not in federal_holidays(day.year)


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[date]:
    """The federal public holidays of a year, with the working days they are observed on; none after 2100."""
    from holidays import country_holidays

    return frozenset(country_holidays("US", years=year))


def add_business_hours(at: datetime, hours: float, calendar: BusinessCalendar, zone: ZoneInfo) -> datetime:
    """The first moment by which the office has been open for some hours since `at`.

    Args:
        at: aware. hours: not negative; none at all gives `at` itself.

    Returns:
        An aware moment in UTC.
    """
    if hours < 0:
        raise ValueError(f"{hours} hours cannot be added")
    left = timedelta(hours=hours)
    if not left:
        return at.astimezone(UTC)
    for opens, closes in _openings(at, calendar, zone):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("the days never end")


def _openings(
    at: datetime, calendar: BusinessCalendar, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of each working day from a moment on, in UTC."""
    day = at.astimezone(zone).date()
    since = at.astimezone(UTC)
    while True:
        opens, closes = _hours_of(day, calendar, zone)
        if max(opens, since) < closes:
            yield max(opens, since), closes
        day += _DAY


def _hours_of(day: date, calendar: BusinessCalendar, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Opening and closing of one local day, in UTC; the same moment twice where nobody works."""
    opens = _first(datetime.combine(day, calendar.opens), zone)
    if not calendar.works_on(day):
        return opens, opens
    if calendar.closes == _MIDNIGHT:
        return opens, _first(datetime.combine(day + _DAY, _MIDNIGHT), zone)
    return opens, _last(datetime.combine(day, calendar.closes), zone)


def _first(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows a local time."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if _shows(moment, wall, zone) else _skip(wall, zone)


def _last(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock shows a local time for the last time."""
    moment = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return moment if _shows(moment, wall, zone) else _skip(wall, zone)


def _shows(moment: datetime, wall: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall


def _skip(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock jumps over a local time: halved until it is known to the second."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after
