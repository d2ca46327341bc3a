"""Published distributions that the example book is drawn from, so that it has the shape of real lending.

`tables/quantiles.csv`, `tables/shares.csv` and `tables/state_amounts.csv` hold aggregates of HMDA public data
of 2020 to 2024, each cell over at least 100 loans and with its source. No loan is among them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from campaign.errors import UnknownName

TABLES = Path(__file__).parent / "tables"
Words = NDArray[np.str_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quantiles:
    """One measured distribution.

    Attributes:
        loans: how many loans it was measured on.
        levels: shares of loans, 0 to 1. values: the measure at each level.
        source: where it was measured.
    """

    loans: int
    levels: Numbers
    values: Numbers
    source: str


@dataclass(frozen=True, slots=True)
class Shares:
    """How loans divide over words: `words[i]` has the share `shares[i]`, together 1."""

    words: Words
    shares: Numbers
    source: str


@lru_cache(maxsize=1)
def quantiles() -> dict[tuple[str, str], Quantiles]:
    """Every measured distribution by measure and group.

    Measures: `rate_spread` (percentage points over the year's mean 30-year survey rate), `amount` (dollars),
    `ltv` (combined, percent). Groups are `product/purpose`, or `second` and `heloc` for subordinate liens.
    """
    found = {}
    for row in _rows("quantiles"):
        levels = [name for name in row if name.startswith("q")]
        found[row["measure"], row["group"]] = Quantiles(
            loans=int(row["loans"]),
            levels=np.array([float(name[1:]) / 100 for name in levels]),
            values=np.array([float(row[name]) for name in levels]),
            source=row["source"],
        )
    return found


@lru_cache(maxsize=1)
def shares() -> dict[tuple[str, str], Shares]:
    """Every measured division by measure and group.

    Measures: `product_purpose` (by vintage), `state`, `occupancy` (by purpose), `term_months` (by product),
    `lien` and `open_end` (of loans for improvement and other purposes).
    """
    grouped: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows("shares"):
        grouped.setdefault((row["measure"], row["group"]), []).append(row)
    return {
        key: Shares(
            words=np.array([row["value"] for row in rows]),
            shares=_whole(np.array([float(row["loans"]) for row in rows])),
            source=rows[0]["source"],
        )
        for key, rows in grouped.items()
    }


@lru_cache(maxsize=1)
def state_amounts() -> dict[str, float]:
    """Median purchase amount of a state over that of the nation."""
    return {row["state"]: float(row["median_to_national"]) for row in _rows("state_amounts")}


def draw_numbers(measure: str, groups: Words, rng: Generator) -> Numbers:
    """Draw one number a loan from the distribution of its group, linear between the measured levels.

    Args:
        measure: see `quantiles`. groups: a group a loan. rng: the source of chance.

    Raises:
        UnknownName: a group was never measured.
    """
    chance = rng.random(groups.size)
    drawn = np.empty(groups.size)
    for group in np.unique(groups):
        here = groups == group
        drawn[here] = numbers_at(measure, str(group), chance[here])
    return drawn


def numbers_at(measure: str, group: str, levels: Numbers) -> Numbers:
    """The values of one distribution at levels between 0 and 1, level beyond the outermost measured ones.

    Raises:
        UnknownName: the group was never measured.
    """
    one = _measured(quantiles(), measure, group)
    return np.asarray(np.interp(levels, one.levels, one.values))


def draw_words(
    measure: str, groups: Words, rng: Generator, only: tuple[str, ...] | None = None
) -> NDArray[Any]:
    """Draw one word a loan from the shares of its group.

    Args:
        measure: see `shares`. groups: a group a loan. rng: the source of chance.
        only: words that may come; the others' shares are spread over them.

    Raises:
        UnknownName: a group was never measured, or none of `only` was.
    """
    drawn = np.empty(groups.size, dtype="<U32")
    for group in np.unique(groups):
        one = _measured(shares(), measure, str(group))
        words, weights = one.words, one.shares
        if only is not None:
            kept = np.isin(words, only)
            if not kept.any():
                raise UnknownName(
                    f"No share of `{measure}` was measured for {', '.join(only)}.", "Add a state."
                )
            words, weights = words[kept], _whole(weights[kept])
        here = groups == group
        drawn[here] = rng.choice(words, size=int(here.sum()), p=weights)
    return drawn


def measured(measure: str, group: str) -> bool:
    """Whether a distribution of that measure was measured for a group."""
    return (measure, group) in quantiles()


def _measured(held: dict[tuple[str, str], Any], measure: str, group: str) -> Any:
    if (measure, group) not in held:
        raise UnknownName(
            f"No distribution of `{measure}` was measured for `{group}`.", "Choose another group."
        )
    return held[measure, group]


def _whole(weights: Numbers) -> Numbers:
    return np.asarray(weights / weights.sum())


def _rows(table: str) -> list[dict[str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
