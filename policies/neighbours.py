"""The predicates next to one: a threshold moved, a condition dropped, a category widened.

They are the places to look for a less discriminatory alternative (12 CFR 1002.6(a), comment 6(a)-2, as in
force to 20 July 2026; HUD, 24 CFR 100.500(c)(3)). Which is better, counts decide; a person chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign.fair_lending import LessDisparate
from campaign.segment import Condition, Operator, Predicate

LEAST_VALUE_KEPT = 0.8
SIZES = (0.5, 1.5)
"""A neighbour half as large again, or half as small, is another segment and no correction of this one."""
LEAST_GAIN = 0.05


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A predicate one step away, with what is different in words."""

    predicate: Predicate
    change: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A neighbour as the counts show it: lowest ratio (None where it cannot be said), value and size kept."""

    neighbour: Neighbour
    ratio: float | None
    value_kept: float
    size_kept: float


def neighbours(
    predicate: Predicate, steps: Mapping[str, Sequence[float]], words: Mapping[str, Sequence[str]]
) -> tuple[Neighbour, ...]:
    """Every predicate one step away that still chooses: everyone is no segment.

    Args:
        steps: column of numbers -> thresholds to try. words: column of words -> the words it holds.
    """
    found: dict[Predicate, Neighbour] = {}
    for place, condition in enumerate(predicate.conditions):
        for changed, said in _changes(condition, steps, words):
            kept = predicate.conditions[:place], predicate.conditions[place + 1 :]
            made = Predicate(conditions=(*kept[0], *((changed,) if changed else ()), *kept[1]))
            if made.conditions and made != predicate:
                found.setdefault(made, Neighbour(made, said))
    return tuple(found.values())


def less_disparate(
    tried: Iterable[Tried], *, before: float, line: float, most: int = 3
) -> tuple[LessDisparate, ...]:
    """The neighbours worth offering, best first: at four fifths before below, then by value kept, then ratio.

    Args:
        before: lowest ratio of the segment as it is. line: four fifths. most: how many to offer.
    """
    fit = [
        one
        for one in tried
        if one.ratio is not None
        and one.ratio >= before + LEAST_GAIN
        and one.value_kept >= LEAST_VALUE_KEPT
        and SIZES[0] <= one.size_kept <= SIZES[1]
    ]
    fit.sort(key=lambda one: (not _reaches(one, line), -min(1.0, one.value_kept), -(one.ratio or 0.0)))
    return tuple(
        LessDisparate(
            predicate=one.neighbour.predicate,
            change=one.neighbour.change,
            ratio_before=before,
            ratio=one.ratio or 0.0,
            value_kept=one.value_kept,
            size_kept=one.size_kept,
        )
        for one in fit[:most]
    )


def _reaches(one: Tried, line: float) -> bool:
    return one.ratio is not None and one.ratio >= line


def _changes(
    condition: Condition, steps: Mapping[str, Sequence[float]], words: Mapping[str, Sequence[str]]
) -> Iterable[tuple[Condition | None, str]]:
    column, value = condition.column, condition.value
    yield None, f"without `{condition}`"
    if isinstance(value, float):
        if condition.operator in ("at_least", "below"):
            for step in steps.get(column, ()):
                moved = Condition(column=column, operator=condition.operator, value=step)
                yield moved, f"`{moved}` in place of {value:g}"
        return
    held = (value,) if isinstance(value, str) else value
    if condition.operator in ("is", "one_of"):
        for word in words.get(column, ()):
            if word not in held:
                yield _listed(column, "one_of", (*held, word)), f"with {column} `{word}` too"
    elif condition.operator == "none_of" and len(held) > 1:
        for word in held:
            rest = tuple(one for one in held if one != word)
            yield _listed(column, "none_of", rest), f"with {column} `{word}` too"


def _listed(column: str, operator: Operator, words: tuple[str, ...]) -> Condition:
    return Condition(column=column, operator=operator, value=words)
