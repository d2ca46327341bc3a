"""Payoffs and applications from cells of loans: worked by hand, and inside their intervals as often as said."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import numpy as np
import pytest

from agents.payoff_volume import LoanCells, Volume, loan_cells, volume
from agents.reference_tables import figures
from campaign.rates import SurveyRate
from tools.market.prepayment_response import shipped_response
from tools.market.series import Market

ON = date(2026, 2, 26)
GIVEN = figures("value_assumptions")
RESPONSE = shipped_response()


def market(*rates: float, fifteen: float | None = 5.5) -> Market:
    """A survey whose last weeks, oldest first, are of these months before `ON`, percent."""
    weeks = [
        SurveyRate(
            week=ON - timedelta(days=30 * back),
            rate_30y=rate,
            rate_15y=fifteen,
            source="by hand",
            provenance="published",
        )
        for back, rate in zip(range(len(rates) - 1, -1, -1), rates, strict=True)
    ]
    return Market(weeks=tuple(weeks), treasury=(), daily=(), meetings=())


def cells(
    rate: float,
    age: float = 30,
    *,
    loans: float = 1000,
    own: bool = True,
    short: bool = False,
    usd: float = 3e8,
) -> LoanCells:
    return LoanCells(
        own=np.array([own]), short=np.array([short]), rate=np.array([rate]), age=np.array([age]),
        loans=np.array([loans]), usd=np.array([usd]),
    )  # fmt: skip


STEADY = market(6.0, 6.0, 6.0, 6.0)


def after(shift_bps: float = 0.0, held: LoanCells | None = None, known: Market = STEADY) -> Volume:
    return volume(held or cells(7.0), known, on=ON, shift_bps=shift_bps)


def test_a_month_of_payoffs_is_the_response_at_the_survey_of_two_months_before():
    assert after().payoffs_30[1] == pytest.approx(1000 * float(RESPONSE.monthly(100, 30)), abs=0.05)


def test_three_months_are_paid_off_from_what_is_left():
    share = float(RESPONSE.monthly(100, 30))
    left = 1 - share
    assert after().payoffs_90[1] == pytest.approx(1000 * share * (1 + left + left**2), abs=0.05)


def test_a_move_of_today_changes_no_payoff_of_the_first_two_months():
    """What is paid off in a month was applied for two months before."""
    down, up = after(-100), after(100)
    assert down.payoffs_30 == up.payoffs_30
    share, last = float(RESPONSE.monthly(100, 30)), float(RESPONSE.monthly(0, 30))
    left = 1 - share
    assert up.payoffs_90[1] == pytest.approx(1000 * (share + left * share + left**2 * last), abs=0.05)


def test_payoffs_of_the_first_months_follow_rates_that_are_known():
    """Rates fell in the last month: those who applied before it had no incentive."""
    fell = market(7.0, 7.0, 7.0, 6.0)
    assert after(known=fell).payoffs_30[1] == pytest.approx(1000 * float(RESPONSE.monthly(0, 30)), abs=0.05)


def test_applications_follow_at_once_what_exceeds_turnover_at_this_lenders_share():
    today, turnover = float(RESPONSE.monthly(100, 30)), float(RESPONSE.monthly(-25, 30))
    refinances = 1000 * (today - turnover) * GIVEN["own_capture"] / GIVEN["applied_funds"]
    movers = 1000 * turnover * GIVEN["next_home_capture"] / GIVEN["applied_funds"]
    assert after().applications_30[1] == pytest.approx(refinances + movers, abs=0.05)
    left = 1 - today
    assert after().refinances_90 == pytest.approx(refinances * (1 + left + left**2), abs=0.05)


def test_loans_at_other_lenders_bring_refinances_and_no_payoff_of_ours():
    ours, theirs = after(), after(held=cells(7.0, own=False))
    assert theirs.payoffs_90 == (0, 0, 0)
    assert theirs.refinances_90 == pytest.approx(
        ours.refinances_90 * GIVEN["rival_capture"] / GIVEN["own_capture"], abs=0.1
    )
    assert theirs.applications_90[1] == theirs.refinances_90


def test_lower_rates_bring_more_and_higher_ones_less():
    counts = [after(shift, cells(6.0)).applications_90[1] for shift in range(-100, 125, 25)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * counts[-1]
    # with no incentive at all only those who move are left
    assert after(100, cells(6.0)).refinances_90 == 0


def test_a_short_loan_is_compared_with_the_fifteen_year_rate():
    assert after(held=cells(6.5, short=True)).payoffs_30 == after(held=cells(7.0)).payoffs_30
    unknown = market(6.0, 6.0, 6.0, 6.0, fifteen=None)
    assert after(held=cells(7.0, short=True), known=unknown).payoffs_30 == after().payoffs_30


def test_dollars_are_the_applications_at_their_mean_amount():
    one = after()
    assert one.usd_90[1] / one.applications_90[1] == pytest.approx(300_000, rel=0.01)


def test_an_old_survey_is_used_as_it_stands():
    """Where the series ends early every month is read off its last week, and nothing is made up."""
    old = market(6.0)
    assert volume(cells(7.0), old, on=ON + timedelta(days=50), shift_bps=0.0).payoffs_90 == after().payoffs_90


def test_a_book_without_loans_brings_nothing():
    none = LoanCells(*(np.array([], dtype=bool),) * 2, *(np.array([]),) * 4)
    assert after(held=none) == Volume(*((0.0, 0.0, 0.0),) * 4, 0.0, (0.0, 0.0, 0.0))


@pytest.mark.parametrize("loans", [300, 20_000])
def test_years_drawn_from_the_response_lie_inside_the_interval_as_often_as_it_says(loans: float):
    """Effects of year and cell drawn anew, then chance: eight in ten counts lie inside, small book and large."""
    rng = np.random.default_rng(7)
    expected = after(held=cells(7.0, loans=loans)).payoffs_90
    effect = np.exp(rng.normal(0, RESPONSE.spread(), 20_000))
    drawn = rng.poisson(expected[1] * effect)
    inside = np.mean((drawn >= expected[0]) & (drawn <= expected[2]))
    assert 0.75 <= inside <= 0.92


def test_a_book_spread_over_many_cells_is_known_better_than_one_cell():
    many = LoanCells(
        own=np.ones(50, bool), short=np.zeros(50, bool), rate=np.linspace(5.0, 8.0, 50), age=np.full(50, 30.0),
        loans=np.full(50, 2000.0), usd=np.full(50, 6e8),
    )  # fmt: skip

    def wide(expected: tuple[float, float, float]) -> float:
        return (expected[2] - expected[0]) / expected[1]

    assert wide(after(held=many).payoffs_90) < 0.9 * wide(after(held=cells(7.0, loans=100_000)).payoffs_90)


COLUMNS = {
    "status": "string", "rate_type": "string", "product": "string", "lien": "int64", "note_rate": "float64",
    "term_months": "int64", "months_since_funding": "int64", "current_balance": "float64",
}  # fmt: skip
LOAN = {
    "status": "funded", "rate_type": "fixed", "product": "conventional", "lien": 1, "note_rate": 6.5,
    "term_months": 360, "months_since_funding": 20, "current_balance": 100_000.0,
}  # fmt: skip


def view(*loans: dict[str, object]) -> ibis.Table:
    rows = [LOAN | changed for changed in loans]
    return ibis.memtable({name: [row[name] for row in rows] for name in COLUMNS}, schema=COLUMNS)


def test_loans_alike_are_one_cell():
    found, left_out = loan_cells(view({}, {}, {"status": "elsewhere"}, {"term_months": 180}))
    assert left_out == 0
    assert sorted(zip(found.own, found.short, found.loans, found.usd, strict=True)) == [
        (False, False, 1, 100_000), (True, False, 2, 200_000), (True, True, 1, 100_000),
    ]  # fmt: skip
    assert set(found.rate) == {6.5}


@pytest.mark.parametrize(
    "changed",
    [{"rate_type": "adjustable"}, {"product": "heloc"}, {"product": "arm"}, {"lien": 2}, {"note_rate": None}],
)
def test_what_the_response_does_not_speak_of_is_counted_and_left_out(changed):
    found, left_out = loan_cells(view({}, changed))
    assert (found.loans.sum(), left_out) == (1, 1)


def test_those_who_hold_no_loan_are_neither_counted_nor_left_out():
    found, left_out = loan_cells(view({}, {"status": "applied"}, {"status": "preapproved"}))
    assert (found.loans.sum(), left_out) == (1, 0)


def test_unknown_words_do_not_lose_a_loan():
    unknown = {
        "rate_type": None,
        "product": None,
        "lien": None,
        "term_months": None,
        "months_since_funding": None,
    }
    found, left_out = loan_cells(view(unknown))
    assert (found.loans.sum(), left_out) == (1, 0)
    assert found.age == [36]
