"""Join what should not stand apart: leaves that are too small, and neighbours that behave alike.

What is joined leaves room, so the tree grows again elsewhere on the rows it learns from, and what has grown
is asked the same questions, until everything stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.partition import FEWEST_SEGMENTS, Path, collapse, siblings, simplify
from campaign.segment import Condition

Refused = frozenset[tuple[Path, str]]
Grow = Callable[[Sequence[Path], Refused], tuple[Path, ...]]
Sizes = Callable[[Sequence[Path]], Sequence[int]]
Alike = Callable[[Path, Path], bool]


@dataclass(frozen=True, slots=True)
class Settled:
    """The partition that stands, with what was joined and why."""

    paths: tuple[Path, ...]
    sizes: tuple[int, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a segment must be to stand.

    Attributes:
        sizes: counts the loans of leaves on the engine.
        alike: whether two neighbours do not differ on the rows that decide.
        least: fewest loans in a segment.
        keep: a cut that is never undone for want of a difference (the lender's own trigger).
    """

    sizes: Sizes
    alike: Alike
    least: int
    keep: Condition | None


@dataclass(frozen=True, slots=True)
class _Fault:
    """Two neighbours to be joined: the leaf they would be, the column that parted them, and why."""

    parent: Path
    column: str
    why: str
    alike: tuple[Path, Path] | None = None


def settle(grow: Grow, rules: Rules) -> Settled:
    """Grow, join what may not stand apart, and grow again, until every segment is large and different.

    Args:
        grow: the leaves grown from given ones (none: from everyone), without the splits refused.
        rules: what a segment must be.
    """
    standing, notes = grow((), frozenset()), list[str]()
    refused: Refused = frozenset()
    accepted: set[tuple[Path, Path]] = set()
    while (fault := _too_small(standing, rules) or _alike(standing, rules, accepted)) is not None:
        refused |= {(fault.parent, fault.column)}
        regrown = grow(collapse(standing, fault.parent), refused)
        if fault.alike and len(regrown) < min(FEWEST_SEGMENTS, len(standing)):
            accepted.add(fault.alike)
            notes.append(f"{fault.why}; kept apart to have three segments.")
        else:
            notes.append(f"{fault.why}, and were joined.")
            standing = regrown
    if len(standing) < FEWEST_SEGMENTS:
        notes.append(
            f"Only {len(standing)} of the usual three segments or more: the book offers no further cut that "
            f"leaves {rules.least:,} loans on both sides."
        )
    return Settled(paths=standing, sizes=tuple(rules.sizes(standing)), notes=tuple(notes))


def _too_small(paths: Sequence[Path], rules: Rules) -> _Fault | None:
    counted = list(rules.sizes(paths))
    if len(paths) < 2 or min(counted) >= rules.least:
        return None
    small = paths[counted.index(min(counted))]
    why = f"`{simplify(small)}` and its neighbour would leave fewer than {rules.least:,} loans in one"
    return _Fault(parent=small[:-1], column=small[-1].column, why=why)


def _alike(paths: Sequence[Path], rules: Rules, accepted: set[tuple[Path, Path]]) -> _Fault | None:
    for pair in ((paths[one], paths[two]) for one, two in siblings(paths)):
        if pair in accepted or pair[0][-1] == rules.keep:
            continue
        if rules.alike(*pair):
            why = (
                f"`{simplify(pair[0])}` and `{simplify(pair[1])}` differ on no other column that was observed"
            )
            return _Fault(parent=pair[0][:-1], column=pair[0][-1].column, why=why, alike=pair)
        accepted.add(pair)
    return None
