"""Two proportions compared: ratio, difference, odds, how sure one can be.

Sources: pooled z test, Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed.;
exact test, Fisher 1935; interval of a ratio by its logarithm, Katz et al., Biometrics 34 (1978) 469, with
half a case added where a cell is empty, Pettigrew, Gart and Thomas, Biometrika 73 (1986) 425; interval of an
odds ratio, Woolf, Annals of Human Genetics 19 (1955) 251; Holm, Scand. J. of Statistics 6 (1979) 65.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

SMALL_CELL = 5.0
"""Below this expected count the normal approximation is not trusted (Cochran, Biometrics 10 (1954) 417)."""
_Z95 = 1.959963984540054
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """So many chosen of so many.

    Raises:
        ValueError: more are chosen than there are, or a number is negative.
    """

    chosen: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.chosen <= self.total:
            raise ValueError(f"{self.chosen} of {self.total} is no share")

    @property
    def rate(self) -> float:
        """Chosen over total, 0 to 1; nan where there is nobody."""
        return self.chosen / self.total if self.total else math.nan


def ratio(one: Share, base: Share) -> float | None:
    """The rate of one over the rate of the base; None where that is 0 or nobody is there."""
    # one division of whole numbers, so that four fifths is four fifths
    known = base.chosen and one.total
    return one.chosen * base.total / (one.total * base.chosen) if known else None


def ratio_interval(one: Share, base: Share) -> Interval:
    """95 % confidence interval of the ratio of rates, by its logarithm. Both totals are above 0."""
    extra = 0.5 if 0 in (one.chosen, base.chosen) else 0.0
    a, b = one.chosen + extra, base.chosen + extra
    m, n = one.total + extra, base.total + extra
    middle = math.log(a / m) - math.log(b / n)
    width = _Z95 * math.sqrt(max(0.0, 1 / a - 1 / m + 1 / b - 1 / n))
    return math.exp(middle - width), math.exp(middle + width)


def odds_ratio(one: Share, base: Share) -> float | None:
    """Odds of being chosen over the base's odds; None where a cell of the table is empty."""
    cells = _cells(one, base)
    return None if 0 in cells else cells[0] * cells[3] / (cells[1] * cells[2])


def odds_interval(one: Share, base: Share) -> Interval | None:
    """95 % confidence interval of the odds ratio; None where a cell of the table is empty."""
    middle = odds_ratio(one, base)
    if middle is None:
        return None
    width = _Z95 * math.sqrt(sum(1 / cell for cell in _cells(one, base)))
    return middle * math.exp(-width), middle * math.exp(width)


def points(one: Share, base: Share) -> float:
    """Difference of the rates, percentage points; negative where one is chosen less often."""
    return 100 * (one.rate - base.rate)


def standardised(one: Share, base: Share) -> float:
    """Difference of the rates over the standard deviation of being chosen; 0 where all are alike."""
    pooled = (one.chosen + base.chosen) / (one.total + base.total)
    spread = math.sqrt(pooled * (1 - pooled))
    return (one.rate - base.rate) / spread if spread else 0.0


def z_p_value(one: Share, base: Share) -> float:
    """Two-sided p-value of the pooled z test without continuity correction; 1 where all are alike."""
    pooled = (one.chosen + base.chosen) / (one.total + base.total)
    error = math.sqrt(pooled * (1 - pooled) * (1 / one.total + 1 / base.total))
    return math.erfc(abs(one.rate - base.rate) / error / math.sqrt(2)) if error else 1.0


def exact_p_value(one: Share, base: Share) -> float:
    """Two-sided p-value of Fisher's exact test."""
    a, b, c, d = _cells(one, base)
    return min(1.0, float(fisher_exact(np.array([[a, b], [c, d]]))[1]))


def smallest_expected(one: Share, base: Share) -> float:
    """The smallest cell that one would expect if both were chosen at one rate."""
    chosen, total = one.chosen + base.chosen, one.total + base.total
    return min(chosen, total - chosen) * min(one.total, base.total) / total if total else 0.0


def p_value(one: Share, base: Share) -> float:
    """Of the exact test where a cell is small, else of the z test."""
    small = smallest_expected(one, base) < SMALL_CELL
    return exact_p_value(one, base) if small else z_p_value(one, base)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjustment, in the order given."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def _cells(one: Share, base: Share) -> tuple[int, int, int, int]:
    return one.chosen, one.total - one.chosen, base.chosen, base.total - base.chosen
