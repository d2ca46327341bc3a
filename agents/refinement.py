"""Join what should not stand apart: leaves that are too small, and neighbours that behave alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.partition import FEWEST_SEGMENTS, Path, collapse, siblings, simplify
from campaign.segment import Condition

Sizes = Callable[[Sequence[Path]], Sequence[int]]
Alike = Callable[[Path, Path], bool]


@dataclass(frozen=True, slots=True)
class Settled:
    """The partition that stands, with what was joined and why."""

    paths: tuple[Path, ...]
    sizes: tuple[int, ...]
    notes: tuple[str, ...]


def settle(
    paths: Sequence[Path], *, sizes: Sizes, alike: Alike, least: int, keep: Condition | None
) -> Settled:
    """Join until every segment is large enough and differs from its neighbour, or only three are left.

    Args:
        paths: the leaves as learnt.
        sizes: counts the loans of leaves on the engine.
        alike: whether two neighbours do not differ on the held-out rows.
        least: fewest loans in a segment.
        keep: a cut that is never undone for want of a difference (the lender's own trigger).
    """
    standing, notes = tuple(paths), list[str]()
    while len(standing) > 1 and min(counted := list(sizes(standing))) < least:
        small = standing[counted.index(min(counted))]
        notes.append(f"`{simplify(small)}` joined with its neighbour: fewer than {least:,} loans.")
        standing = collapse(standing, small[:-1])
    standing, said = _join_alike(standing, alike, keep)
    notes += said
    if len(standing) < FEWEST_SEGMENTS:
        notes.append(
            f"Only {len(standing)} of the usual three segments or more: the book offers no further cut that "
            f"leaves {least:,} loans on both sides."
        )
    return Settled(paths=standing, sizes=tuple(sizes(standing)), notes=tuple(notes))


def _join_alike(
    paths: tuple[Path, ...], alike: Alike, keep: Condition | None
) -> tuple[tuple[Path, ...], list[str]]:
    standing, notes = paths, list[str]()
    checked: set[tuple[Path, Path]] = set()
    while True:
        pairs = [(standing[one], standing[two]) for one, two in siblings(standing)]
        pair = next((pair for pair in pairs if pair not in checked and pair[0][-1] != keep), None)
        if pair is None:
            return standing, notes
        checked.add(pair)
        if not alike(*pair):
            continue
        names = f"`{simplify(pair[0])}` and `{simplify(pair[1])}`"
        if len(standing) <= FEWEST_SEGMENTS:
            notes.append(f"{names} do not differ on held-out rows; kept apart to have three segments.")
        else:
            notes.append(f"{names} joined: they do not differ on any observed column of the held-out rows.")
            standing = collapse(standing, pair[0][:-1])
