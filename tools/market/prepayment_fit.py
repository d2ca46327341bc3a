"""Fitting the payoff response: counts by year, age and incentive to one level, one factor and two spreads.

The model is the simplest that held on years it had not seen: payoffs are Poisson around
loan-months x level(incentive) x factor(age) x effect(year). Each of the three is solved for in turn until
nothing moves (iterative proportional fitting, which is maximum likelihood here); years weigh alike in the
level, so that a year of refinancing does not become the rule.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaign.errors import Unreadable
from tools.market.prepayment_response import Numbers, PayoffResponse

LEAST_PAYOFFS = 500
"""A bucket at either end with fewer payoffs takes the level of the nearest one that has them."""
REFERENCE_AGE_MONTHS = 25
"""The band whose factor is 1."""
_ROUNDS, _STILL = 500, 1e-10
_SMALL = 0.5
"""Payoffs added to both sides of each ratio, so that an empty cell has a logarithm."""
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PayoffCells:
    """Counts by calendar year, loan age and incentive, one entry a cell in every array.

    Attributes:
        year: calendar year. age: lower end of the band, months. incentive: lower end of the bucket, bps.
        loan_months: loans alive at the start of a month, added up. payoffs: how many of them were paid off.
    """

    year: Numbers
    age: Numbers
    incentive: Numbers
    loan_months: Numbers
    payoffs: Numbers

    def where(self, chosen: NDArray[np.bool_]) -> PayoffCells:
        """Only the cells that are chosen."""
        columns = (self.year, self.age, self.incentive, self.loan_months, self.payoffs)
        return PayoffCells(*(column[chosen] for column in columns))

    def expected(self, response: PayoffResponse) -> Numbers:
        """Payoffs by a response, in each cell."""
        return self.loan_months * response.monthly(self.incentive, self.age)


def read_cells(path: Path) -> PayoffCells:
    """The aggregates as published, counted by calendar_year, loan_age_months, incentive_bps_from.

    Raises:
        Unreadable: the file is no such table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            return cells_of(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise Unreadable(
            str(path), f"is no table of payoffs: {error}.", "Give one with the columns of docs/forecast.md."
        ) from error


def cells_of(rows: Iterable[dict[str, str]]) -> PayoffCells:
    """The cells of a table that was read."""
    columns = [
        (
            float(row["calendar_year"]),
            float(row["loan_age_months"][:3]),
            float(row["incentive_bps_from"]),
            float(row["loan_months"]),
            float(row["prepayments"]),
        )
        for row in rows
    ]
    return PayoffCells(*(np.array(column) for column in zip(*columns, strict=True)))


def fit_response(cells: PayoffCells) -> PayoffResponse:
    """The response that makes the counts most likely, with its spreads.

    Raises:
        ValueError: the cells hold fewer than three calendar years, of which no spread can be told.
    """
    years, year = np.unique(cells.year, return_inverse=True)
    if years.size < 3:
        raise ValueError(f"{years.size} calendar years tell no spread between years")
    ages, age = np.unique(cells.age, return_inverse=True)
    incentives, bucket = _supported(cells)
    effect, factor, level = _solved(cells, (year, years.size), (age, ages.size), (bucket, incentives.size))
    middle, reference = np.exp(np.log(effect).mean()), factor[np.searchsorted(ages, REFERENCE_AGE_MONTHS)]
    within = cells.loan_months * effect[year] * factor[age] * level[bucket]
    return PayoffResponse(
        incentives=tuple(incentives.tolist()),
        levels=tuple((level * middle * reference).tolist()),
        ages=tuple(ages.tolist()),
        factors=tuple((factor / reference).tolist()),
        year_spread=float(np.log(effect).std(ddof=1)),
        cell_spread=_beyond_chance(cells.payoffs, within),
        years=int(years.size),
    )


def _supported(cells: PayoffCells) -> tuple[Numbers, Places]:
    """Buckets with enough payoffs to have a level, and the one that each cell falls in."""
    incentives, bucket = np.unique(cells.incentive, return_inverse=True)
    enough = np.flatnonzero(np.bincount(bucket, cells.payoffs) >= LEAST_PAYOFFS)
    if enough.size == 0:
        raise ValueError(f"no bucket of incentive holds {LEAST_PAYOFFS} payoffs")
    first, last = int(enough[0]), int(enough[-1])
    return incentives[first : last + 1], np.clip(bucket, first, last) - first


def _solved(cells: PayoffCells, *parts: tuple[Places, int]) -> list[Numbers]:
    """One multiplier for every year, age and bucket, each in turn until none moves."""
    values = [np.ones(size) for _, size in parts]
    for _ in range(_ROUNDS):
        before = [value.copy() for value in values]
        for turn, (place, size) in enumerate(parts):
            expected = cells.loan_months * np.prod(
                [value[at] for value, (at, _) in zip(values, parts, strict=True)], axis=0
            )
            counted, wanted = np.bincount(place, cells.payoffs, size), np.bincount(place, expected, size)
            values[turn] = values[turn] * (counted + _SMALL) / (wanted + _SMALL)
        if max(np.abs(np.log(a / b)).max() for a, b in zip(values, before, strict=True)) < _STILL:
            break
    return values


def _beyond_chance(payoffs: Numbers, expected: Numbers) -> float:
    """Standard deviation of log(payoffs / expected) that chance leaves, weighted by what is expected."""
    strayed = np.log((payoffs + _SMALL) / (expected + _SMALL)) ** 2 - 1 / (expected + _SMALL)
    return float(np.sqrt(max(0.0, np.average(strayed, weights=expected))))
