"""Which of the proposed cuts may be tried: known columns, fitting operators and values, real columns.

A mind only proposes. What cannot be used is dropped with a sentence, and the house cuts always remain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.partition import OPPOSITE
from campaign.segment import Condition
from tools.book.view import AGENT_COLUMNS


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidate cuts, with one sentence for every proposal that was dropped."""

    cuts: tuple[Condition, ...]
    notes: tuple[str, ...]


def pool(
    proposed: Sequence[Condition],
    house: Sequence[Condition],
    trigger: Condition,
    closed: Mapping[str, str],
) -> Pool:
    """Put the candidate cuts together.

    Args:
        proposed: the mind's. house: the house mind's, which are always candidates.
        trigger: the lender's own refinance trigger, always a candidate.
        closed: columns that this book may not be cut on, each with the reason as the end of a sentence.
    """
    notes: list[str] = []
    kept: dict[Condition, None] = {trigger: None}
    for cut in (*proposed, *house):
        reason = refusal(cut)
        if reason is None and cut.column not in closed:
            kept[_forward(cut)] = None
        elif reason is not None and cut in proposed:
            notes.append(f"Cut `{cut}` dropped: {reason}")
    asked = [column for column in closed if any(cut.column == column for cut in proposed)]
    notes += [
        f"No cut on {', '.join(f'`{column}`' for column in asked if closed[column] == why)}: {why}"
        for why in dict.fromkeys(closed[column] for column in asked)
    ]
    return Pool(cuts=tuple(kept), notes=tuple(dict.fromkeys(notes)))


def refusal(cut: Condition) -> str | None:
    """Why a cut may not be tried at all, or None."""
    column = AGENT_COLUMNS.get(cut.column)
    if column is None:
        return "agents have no such column."
    if not column.may_cut:
        return "that column may not part people."
    if column.kind == "number":
        return None if _is_number(cut) else "that column holds numbers and is cut at a number."
    return None if _is_word(cut) else "that column holds words and is cut by naming them."


def _is_number(cut: Condition) -> bool:
    fitting = cut.operator in ("at_least", "below")
    return fitting and isinstance(cut.value, float) and math.isfinite(cut.value)


def _is_word(cut: Condition) -> bool:
    words = isinstance(cut.value, str) and cut.operator in ("is", "is_not")
    lists = isinstance(cut.value, tuple) and bool(cut.value) and cut.operator in ("one_of", "none_of")
    return words or lists


def _forward(cut: Condition) -> Condition:
    """The same split written positively, so that it is tried once."""
    if cut.operator in ("at_least", "is", "one_of"):
        return cut
    return Condition(column=cut.column, operator=OPPOSITE[cut.operator], value=cut.value)
