"""How the cases of a meeting are cut out of what came of earlier ones: bands that never meet, and their time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.scenarios import LEAST_MOVES, suppositions
from campaign.errors import BadInput
from campaign.lender import parse_lender
from campaign.market_hours import statement_at
from tests.agents.briefs import MEETING, MOVES
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))


@settings(deadline=None)  # the first example pays for the list of holidays
@given(
    rate=st.integers(16, 80).map(lambda eighths: eighths / 8),
    moves=st.lists(st.integers(-80, 80).map(float), min_size=LEAST_MOVES, max_size=60),
)
def test_bands_never_meet_and_hold_every_eighth_in_reach(rate, moves):
    cases = suppositions(MEETING, rate, moves, LENDER)
    for one in cases:
        for other in cases:
            apart = one.condition.high < other.condition.low or other.condition.high < one.condition.low
            assert one is other or apart
    reach = {case.name: case for case in cases}
    for move in moves:
        name = "flat" if abs(move) <= 12.5 else "down" if move < 0 else "up"
        assert reach[name].condition.low <= rate + move / 100 <= reach[name].condition.high
    for case in cases:
        planned = rate + case.shift_bps / 100
        assert case.condition.low <= planned <= case.condition.high or case.name == "flat"


def test_a_case_is_asked_about_after_the_statement_and_for_a_working_week():
    case = suppositions(MEETING, 6.125, MOVES, LENDER)[0]
    assert case.condition.since == datetime(2026, 3, 18, 18, 0, tzinfo=UTC)
    assert case.condition.before == datetime(2026, 3, 25, 18, 0, tzinfo=UTC)


def test_the_statement_is_at_two_in_new_york_in_summer_and_winter():
    assert statement_at(date(2026, 1, 28)).astimezone(UTC).hour == 19
    assert statement_at(date(2026, 7, 29)).astimezone(UTC).hour == 18


def test_a_way_rates_never_went_is_no_case():
    names = [case.name for case in suppositions(MEETING, 6.0, [0.0] * LEAST_MOVES, LENDER)]
    assert names == ["flat"]


def test_too_few_meetings_size_nothing():
    with pytest.raises(BadInput, match="is known for 3 meetings"):
        suppositions(MEETING, 6.0, [0.0, 1.0, 2.0], LENDER)
