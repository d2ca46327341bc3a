"""When the market speaks: the Fed's statement and the weekly survey, both on New York's clock.

Sources: Federal Reserve, "FOMC statements are released at 2 p.m."; Freddie Mac, "survey results are published
every Thursday at 12 p.m. ET", and the days of its record since 2011: where Thursday is a federal holiday it
is out on Wednesday. (On Thursday 2010-11-11, Veterans Day, it was not moved.)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.calendar import federal_holidays

NEW_YORK = ZoneInfo("America/New_York")
STATEMENT = time(14)
"""When the statement of a scheduled meeting is published, New York time."""
SURVEY = time(12)
"""When the weekly survey is published, New York time."""
_THURSDAY = 3
_WEEK = timedelta(days=7)


def statement_at(meeting: date) -> datetime:
    """The moment of a scheduled meeting's statement, in UTC."""
    return datetime.combine(meeting, STATEMENT, tzinfo=NEW_YORK).astimezone(UTC)


def survey_at(day: date) -> datetime:
    """The moment at which a survey published on a day is out, in UTC."""
    return datetime.combine(day, SURVEY, tzinfo=NEW_YORK).astimezone(UTC)


def survey_day(thursday: date) -> date:
    """The day on which the survey of a week is published, named by the week's Thursday."""
    return thursday - timedelta(days=1) if thursday in federal_holidays(thursday.year) else thursday


def last_survey_day(at: datetime, *, delay: timedelta = timedelta(0)) -> date:
    """The latest day of publication whose survey had been out for some time at a moment."""
    today = at.astimezone(NEW_YORK).date()
    thursday = today + timedelta(days=(_THURSDAY - today.weekday()) % 7)
    while survey_at(survey_day(thursday)) + delay > at:
        thursday -= _WEEK
    return survey_day(thursday)


def next_survey_day(at: datetime, *, delay: timedelta = timedelta(0)) -> date:
    """The first day of publication whose survey will have been out for some time after a moment."""
    last = last_survey_day(at, delay=delay)
    return survey_day(last + timedelta(days=(_THURSDAY - last.weekday()) % 7) + _WEEK)
