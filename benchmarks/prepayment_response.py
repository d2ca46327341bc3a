"""Fits the payoff response on the earlier years, tests it on the later ones beside two plain peers.

    python -m benchmarks.prepayment_response FOLDER [--write]

FOLDER holds `prepay_by_year_age_incentive.csv`. Every figure is printed; `--write` makes the shipped table
anew, fitted to all years.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from tools.market.prepayment_fit import PayoffCells, fit_response, read_cells
from tools.market.prepayment_response import TABLE, PayoffResponse
from tools.market.published import TABLES

FILE = "prepay_by_year_age_incentive.csv"
LAST_FITTED = 2015
SOURCE = "Freddie Mac Single-Family Loan-Level Dataset, aggregates, performance 2006 to September 2023"
COARSE = (-1000, -100, 0, 50, 100, 200, 1000)


@dataclass(frozen=True)
class Held:
    """How a response did on years that it was not fitted to.

    Attributes:
        cell_error: sum of |expected - counted| over cells, as a share of the payoffs counted.
        bucket_error: the same with years added up, per bucket of incentive and band of age.
        years_covered, cells_covered: share of years, and of cells by loan-months, inside the 80 % interval.
        by_year: calendar year -> counted over expected.
    """

    cell_error: float
    bucket_error: float
    years_covered: float
    cells_covered: float
    by_year: dict[int, float]


def judged(response: PayoffResponse, cells: PayoffCells) -> Held:
    """A response against years that it has not seen."""
    expected, counted = cells.expected(response), cells.payoffs
    strayed = np.abs(np.log((counted + 0.5) / (expected + 0.5)))
    chance = 1 / (expected + 0.5)
    by_year = {
        int(year): float(counted[cells.year == year].sum() / expected[cells.year == year].sum())
        for year in np.unique(cells.year)
    }
    shared = response.width(0.0)
    return Held(
        cell_error=float(np.abs(expected - counted).sum() / counted.sum()),
        bucket_error=_added_up(cells, expected),
        years_covered=float(np.mean([abs(np.log(ratio)) <= shared for ratio in by_year.values()])),
        cells_covered=float(
            np.average(
                strayed <= np.sqrt(response.width() ** 2 + 1.28**2 * chance), weights=cells.loan_months
            )
        ),
        by_year=by_year,
    )


def by_incentive_alone(cells: PayoffCells) -> PayoffResponse:
    """The peer: payoffs over loan-months of each bucket, whatever the age."""
    starts = np.unique(cells.incentive)
    levels = [
        cells.payoffs[cells.incentive == start].sum() / cells.loan_months[cells.incentive == start].sum()
        for start in starts
    ]
    return PayoffResponse(tuple(starts), tuple(levels), (0.0,), (1.0,), 0.0, 0.0, 10)


def constant(cells: PayoffCells) -> PayoffResponse:
    """The other peer: one share for everybody."""
    level = float(cells.payoffs.sum() / cells.loan_months.sum())
    return PayoffResponse((0.0,), (level,), (0.0,), (1.0,), 0.0, 0.0, 10)


def left_out_in_turn(cells: PayoffCells) -> dict[int, tuple[float, bool]]:
    """Each year against a fit to all others: counted over expected, and whether the interval holds it."""
    found = {}
    for year in np.unique(cells.year):
        response = fit_response(cells.where(cells.year != year))
        held = cells.where(cells.year == year)
        ratio = float(held.payoffs.sum() / held.expected(response).sum())
        found[int(year)] = (ratio, bool(abs(np.log(ratio)) <= response.width(0.0)))
    return found


def write_table(response: PayoffResponse, path: Path) -> None:
    """The shipped table."""
    deviation = "standard deviation of the logarithm"
    rows = [
        *_rows("incentive", response.incentives, response.levels, "share a month at 25 months of age"),
        *_rows("age", response.ages, response.factors, "times the level"),
        ("year_spread", "", f"{response.year_spread:.4f}", deviation),
        ("cell_spread", "", f"{response.cell_spread:.4f}", deviation),
        ("years", "", str(response.years), "calendar years fitted"),
    ]
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(("part", "at_least", "value", "unit", "source", "provenance"))
        writer.writerows((*row, SOURCE, "fitted") for row in rows)


def _added_up(cells: PayoffCells, expected: np.ndarray) -> float:
    strayed = 0.0
    for bucket in np.unique(cells.incentive):
        for band in np.unique(cells.age):
            chosen = (cells.incentive == bucket) & (cells.age == band)
            strayed += abs(float(expected[chosen].sum() - cells.payoffs[chosen].sum()))
    return strayed / float(cells.payoffs.sum())


def _rows(
    part: str, starts: tuple[float, ...], values: tuple[float, ...], unit: str
) -> list[tuple[str, str, str, str]]:
    return [(part, f"{start:g}", f"{value:.6f}", unit) for start, value in zip(starts, values, strict=True)]


def _report(cells: PayoffCells) -> None:
    early, late = cells.where(cells.year <= LAST_FITTED), cells.where(cells.year > LAST_FITTED)
    fitted = fit_response(early)
    peers = {
        "incentive x age": fitted,
        "incentive alone": by_incentive_alone(early),
        "constant": constant(early),
    }
    print(f"fitted to {LAST_FITTED}, held against later years ({late.payoffs.sum():,.0f} payoffs)")
    for name, response in peers.items():
        held = judged(response, late)
        print(f"  {name:16} error by cell {held.cell_error:.1%}, by bucket {held.bucket_error:.1%}")
    for low, high in pairwise(COARSE):
        part = late.where((late.incentive >= low) & (late.incentive < high))
        errors = ", ".join(f"{name} {judged(one, part).cell_error:.0%}" for name, one in peers.items())
        print(f"  {low:6} to {high:5} bps: {errors}")
    held = judged(fitted, late)
    print(f"80 % interval of a year: times or divided by {np.exp(fitted.width(0.0)):.2f}")
    print(f"  inside: {held.years_covered:.0%} of years, {held.cells_covered:.0%} of cells by loan-months")
    print("  counted over expected:", {year: round(ratio, 2) for year, ratio in held.by_year.items()})
    turns = left_out_in_turn(cells)
    outside = {year: round(ratio, 2) for year, (ratio, within) in turns.items() if not within}
    print(f"each year against all others: {1 - len(outside) / len(turns):.0%} inside; outside: {outside}")


def main(arguments: list[str]) -> None:
    """Report, and write the table where asked."""
    cells = read_cells(Path(arguments[0]) / FILE)
    _report(cells)
    if "--write" in arguments:
        write_table(fit_response(cells), TABLES / f"{TABLE}.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
