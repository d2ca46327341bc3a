"""How many loans are paid off in a month, by rate incentive and age, and how far years stray from each other.

Fitted by `tools.market.prepayment_fit` to Freddie Mac's Single-Family Loan-Level Dataset, aggregates of 14.4
million 30-year fixed loans, performance 2006 to September 2023. Incentive is the note rate minus the survey
rate two months earlier; a payoff is a refinance, a sale of the home or payment in full, which the source does
not tell apart. It holds no loan made from 2020Q2 to 2022Q1, one investor's loans only, and neither credit
score nor the path of rates that a loan has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tools.market.published import rows_of

TABLE = "prepayment_response"
INCENTIVE_STEP_BPS = 25
LAG_MONTHS = 2
"""From application to payoff, as the source counts incentive: a rate of today moves payoffs in two months."""
INTERVAL = 0.8
Numbers = NDArray[np.float64]


class Rate(NamedTuple):
    """Share of loans paid off in one month (0 to 1): the middle of its 80 % interval, and its ends."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class PayoffResponse:
    """Monthly payoff as a level by incentive times a factor by age, in a middling calendar year.

    Attributes:
        incentives: lower ends of the buckets, basis points, rising. levels: share a month at the age whose
            factor is 1, one per bucket.
        ages: lower ends of the bands, months, rising from 0. factors: one per band.
        year_spread: standard deviation between calendar years, of the logarithm; shared by all loans.
        cell_spread: the same between buckets and bands within a year.
        years: calendar years it was fitted to.
    """

    incentives: tuple[float, ...]
    levels: tuple[float, ...]
    ages: tuple[float, ...]
    factors: tuple[float, ...]
    year_spread: float
    cell_spread: float
    years: int

    def monthly(self, incentive_bps: ArrayLike, age_months: ArrayLike) -> Numbers:
        """Share paid off in a month (0 to 1), for many loans at once.

        Args:
            incentive_bps: note rate minus survey rate two months earlier. age_months: since funding.
                Beyond the first and the last bucket or band the response stays level.
        """
        level = np.asarray(self.levels)[self.bucket(incentive_bps)]
        return np.asarray(level * np.asarray(self.factors)[self.band(age_months)])

    def bucket(self, incentive_bps: ArrayLike) -> NDArray[np.int64]:
        """Which bucket of incentive each loan is in."""
        return _place(self.incentives, incentive_bps)

    def band(self, age_months: ArrayLike) -> NDArray[np.int64]:
        """Which band of age each loan is in."""
        return _place(self.ages, age_months)

    def cell(self, incentive_bps: ArrayLike, age_months: ArrayLike) -> NDArray[np.int64]:
        """The number of the bucket and band together; loans of one cell stray together."""
        return np.asarray(self.bucket(incentive_bps) * len(self.ages) + self.band(age_months))

    def width(self, cell_share: float = 1.0) -> float:
        """Half of the 80 % interval of the logarithm of a payoff rate in a year that is not known.

        A Student quantile, since the spread between years is itself known from few of them.

        Args:
            cell_share: sum of the squared shares that cells have in a total: 1 for one cell, near 0 for a
                book spread over many, whose errors within a year cancel.
        """
        from scipy.special import stdtrit

        quantile = float(stdtrit(self.years - 1, (1 + INTERVAL) / 2))
        return quantile * self.spread(cell_share)

    def spread(self, cell_share: float = 1.0) -> float:
        """Standard deviation of the logarithm of a payoff rate in a year that is not known."""
        between = self.year_spread**2 * (1 + 1 / self.years)
        return sqrt(between + cell_share * self.cell_spread**2)


def monthly_payoff(incentive_bps: float, age_months: float) -> Rate:
    """What share of loans like one is paid off in a month, with the interval of one bucket and band.

    Args:
        incentive_bps: note rate minus survey rate two months earlier. age_months: since funding.
    """
    response = shipped_response()
    middle = float(response.monthly(incentive_bps, age_months))
    factor = exp(response.width())
    return Rate(middle / factor, middle, min(1.0, middle * factor))


@lru_cache(maxsize=1)
def shipped_response() -> PayoffResponse:
    """The response that is shipped with the product."""
    rows = rows_of(TABLE)
    parts: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        parts.setdefault(row["part"], []).append((float(row["at_least"] or 0), float(row["value"])))
    (incentives, levels), (ages, factors) = (zip(*parts[name], strict=True) for name in ("incentive", "age"))
    single = {name: pairs[0][1] for name, pairs in parts.items() if len(pairs) == 1}
    return PayoffResponse(
        incentives=incentives,
        levels=levels,
        ages=ages,
        factors=factors,
        year_spread=single["year_spread"],
        cell_spread=single["cell_spread"],
        years=int(single["years"]),
    )


def _place(starts: Sequence[float], values: ArrayLike) -> NDArray[np.int64]:
    found = np.searchsorted(np.asarray(starts), np.asarray(values, dtype=np.float64), side="right") - 1
    return np.maximum(found, 0)
