"""How rates moved around meetings: which weeks are compared, and what may be said of it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.market import Reading
from tests.tools.market.markets import FIRST, market, meeting, weeks_of
from tools.market.meeting_moves import (
    QUANTILES,
    correlation_with_decision,
    correlation_with_treasury,
    distribution,
    moves_around,
    other_weeks,
)
from tools.market.series import shipped_market

MARKET = shipped_market()
RATES = (6.0, 6.1, 6.4, 6.2, 6.25, 6.3)
WEDNESDAY = FIRST + timedelta(days=13)


@pytest.mark.parametrize(("weeks", "move"), [(1, 30.0), (2, 10.0), (4, 20.0)])
def test_the_last_survey_before_a_meeting_is_compared_with_a_later_one(weeks, move):
    (found,) = moves_around(market(weeks_of(RATES), [meeting(WEDNESDAY, -25)]), weeks_after=weeks)
    assert (found.before.day, found.before.percent) == (FIRST + timedelta(days=7), 6.1)
    assert found.after.day == found.before.day + timedelta(days=7 * weeks)
    assert (found.move_bps, found.direction, found.change_bps) == (move, "cut", -25)


def test_a_survey_of_the_day_of_the_statement_comes_before_it():
    thursday = FIRST + timedelta(days=14)
    (found,) = moves_around(market(weeks_of(RATES), [meeting(thursday)]))
    assert (found.before.percent, found.after.percent) == (6.4, 6.2)


def test_meetings_without_both_weeks_or_without_a_decision_have_no_move():
    idle = {"change": None, "status": "no_rate_decision"}
    off = {"change": None, "status": "cancelled", "cancelled_on": FIRST}
    last = FIRST + timedelta(days=7 * len(RATES))
    days = [FIRST - timedelta(days=2), last]
    held = [meeting(day) for day in days] + [meeting(WEDNESDAY, **idle), meeting(WEDNESDAY, **off)]
    assert moves_around(market(weeks_of(RATES), held)) == ()


def test_an_outcome_that_is_not_known_has_a_move_and_no_direction():
    unknown = meeting(WEDNESDAY, change=None, status="unknown")
    (found,) = moves_around(market(weeks_of(RATES), [unknown]))
    assert (found.direction, found.change_bps, found.move_bps) == (None, None, 30.0)


def test_a_gap_in_the_survey_is_no_move():
    weeks = weeks_of(RATES[:2]) + weeks_of(RATES[2:], FIRST + timedelta(days=70))
    assert moves_around(market(weeks, [meeting(WEDNESDAY)])) == ()
    assert moves_around(market(weeks, [meeting(FIRST + timedelta(days=68))])) == ()


def test_nothing_published_after_the_last_day_is_looked_at():
    whole = market(weeks_of(RATES), [meeting(WEDNESDAY)])
    assert moves_around(whole, until=WEDNESDAY) == ()
    assert len(moves_around(whole, until=WEDNESDAY + timedelta(days=1))) == 1
    assert moves_around(whole, since=WEDNESDAY + timedelta(days=1)) == ()
    first = date(2026, 2, 26)
    assert all(move.after.day <= first for move in moves_around(MARKET, until=first, weeks_after=4))


@given(st.lists(st.floats(-100, 100).map(lambda move: round(move, 1)), min_size=1, max_size=60))
def test_quantiles_are_those_of_the_straight_line_between_moves(moves):
    found = distribution(moves)
    assert found.count == len(moves)
    for share in QUANTILES:
        assert found.quantiles[share] == pytest.approx(np.quantile(moves, share), abs=0.051)


def test_no_moves_have_no_quantiles_and_no_correlation():
    assert (distribution([]).count, dict(distribution([]).quantiles)) == (0, {})
    assert correlation_with_treasury([]) is None
    assert other_weeks(MARKET, []) == ()


def test_the_ten_year_is_compared_over_the_same_weeks():
    treasury = [
        Reading(day=FIRST + timedelta(days=7 * place), percent=4 + place / 4, source="H.15", weekly=True)
        for place in range(len(RATES))
    ]
    (found,) = moves_around(market(weeks_of(RATES), [meeting(WEDNESDAY)], treasury), weeks_after=2)
    assert found.treasury_bps == 50.0


def test_other_weeks_are_all_those_between_the_meetings():
    held = market(weeks_of(RATES), [meeting(FIRST + timedelta(days=6)), meeting(FIRST + timedelta(days=27))])
    moves = moves_around(held)
    assert [move.move_bps for move in moves] == [10.0, 5.0]
    assert other_weeks(held, moves) == (30.0, -20.0)


def test_rates_followed_the_ten_year_and_not_the_decision():
    """Each over some two hundred meetings, so that the difference is no accident of a few."""
    for weeks in (1, 2, 4):
        moves = moves_around(MARKET, weeks_after=weeks)
        assert len(moves) >= 219
        assert correlation_with_treasury(moves) > 0.7
        assert abs(correlation_with_decision(moves)) < 0.25


def test_weeks_of_meetings_moved_like_other_weeks():
    moves = moves_around(MARKET)
    met, others = distribution(moves), distribution(other_weeks(MARKET, moves))
    assert others.count > 1000
    assert abs(met.quantiles[0.05] - others.quantiles[0.05]) <= 3
    assert abs(met.quantiles[0.95] - others.quantiles[0.95]) <= 3


def test_a_known_meeting_by_hand():
    """15 June 2022: 5.23 % on 9 June, 5.78 % on 16 June, after a rise of three quarters of a point."""
    (found,) = moves_around(MARKET, since=date(2022, 6, 15), until=date(2022, 6, 16))
    assert (found.before.percent, found.after.percent, found.move_bps, found.change_bps) == (
        5.23,
        5.78,
        55.0,
        75,
    )
