"""Moments: a bare date means the end of that day in the lender's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from campaign.errors import BadInput

YEARS = range(1900, 2200)  # beyond, adding a zone or a period can leave the calendar


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day in a zone, in UTC."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC)


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date or an ISO time as an aware moment in UTC; times without an offset are local to `zone`.

    Raises:
        BadInput: it is neither, or lies outside of the years that can be reckoned with.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"`{text}` is no date.", "Write a date as 2026-11-24 or an ISO time.") from error
    if moment.year not in YEARS:
        raise BadInput(
            f"`{text}` is too far from today.", f"Give a year from {YEARS.start} to {YEARS.stop - 1}."
        )
    if len(text) == 10:
        return end_of_day(moment.date(), zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
