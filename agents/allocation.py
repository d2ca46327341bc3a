"""Divide a budget where the next dollar brings most, under floors and ceilings, with a real solver.

Each placement's return is concave: `worth * (1 - exp(-dollars / pace))`. The curves are cut into straight
pieces of falling slope, which makes the division a linear programme (scipy's HiGHS); a second pass cuts
finer around the first answer, so that the result is exact to well under a dollar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from campaign.errors import BadInput

_PIECES = 40
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Curve:
    """What dollars do in one placement.

    Attributes:
        key: the placement's id. channel: what floors and ceilings speak of.
        worth: dollars of expected revenue at saturation.
        pace: dollars after which 63 % of the worth is reached.
        most: dollars beyond which nothing more can be bought.
    """

    key: str
    channel: str
    worth: float
    pace: float
    most: float = math.inf

    def value(self, dollars: float) -> float:
        """Expected revenue, in dollars, of spending so much here."""
        return self.worth * -math.expm1(-min(dollars, self.most) / self.pace)

    def slope(self, dollars: float) -> float:
        """Expected revenue of the next dollar."""
        return 0.0 if dollars >= self.most else self.worth / self.pace * math.exp(-dollars / self.pace)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a division must keep to.

    Attributes:
        budget: most dollars in all.
        floors, ceilings: least and most dollars by channel; a channel not named is free.
        least_return: beyond the floors, a dollar is spent only where it brings at least this much.
    """

    budget: float
    floors: Mapping[str, float]
    ceilings: Mapping[str, float]
    least_return: float = 0.0


def allocate(curves: Sequence[Curve], bounds: Bounds) -> dict[str, int]:
    """The best division in whole dollars.

    Args:
        curves: one per placement, keys unique.
        bounds: budget, floors and ceilings in dollars; floors of channels without a placement are ignored.

    Returns:
        Dollars by key. The sum is at most the budget, each channel keeps its floor (rounded down to whole
        dollars) and its ceiling.

    Raises:
        BadInput: floors and ceilings cannot be kept together.
    """
    if not curves:
        return {}
    coarse = _solve(curves, bounds, [_grid(curve, bounds.budget) for curve in curves])
    grids = [_finer(_grid(curve, bounds.budget), spent) for curve, spent in zip(curves, coarse, strict=True)]
    return _whole_dollars(curves, _solve(curves, bounds, grids), bounds)


def expected(curves: Sequence[Curve], dollars: Mapping[str, float]) -> float:
    """Expected revenue of a division, in dollars."""
    return sum(curve.value(dollars[curve.key]) for curve in curves)


def _grid(curve: Curve, budget: float) -> NDArray[np.float64]:
    """Break points from 0 to all that may be spent here, denser where the curve bends."""
    most = min(curve.most, budget)
    bend = min(most, 8.0 * curve.pace)
    inner = bend * np.linspace(0.0, 1.0, _PIECES + 1) ** 2
    return inner if bend >= most else np.append(inner, most)


def _finer(grid: NDArray[np.float64], spent: float) -> NDArray[np.float64]:
    """The same break points with many more around the dollars of the first answer."""
    near = int(np.searchsorted(grid, spent))
    low, high = grid[max(near - 2, 0)], grid[min(near + 2, len(grid) - 1)]
    return np.unique(np.concatenate([grid, np.linspace(low, high, 4 * _PIECES)]))


def _solve(
    curves: Sequence[Curve], bounds: Bounds, grids: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Dollars per placement, by the linear programme over the pieces."""
    widths = [np.diff(grid) for grid in grids]
    gains = [_slopes(curve, grid) for curve, grid in zip(curves, grids, strict=True)]
    owner = np.repeat(np.arange(len(curves)), [len(width) for width in widths])
    rows, limits = _constraints(curves, bounds, owner)
    answer = linprog(
        bounds.least_return - np.concatenate(gains),
        A_ub=rows,
        b_ub=limits,
        bounds=[(0.0, float(width)) for width in np.concatenate(widths)],
        method="highs",
    )
    if answer.status != 0:
        raise BadInput(
            f"A budget of ${bounds.budget:,.0f} cannot keep the floors and ceilings of its channels.",
            "Raise the budget or lower `capacity.channel_floor_usd` in lender.toml.",
        )
    return np.asarray(np.bincount(owner, weights=answer.x, minlength=len(curves)), dtype=float)


def _slopes(curve: Curve, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    values = curve.worth * -np.expm1(-grid / curve.pace)
    widths = np.maximum(np.diff(grid), _TINY)
    return np.asarray(np.diff(values) / widths, dtype=float)


def _constraints(
    curves: Sequence[Curve], bounds: Bounds, owner: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Budget, floors and ceilings as rows of `A x <= b`."""
    rows, limits = [np.ones(len(owner))], [bounds.budget]
    for channel in dict.fromkeys(curve.channel for curve in curves):
        inside = np.array([curve.channel == channel for curve in curves], dtype=float)[owner]
        if channel in bounds.floors:
            rows.append(-inside)
            limits.append(-bounds.floors[channel])
        if channel in bounds.ceilings:
            rows.append(inside)
            limits.append(bounds.ceilings[channel])
    return np.array(rows), np.array(limits)


def _whole_dollars(curves: Sequence[Curve], dollars: NDArray[np.float64], bounds: Bounds) -> dict[str, int]:
    """Round each channel to its largest remainders, so that no floor, ceiling or budget is passed."""
    rounded = {curve.key: math.floor(spent + 1e-6) for curve, spent in zip(curves, dollars, strict=True)}
    for channel in dict.fromkeys(curve.channel for curve in curves):
        members = [
            (curve, spent) for curve, spent in zip(curves, dollars, strict=True) if curve.channel == channel
        ]
        spare = math.floor(sum(spent for _, spent in members) + 1e-6) - sum(
            rounded[curve.key] for curve, _ in members
        )
        for curve, _ in sorted(members, key=lambda pair: (rounded[pair[0].key] - pair[1], pair[0].key))[
            :spare
        ]:
            rounded[curve.key] += 1
    _spend_the_rest(curves, rounded, bounds)
    return rounded


def _spend_the_rest(curves: Sequence[Curve], rounded: dict[str, int], bounds: Bounds) -> None:
    """Give the dollars lost to rounding, at most one per channel, to where the next one brings most."""
    for _ in range(len(curves)):
        if sum(rounded.values()) + 1 > bounds.budget:
            return
        spent = {curve.channel: 0 for curve in curves}
        for curve in curves:
            spent[curve.channel] += rounded[curve.key]
        open_curves = [
            curve
            for curve in curves
            if spent[curve.channel] + 1 <= bounds.ceilings.get(curve.channel, math.inf)
            and curve.slope(rounded[curve.key]) > bounds.least_return
        ]
        if not open_curves:
            return
        best = max(open_curves, key=lambda curve: curve.slope(rounded[curve.key]))
        rounded[best.key] += 1
