"""Show that segments behave differently on rows no cut was fitted on, or say that they do not (law 3).

Words are compared by chi-square with Cramér's V, numbers by the Kruskal-Wallis rank test with eta squared.
Effect sizes run from 0 (same) to 1. Where several columns are tested together, their p-values are corrected
for that number by Holm's step-down method, and the test's name says so. A difference counts when it is both
unlikely (p, corrected) and not tiny (effect).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from agents.evidence_words import MOST_P
from campaign.segment import Difference

Origin = Literal["real", "generated", "derived"]
LEAST_EFFECT = 0.02
LEAST_ROWS = 20
HOLM = ", Holm-corrected"


@dataclass(frozen=True, slots=True)
class Observed:
    """One column of the held-out rows, as it may be tested.

    Attributes:
        column: its name in the agents' view.
        values: floats with NaN for missing, or objects with None for missing.
        usable: rows on which the column has the stated origin.
        origin: where those values came from.
        in_predicate: whether some segment is cut on it, so that a difference is by construction.
    """

    column: str
    values: NDArray[np.generic]
    usable: NDArray[np.bool_]
    origin: Origin
    in_predicate: bool

    @property
    def words(self) -> bool:
        """Whether it holds words rather than numbers."""
        return self.values.dtype == object

    @property
    def varies(self) -> bool:
        """Whether the usable rows hold more than one value, so that there is something to compare."""
        return len(set(self.values[self.usable & ~_missing(self)].tolist())) > 1


def counts(difference: Difference) -> bool:
    """Whether a difference is unlikely by chance and large enough to act on."""
    return difference.p_value <= MOST_P and difference.effect >= LEAST_EFFECT


def compare(observed: Observed, groups: NDArray[np.int64]) -> Difference | None:
    """Test one column between groups of held-out rows.

    Args:
        observed: the column.
        groups: the group of each row; a negative group is left out.

    Returns:
        The test's result, not corrected for other tests, or None where fewer than two groups hold enough
        rows or nothing varies.
    """
    mask = observed.usable & (groups >= 0) & ~_missing(observed)
    values, parts = observed.values[mask], groups[mask]
    names, sizes = np.unique(parts, return_counts=True)
    kept = names[sizes >= LEAST_ROWS]
    if len(kept) < 2:
        return None
    inside = np.isin(parts, kept)
    values, parts = values[inside], parts[inside]
    if len(set(values.tolist())) < 2:
        return None
    return _words(observed, values, parts) if observed.words else _numbers(observed, values, parts)


def differences(
    observed: Sequence[Observed], groups: NDArray[np.int64], *, most: int = 6
) -> tuple[Difference, ...]:
    """The tests of all columns, largest effect first; what only follows from the cuts comes last."""
    found = sorted(_together(observed, groups), key=lambda one: (one.in_predicate, -one.effect, one.column))
    return tuple(found[:most])


def differ(observed: Sequence[Observed], groups: NDArray[np.int64]) -> bool:
    """Whether the groups differ on any column that no segment is cut on."""
    free = [column for column in observed if not column.in_predicate]
    return any(counts(result) for result in _together(free, groups))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for their number, in the order given (Holm 1979)."""
    tests, largest = len(p_values), 0.0
    corrected = [0.0] * tests
    for rank, place in enumerate(sorted(range(tests), key=lambda index: p_values[index])):
        largest = max(largest, min(1.0, (tests - rank) * p_values[place]))
        corrected[place] = largest
    return corrected


def _together(observed: Sequence[Observed], groups: NDArray[np.int64]) -> list[Difference]:
    """Every column that can be tested, corrected for their number."""
    found = [result for column in observed if (result := compare(column, groups)) is not None]
    return [
        result.model_copy(update={"p_value": p_value, "test": result.test + HOLM})
        for result, p_value in zip(found, holm([one.p_value for one in found]), strict=True)
    ]


def numbers_of(column: Sequence[object]) -> NDArray[np.float64]:
    """A sampled column of numbers as floats, missing as NaN."""
    return np.array([math.nan if value is None else float(str(value)) for value in column], dtype=float)


def _missing(observed: Observed) -> NDArray[np.bool_]:
    if observed.words:
        return np.array([value is None for value in observed.values], dtype=bool)
    return np.asarray(np.isnan(observed.values.astype(float)), dtype=bool)


def _words(observed: Observed, values: NDArray[np.generic], parts: NDArray[np.int64]) -> Difference:
    rows = {name: index for index, name in enumerate(sorted(set(parts.tolist())))}
    words = {word: index for index, word in enumerate(sorted(set(values.tolist())))}
    table = np.zeros((len(rows), len(words)))
    for part, value in zip(parts.tolist(), values.tolist(), strict=True):
        table[rows[part], words[value]] += 1
    outcome = stats.chi2_contingency(table, correction=False)
    statistic = float(outcome.statistic)
    least = min(len(rows), len(words)) - 1
    effect = math.sqrt(statistic / (len(values) * least))
    return _difference(observed, "chi-square", statistic, float(outcome.pvalue), effect, len(values))


def _numbers(observed: Observed, values: NDArray[np.generic], parts: NDArray[np.int64]) -> Difference:
    names = sorted(set(parts.tolist()))
    samples = [values[parts == name].astype(float) for name in names]
    statistic = max(float(stats.kruskal(*samples).statistic), 0.0)  # equal samples round to just below zero
    p_value = float(stats.chi2.sf(statistic, len(names) - 1))
    effect = (statistic - len(names) + 1) / (len(values) - len(names))
    return _difference(observed, "Kruskal-Wallis", statistic, p_value, effect, len(values))


def _difference(
    observed: Observed, test: str, statistic: float, p_value: float, effect: float, rows: int
) -> Difference:
    return Difference(
        column=observed.column,
        test=test,
        statistic=round(statistic, 4),
        p_value=min(max(p_value, 0.0), 1.0),
        effect=round(min(max(effect, 0.0), 1.0), 4),
        holdout_rows=rows,
        origin=observed.origin,
        in_predicate=observed.in_predicate,
    )
