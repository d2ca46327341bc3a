"""Learn a shallow partition: few, mutually exclusive, readable conditions that explain behaviour (law 3).

A tree grown greedily over candidate cuts only. Every split sends a row to exactly one side, a missing
value to the side that the cut's opposite describes, so the leaves are exclusive and together everyone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaign.segment import Condition, Operator, Predicate

OPPOSITE: dict[Operator, Operator] = {
    "at_least": "below",
    "below": "at_least",
    "is": "is_not",
    "is_not": "is",
    "one_of": "none_of",
    "none_of": "one_of",
}
FEWEST_SEGMENTS = 3
_AMOUNTS = frozenset({"current_balance", "original_amount"})
Columns = Mapping[str, NDArray[np.generic]]
Mask = NDArray[np.bool_]
Path = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a partition may grow.

    Attributes:
        most_leaves: segments the team can operate.
        least_rows: fewest sample rows in a leaf.
        least_gain: share of the outcomes' variance that a further leaf must explain, once there are three.
        first: a cut made before all others (the lender's own trigger). Its column may be cut again; any
            other column is cut once on the way to a leaf, which keeps it readable.
        most_at_first: leaves on the side that the first cut holds for; those people share their main need.
        refused: leaves with a column that did not part them, tried before and not tried again.
    """

    most_leaves: int
    least_rows: int
    least_gain: float = 0.01
    first: Condition | None = None
    most_at_first: int = 2
    refused: frozenset[tuple[Path, str]] = frozenset()


def opposite(condition: Condition) -> Condition:
    """The condition that holds for exactly the rows this one does not hold for."""
    return Condition(column=condition.column, operator=OPPOSITE[condition.operator], value=condition.value)


def meets(condition: Condition, values: NDArray[np.generic]) -> Mask:
    """Which rows of a sampled column meet a condition, missing values as the engine treats them.

    Args:
        condition: the comparison.
        values: floats with NaN for missing, or objects with None for missing.
    """
    positive = _meets_positively(condition, values)
    return positive if condition.operator in ("at_least", "is", "one_of") else ~positive


def _meets_positively(condition: Condition, values: NDArray[np.generic]) -> Mask:
    if condition.operator in ("at_least", "below"):
        with np.errstate(invalid="ignore"):
            return np.asarray(values.astype(float) >= float(str(condition.value)), dtype=bool)
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return np.asarray(np.isin(values, list(wanted)), dtype=bool)


def matches(path: Path, columns: Columns, rows: int) -> Mask:
    """Which rows meet every condition of a path."""
    mask = np.ones(rows, dtype=bool)
    for condition in path:
        mask &= meets(condition, columns[condition.column])
    return mask


def label(paths: Sequence[Path], columns: Columns, rows: int) -> NDArray[np.int64]:
    """The index of the leaf each row belongs to."""
    labels = np.full(rows, -1, dtype=np.int64)
    for index, path in enumerate(paths):
        labels[matches(path, columns, rows)] = index
    return labels


def grow(
    columns: Columns,
    outcomes: NDArray[np.float64],
    cuts: Sequence[Condition],
    growth: Growth,
    *,
    start: Sequence[Path] = (),
) -> tuple[Path, ...]:
    """Split again and again where it explains most of the outcomes.

    Args:
        columns: sampled columns by name.
        outcomes: rows x outcomes, each with mean 0 and variance 1, so that they weigh alike.
        cuts: candidate conditions; anything else is never considered.
        growth: where to stop.
        start: leaves to go on from, which together hold every row; empty begins with everyone.

    Returns:
        The leaves as paths from the root, in the order of the tree; one empty path where no cut fits.
    """
    rows = len(outcomes)
    held = {cut: meets(cut, columns[cut.column]) for cut in cuts}
    total = max(_spread(outcomes), np.finfo(float).tiny)
    leaves: list[tuple[Path, Mask]] = [(path, matches(path, columns, rows)) for path in start or ((),)]
    if growth.first is not None and not start:
        leaves = _split(leaves, 0, growth.first, meets(growth.first, columns[growth.first.column]))
    while len(leaves) < growth.most_leaves:
        gain, index, cut = _best_split(leaves, outcomes, held, growth)
        enough = len(leaves) >= FEWEST_SEGMENTS and gain / total < growth.least_gain
        if cut is None or enough:
            break
        leaves = _split(leaves, index, cut, held[cut])
    return tuple(path for path, _ in leaves)


def _split(
    leaves: list[tuple[Path, Mask]], index: int, cut: Condition, held: Mask
) -> list[tuple[Path, Mask]]:
    path, mask = leaves[index]
    inside = ((*path, cut), mask & held)
    outside = ((*path, opposite(cut)), mask & ~held)
    return [*leaves[:index], inside, outside, *leaves[index + 1 :]]


def _best_split(
    leaves: list[tuple[Path, Mask]],
    outcomes: NDArray[np.float64],
    held: Mapping[Condition, Mask],
    growth: Growth,
) -> tuple[float, int, Condition | None]:
    """The leaf and cut that explain most; ties go to the earlier leaf and the earlier cut."""
    best: tuple[float, int, Condition | None] = (0.0, 0, None)
    full = sum(_at_first(path, growth) for path, _ in leaves) >= growth.most_at_first
    for index, (path, mask) in enumerate(leaves):
        if full and _at_first(path, growth):
            continue
        before = _spread(outcomes[mask])
        closed = _closed(path, growth)
        for cut, inside in held.items():
            left, right = mask & inside, mask & ~inside
            if cut.column in closed or min(int(left.sum()), int(right.sum())) < growth.least_rows:
                continue
            gain = before - _spread(outcomes[left]) - _spread(outcomes[right])
            if gain > best[0] + 1e-9:
                best = (gain, index, cut)
    return best


def _closed(path: Path, growth: Growth) -> set[str]:
    """Columns that a leaf may not be cut on: used on the way there, or refused before."""
    first = None if growth.first is None else growth.first.column
    used = {step.column for step in path if step.column != first}
    amounts = _AMOUNTS if used & _AMOUNTS else frozenset[str]()
    return used | amounts | {column for leaf, column in growth.refused if leaf == path}


def _at_first(path: Path, growth: Growth) -> bool:
    return growth.first is not None and path[:1] == (growth.first,)


def _spread(outcomes: NDArray[np.float64]) -> float:
    """Sum of squared distances from the mean, over all outcomes."""
    if not len(outcomes):
        return 0.0
    return float(((outcomes - outcomes.mean(axis=0)) ** 2).sum())


def siblings(paths: Sequence[Path]) -> tuple[tuple[int, int], ...]:
    """Pairs of leaves that one cut alone keeps apart."""
    return tuple(
        (one, two)
        for one in range(len(paths))
        for two in range(one + 1, len(paths))
        if paths[one] and paths[two] and paths[one][:-1] == paths[two][:-1]
        if paths[one][-1] == opposite(paths[two][-1])
    )


def collapse(paths: Sequence[Path], parent: Path) -> tuple[Path, ...]:
    """The partition with every leaf below `parent` made one."""
    depth = len(parent)
    inside = [index for index, path in enumerate(paths) if path[:depth] == parent]
    kept = [path for index, path in enumerate(paths) if index not in inside]
    return (*kept[: inside[0]], parent, *kept[inside[0] :])


def simplify(path: Path) -> Predicate:
    """The shortest conjunction that says the same as a path.

    Of several lower bounds on a column the highest remains, of several upper bounds the lowest, and a
    word that is known makes the words it is not superfluous.
    """
    known = {step.column for step in path if step.operator == "is"}
    kept: dict[tuple[str, str, str], Condition] = {}
    for condition in path:
        if condition.operator in ("is_not", "none_of") and condition.column in known:
            continue
        key = (condition.column, condition.operator, _worded(condition))
        held = kept.get(key)
        kept[key] = condition if held is None else _narrower(held, condition)
    return Predicate(conditions=tuple(kept.values()))


def _worded(condition: Condition) -> str:
    """Empty for bounds, of which one is kept per column; the value itself for words, all of which count."""
    return "" if condition.operator in ("at_least", "below") else str(condition.value)


def _narrower(one: Condition, two: Condition) -> Condition:
    if _is_bound(one):
        pick = max if one.operator == "at_least" else min
        return pick((one, two), key=lambda condition: float(str(condition.value)))
    return one


def _is_bound(condition: Condition) -> bool:
    return condition.operator in ("at_least", "below")
