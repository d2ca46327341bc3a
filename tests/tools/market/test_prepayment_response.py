"""The payoff response: found again in simulated counts, honest about unseen years, held against real ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.prepayment_response import (
    FILE,
    LAST_FITTED,
    by_incentive_alone,
    constant,
    judged,
    left_out_in_turn,
)
from campaign.errors import Unreadable
from tests.conftest import SHARED, missing
from tools.market.prepayment_fit import PayoffCells, fit_response, read_cells
from tools.market.prepayment_response import PayoffResponse, monthly_payoff, shipped_response

AGES = (0.0, 7.0, 25.0, 61.0)
FACTORS = (0.35, 0.8, 1.0, 0.7)
BUCKETS = tuple(float(start) for start in range(-100, 150, 25))
LEVELS = tuple(0.006 + 0.016 / (1 + math.exp(-(start - 40) / 20)) for start in BUCKETS)


def simulated(seed: int, *, years: int = 12, spread: float = 0.2, within: float = 0.1) -> PayoffCells:
    """Counts drawn from a known response: Poisson, with an effect of the year and one of the cell."""
    rng = np.random.default_rng(seed)
    year, age, bucket = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(years), np.arange(len(AGES)), np.arange(len(BUCKETS)), indexing="ij"
        )
    )
    months = rng.integers(50_000, 2_000_000, year.size).astype(float)
    effect = np.exp(rng.normal(0, spread, years))[year] * np.exp(rng.normal(0, within, year.size))
    share = np.array(LEVELS)[bucket] * np.array(FACTORS)[age] * effect
    return PayoffCells(
        year=2000.0 + year,
        age=np.array(AGES)[age],
        incentive=np.array(BUCKETS)[bucket],
        loan_months=months,
        payoffs=rng.poisson(months * share).astype(float),
    )


def test_a_known_response_is_found_again():
    """Without effects of year and cell, nothing but chance stands between counts and response."""
    found = fit_response(simulated(1, spread=0.0, within=0.0))
    assert found.incentives == BUCKETS
    assert found.ages == AGES
    assert found.levels == pytest.approx(LEVELS, rel=0.02)
    assert found.factors == pytest.approx(FACTORS, rel=0.02)
    assert found.year_spread < 0.01
    assert found.cell_spread < 0.02


def test_the_spreads_are_found_again():
    found = [fit_response(simulated(seed, spread=0.25, within=0.15)) for seed in range(20)]
    assert np.mean([one.year_spread for one in found]) == pytest.approx(0.25, rel=0.15)
    assert np.mean([one.cell_spread for one in found]) == pytest.approx(0.15, rel=0.1)


def test_a_year_of_refinancing_does_not_become_the_rule():
    """A year with ten times the loans counts as one year."""
    cells = simulated(2, spread=0.0, within=0.0)
    wild = cells.year == cells.year.max()
    months = np.where(wild, cells.loan_months * 10, cells.loan_months)
    payoffs = np.where(wild, cells.payoffs * 10 * 2, cells.payoffs)
    found = fit_response(PayoffCells(cells.year, cells.age, cells.incentive, months, payoffs))
    assert found.levels == pytest.approx([level * 2 ** (1 / 12) for level in LEVELS], rel=0.02)


def test_unseen_years_lie_inside_the_interval_four_times_in_five():
    inside = []
    for seed in range(60):
        cells = simulated(100 + seed, years=13)
        response = fit_response(cells.where(cells.year < 2012))
        held = judged(response, cells.where(cells.year == 2012))
        inside.append(held.years_covered)
    # 60 draws at 0.8 stray by 0.05; three of those either way
    assert 0.65 <= np.mean(inside) <= 0.95


def test_a_bucket_with_next_to_no_payoffs_takes_its_neighbours_level():
    cells = simulated(3)
    thin = cells.incentive == BUCKETS[0]
    few = PayoffCells(
        cells.year, cells.age, cells.incentive,
        np.where(thin, 500.0, cells.loan_months), np.where(thin, 0.0, cells.payoffs),
    )  # fmt: skip
    found = fit_response(few)
    assert found.incentives[0] == BUCKETS[1]
    assert found.monthly(-500, 30) == found.monthly(BUCKETS[1], 30)


def test_two_years_tell_no_spread():
    with pytest.raises(ValueError, match="2 calendar years"):
        fit_response(simulated(4, years=2))


def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="is no table of payoffs"):
        read_cells(other)


def test_the_shipped_response_rises_with_the_incentive_and_is_low_for_young_loans():
    response = shipped_response()
    across = response.monthly(np.arange(-100, 125, 25), 30)
    assert np.all(np.diff(across) > 0)
    assert response.monthly(75, 30) > 2 * response.monthly(-75, 30)
    assert response.monthly(75, 2) < response.monthly(75, 30) / 2
    assert response.years == 18


@pytest.mark.parametrize(("incentive", "age"), [(-9999, 0), (0, 6), (49.9, 25), (50, 25), (9999, 900)])
def test_a_rate_holds_its_middle_between_its_ends(incentive: float, age: float):
    rate = monthly_payoff(incentive, age)
    assert 0 < rate.low < rate.middle < rate.high < 0.1
    assert rate.middle == shipped_response().monthly(incentive, age)
    assert rate.middle**2 == pytest.approx(rate.low * rate.high)


def test_many_cells_stray_less_than_one():
    response = shipped_response()
    assert response.width(0.0) < response.width(0.1) < response.width()


def test_it_holds_on_the_later_years_better_than_two_plain_peers(real_payoffs: PayoffCells):
    """Fitted to 2015, held against 2016 to 2023: eight years, two of them of record refinancing."""
    early = real_payoffs.where(real_payoffs.year <= LAST_FITTED)
    late = real_payoffs.where(real_payoffs.year > LAST_FITTED)
    ours, alone, flat = (judged(made(early), late) for made in (fit_response, by_incentive_alone, constant))
    assert ours.cell_error < 0.4
    assert ours.cell_error < 0.85 * alone.cell_error
    assert ours.bucket_error < 0.7 * alone.bucket_error
    assert ours.cell_error < 0.7 * flat.cell_error
    assert ours.years_covered >= 0.6, "three of eight lie outside: 2020, 2021 and 2023"
    assert ours.cells_covered >= 0.7


def test_left_out_in_turn_most_years_lie_inside(real_payoffs: PayoffCells):
    inside = [within for _, within in left_out_in_turn(real_payoffs).values()]
    assert 0.7 <= np.mean(inside) <= 0.95


def test_the_shipped_table_is_the_fit_to_all_years(real_payoffs: PayoffCells):
    fitted, shipped = fit_response(real_payoffs), shipped_response()
    assert isinstance(shipped, PayoffResponse)
    assert shipped.levels == pytest.approx(fitted.levels, abs=1e-6)
    assert shipped.factors == pytest.approx(fitted.factors, abs=1e-4)
    assert (shipped.incentives, shipped.ages, shipped.years) == (fitted.incentives, fitted.ages, fitted.years)
    assert shipped.year_spread == pytest.approx(fitted.year_spread, abs=1e-4)


@pytest.fixture(scope="module")
def real_payoffs() -> PayoffCells:
    path = SHARED / "freddie_prepayment_aggregates" / FILE
    if not path.is_file():
        missing("the published payoff aggregates are not beside this checkout")
    return read_cells(path)
