"""A brief that cannot be used is refused in one sentence."""

from __future__ import annotations

from datetime import date

import pytest

from agents.brief_file import make_brief, read_brief
from campaign.errors import BadInput, Unreadable

TODAY = date(2026, 10, 9)


def test_a_period_that_is_not_given_is_a_quarter_from_its_first_day():
    brief = make_brief({}, {"starts": "2026-11-01"}, today=TODAY, budget_usd=10)
    assert 85 <= (brief.ends - brief.starts).days <= 95


@pytest.mark.parametrize(
    "period",
    [{"starts": "9999-12-31"}, {"ends": "9999-12-31"}, {"starts": "9999-12-30", "ends": "9999-12-31"}],
)
def test_a_period_at_the_edge_of_the_calendar_is_refused(period: dict[str, str]):
    with pytest.raises(BadInput, match="the period needs years from 1900 to 2199"):
        make_brief({}, period, today=TODAY, budget_usd=10)


def test_a_brief_that_is_no_table_is_refused():
    with pytest.raises(Unreadable, match="`brief` is no table"):
        read_brief("brief = 1", "brief.toml")
