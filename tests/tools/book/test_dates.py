"""Dates as other systems write them: formats, empty ones, spreadsheet numbers, zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.book.books import ZONE
from tools.book import dates

ENGINE = ibis.duckdb.connect()


def one(text: str, read: Any) -> Any:
    held = ibis.memtable({"cell": [text]}, schema={"cell": "string"})
    return ENGINE.to_pyarrow(held.select(value=read(held.cell))).to_pylist()[0]["value"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("03/05/2024", date(2024, 3, 5)),
        ("3/5/24", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("05-Mar-2024", date(2024, 3, 5)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("2024-03-05 00:00:00", date(2024, 3, 5)),
        ("3/5/2024 12:00:00 AM", date(2024, 3, 5)),
        ("2024-03-05T23:30:00-05:00", date(2024, 3, 5)),
        ("2024-03-05T00:00:00.000+0000", date(2024, 3, 5)),
        ("45356", date(2024, 3, 5)),
        ("45356.75", date(2024, 3, 5)),
        ("//", None),
        ("0000-00-00 00:00:00", None),
        ("2024-02-30", None),
        ("13/13/2024", None),
        ("soon", None),
    ],
)
def test_a_day_is_read(cell: str, day: date | None) -> None:
    assert one(cell, dates.day_of) == day


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-01-02T10:00:00Z", datetime(2024, 1, 2, 10)),
        ("2024-01-02 10:00:00-05:00", datetime(2024, 1, 2, 15)),
        ("2024-01-02 10:00:00", datetime(2024, 1, 2, 15)),
        ("7/2/2024 3:05 PM", datetime(2024, 7, 2, 19, 5)),
        ("2024-01-02", datetime(2024, 1, 3, 4, 59, 59)),
        ("2024-07-02", datetime(2024, 7, 3, 3, 59, 59)),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_a_moment_is_read_in_the_lenders_zone(cell: str, moment: datetime | None) -> None:
    assert one(cell, lambda text: dates.moment_of(text, ZONE)) == moment


@settings(max_examples=50, deadline=None)
@given(st.dates(date(1955, 1, 1), date(2090, 1, 1)))
def test_a_spreadsheet_number_is_the_day_it_shows(day: date) -> None:
    assert one(str((day - date(1899, 12, 30)).days), dates.day_of) == day


@settings(max_examples=50, deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.sampled_from(["America/Boise", "America/Phoenix", "Pacific/Honolulu", "UTC"]),
)
def test_local_times_agree_with_the_zone_tables_of_python(moment: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    offset = moment.replace(tzinfo=there).utcoffset()
    other = (moment + timedelta(hours=3)).replace(tzinfo=there).utcoffset()
    before = (moment - timedelta(hours=3)).replace(tzinfo=there).utcoffset()
    assert offset is not None
    if offset == other == before:  # the hour that a clock shows twice, or never, has no one answer
        read = one(moment.isoformat(sep=" "), lambda text: dates.moment_of(text, there))
        assert read == moment - offset
