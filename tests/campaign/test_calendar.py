"""Business hours against a reference that counts minute by minute, over changes of the clock and holidays."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.calendar import (
    WEEK,
    BusinessCalendar,
    add_business_hours,
    federal_holidays,
)

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
OFFICE = BusinessCalendar()
ROUND_THE_CLOCK = BusinessCalendar(days=WEEK, opens=time(0), closes=time(0), holidays="none")
ZONES = (
    "America/New_York", "America/Denver", "America/Phoenix", "Pacific/Honolulu", "America/Havana",
    "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia",
)  # fmt: skip
CHANGES = (
    datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC),  # the United States, Cuba
    datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 10, 3, 14, tzinfo=UTC),  # Europe, Lord Howe
    datetime(2011, 12, 30, 8, tzinfo=UTC),  # Samoa left a whole day out
)  # fmt: skip


def nights(opens: str, closes: str) -> BusinessCalendar:
    return BusinessCalendar(days=WEEK, opens=opens, closes=closes, holidays="none")


def utc(*parts: int, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)


def nth(year: int, month: int, weekday: int, n: int) -> date:
    days = [date(year, month, 1) + timedelta(days=k) for k in range(31)]
    fitting = [day for day in days if day.month == month and day.weekday() == weekday]
    return fitting[n - 1] if n > 0 else fitting[n]


def holidays_by_law(year: int) -> set[date]:
    """5 U.S.C. 6103, worked out anew: Saturdays are observed on Friday, Sundays on Monday."""
    floating = {
        nth(year, 1, 0, 3), nth(year, 2, 0, 3), nth(year, 5, 0, -1), nth(year, 9, 0, 1), nth(year, 10, 0, 2),
        nth(year, 11, 3, 4),
    }  # fmt: skip
    fixed = {date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), date(year + 1, 1, 1)}
    if year >= 2021:
        fixed.add(date(year, 6, 19))
    moved = {5: timedelta(days=-1), 6: timedelta(days=1)}
    observed = {day + moved.get(day.weekday(), timedelta()) for day in fixed}
    return {day for day in floating | fixed | observed if day.year == year}


def open_minutes(start: datetime, days: int, calendar: BusinessCalendar, zone: ZoneInfo) -> list[datetime]:
    """Every open minute of some days, by looking at the clock on the wall each minute."""
    by_day: dict[date, list[tuple[datetime, time]]] = {}
    moment = start - timedelta(days=2)
    while moment < start + timedelta(days=days + 2):
        wall = moment.astimezone(zone)
        by_day.setdefault(wall.date(), []).append((moment, wall.time()))
        moment += MINUTE
    found = []
    for day, minutes in by_day.items():
        closed = WEEK[day.weekday()] not in calendar.days or day in calendar.extra_closed
        if closed or (calendar.holidays == "federal" and day in holidays_by_law(day.year)):
            continue
        ends_at_midnight = calendar.closes == time(0)
        opened = [moment for moment, wall in minutes if wall >= calendar.opens]
        not_closed = [moment for moment, wall in minutes if ends_at_midnight or wall < calendar.closes]
        if opened and not_closed:
            found += [moment for moment, _ in minutes if opened[0] <= moment <= not_closed[-1]]
    return found


moments = st.one_of(
    st.datetimes(datetime(2012, 1, 5), datetime(2035, 12, 1), timezones=st.just(UTC)),
    st.builds(lambda change, minutes: change + minutes * MINUTE, st.sampled_from(CHANGES), st.integers(-4000, 2000)),
).map(lambda moment: moment.replace(second=0, microsecond=0))  # fmt: skip
calendars = st.builds(
    lambda days, opens, length, holidays: BusinessCalendar(
        days=tuple(days), opens=opens, holidays=holidays,
        closes=(datetime.combine(date(2020, 1, 1), opens) + length * MINUTE).time()
        if opens.hour * 60 + opens.minute + length < 24 * 60
        else time(0),
    ),
    st.lists(st.sampled_from(WEEK), min_size=3, max_size=7, unique=True),
    st.builds(time, st.integers(0, 22), st.sampled_from([0, 1, 30])),
    st.integers(1, 24 * 60),
    st.sampled_from(["federal", "none"]),
)  # fmt: skip
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])


@settings(max_examples=200, deadline=None)
@given(at=moments, calendar=calendars, zone=zones, share=st.floats(0.001, 1))
@example(at=utc(2026, 3, 7, 12), calendar=ROUND_THE_CLOCK, zone=NEW_YORK, share=0.7)
@example(at=utc(2026, 10, 31, 12), calendar=ROUND_THE_CLOCK, zone=NEW_YORK, share=0.7)
@example(at=utc(2026, 3, 7, 12), calendar=nights("02:30", "05:00"), zone=NEW_YORK, share=0.3)
@example(at=utc(2026, 3, 7, 12), calendar=nights("01:00", "02:30"), zone=NEW_YORK, share=0.3)
@example(at=utc(2026, 10, 31, 12), calendar=nights("01:30", "05:00"), zone=NEW_YORK, share=0.3)
@example(at=utc(2026, 10, 31, 12), calendar=nights("00:30", "01:30"), zone=NEW_YORK, share=0.3)
@example(
    at=utc(2011, 12, 29, 12), calendar=nights("09:00", "17:00"), zone=ZoneInfo("Pacific/Apia"), share=0.6
)
def test_the_same_as_counting_minute_by_minute(at, calendar, zone, share):
    counted = open_minutes(at, 5, calendar, zone)
    ahead = [moment for moment in counted if moment >= at and moment < at + timedelta(days=5)]
    if ahead:
        minutes = max(1, round(share * len(ahead)))
        due = add_business_hours(at, minutes / 60, calendar, zone)
        assert abs(due - (ahead[minutes - 1] + MINUTE)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("year", range(2015, 2045))
def test_the_holidays_are_those_of_the_law(year):
    assert federal_holidays(year) == holidays_by_law(year)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        pytest.param((2026, 3, 2, 9), 8, (2026, 3, 2, 17), id="a whole day ends when the office closes"),
        pytest.param((2026, 3, 2, 16), 2, (2026, 3, 3, 10), id="over night"),
        pytest.param((2026, 3, 6, 16), 2, (2026, 3, 9, 10), id="over a weekend on which the clock changes"),
        pytest.param((2026, 7, 2, 16), 2, (2026, 7, 6, 10), id="Independence Day, observed on Friday"),
        pytest.param((2021, 12, 30, 16), 2, (2022, 1, 3, 10), id="New Year, observed in the old year"),
        pytest.param((2026, 3, 7, 23, 59), 1, (2026, 3, 9, 10), id="from a Saturday night"),
        pytest.param((2026, 3, 2, 20), 0, (2026, 3, 2, 20), id="no hours at all"),
    ],
)  # fmt: skip
def test_business_hours_of_an_office(at, hours, due):
    assert add_business_hours(utc(*at), hours, OFFICE, NEW_YORK) == utc(*due)


def test_the_night_of_the_change_has_an_hour_less_and_an_hour_more():
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    for day, hours in ((spring, 23), (autumn, 25)):
        start = datetime.combine(day, time(0), tzinfo=NEW_YORK)
        end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=NEW_YORK)
        assert add_business_hours(start, hours, ROUND_THE_CLOCK, NEW_YORK) == end


def test_an_extra_closed_day_is_no_working_day():
    closed = BusinessCalendar(extra_closed=(date(2026, 3, 3),))
    assert add_business_hours(utc(2026, 3, 2, 16), 2, closed, NEW_YORK) == utc(2026, 3, 4, 10)


def test_hours_are_never_taken_back():
    with pytest.raises(ValueError, match="cannot be added"):
        add_business_hours(utc(2026, 3, 2, 9), -1, OFFICE, NEW_YORK)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": 9}, {"opens": "nine"}, {"opens": "09:00Z"}, {"opens": "09:00:30"}, {"opens": "17:00"},
        {"closes": "08:00"}, {"days": []}, {"days": ["monday"]}, {"holidays": "bank"},
        {"extra_closed": ["soon"]}, {"lunch": "12:00"},
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(wrong):
    with pytest.raises(ValueError):
        BusinessCalendar.model_validate(wrong)


def test_the_table_of_holidays_is_opened_only_where_a_day_is_asked_about():
    code = (
        "import sys; from datetime import date; from campaign.calendar import BusinessCalendar as C; c = C();"
        "assert 'holidays' not in sys.modules; c.works_on(date(2026, 1, 1)); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
