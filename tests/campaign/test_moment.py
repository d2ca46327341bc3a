"""A moment given by hand is read in the lender's zone, or refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from campaign.errors import BadInput
from campaign.moment import parse_moment

BOISE = ZoneInfo("America/Boise")


def test_a_bare_date_is_its_last_second_and_a_time_without_offset_is_local():
    assert parse_moment("2026-11-24", BOISE) == datetime(2026, 11, 25, 6, 59, 59, tzinfo=UTC)
    assert parse_moment("2026-11-24T12:00", BOISE) == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert parse_moment("2026-11-24T12:00+02:00", BOISE) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["9999-12-31", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "0001-01-01"]
)
def test_a_moment_at_the_edge_of_the_calendar_is_refused(text: str):
    with pytest.raises(BadInput, match="Give a year from 1900 to 2199"):
        parse_moment(text, BOISE)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30"])
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(BadInput, match="is no date"):
        parse_moment(text, BOISE)
