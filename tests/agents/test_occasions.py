"""When a meeting is over: from its statement on, not from the day on which it lies."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from agents.occasions import meetings_stated
from campaign.market_hours import NEW_YORK
from tools.market.series import shipped_market

STATEMENT = datetime(2026, 9, 16, 14, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("after", "until", "found"),
    [
        (timedelta(hours=-5), timedelta(minutes=-1), []),
        (timedelta(hours=-5), timedelta(0), ["2026-09-16"]),
        (timedelta(0), timedelta(hours=5), []),
        (timedelta(days=-182), timedelta(0), ["2026-04-29", "2026-06-17", "2026-07-29", "2026-09-16"]),
    ],
)
def test_a_meeting_counts_from_its_statement_on(after: timedelta, until: timedelta, found: list[str]) -> None:
    told = meetings_stated(shipped_market(), STATEMENT + after, STATEMENT + until)
    assert [meeting.decides.isoformat() for meeting in told] == found
