"""The evidence in words that a marketing director reads: what was compared, who stands out, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from campaign.segment import Difference, Segment

MOST_P: Final = 0.01
"""Chance above which a difference counts as none."""
_COMPARED: Final = {
    "status": "whose loan it is and where it stands",
    "product": "which kind of loan they have",
    "purpose": "what they took the loan for",
    "occupancy": "whether they live in the home",
    "rate_type": "whether their rate can change",
    "note_rate": "the rate they pay",
    "rate_gap_bps": "how far their rate stands above today's offer",
    "term_months": "how long the loan runs",
    "original_amount": "how much they borrowed",
    "current_balance": "how much they still owe",
    "ltv": "what they owe beside what the home is worth",
    "fico": "how high their credit score is",
    "months_since_funding": "how long they have had the loan",
    "opens": "how often they open our letters",
    "clicks": "how often they click",
    "applications": "how often they apply",
}
_SHARES: Final = ((0.3, "strong"), (0.1, "clear"), (0.0, "slight"))
_RANKS: Final = ((0.14, "strong"), (0.06, "clear"), (0.0, "slight"))


def compared(difference: Difference) -> str:
    """What was compared, for example `what they took the loan for`."""
    return _COMPARED.get(difference.column, difference.column.replace("_", " "))


def strength(difference: Difference) -> str:
    """How large the difference is: strong, clear, slight, or none shown where chance may explain it.

    Clear from Cramér's V 0.1 or eta squared 0.06, strong from 0.3 or 0.14 (after Cohen 1988).
    """
    if difference.p_value > MOST_P:
        return "none shown"
    bounds = _SHARES if difference.test.startswith("chi-square") else _RANKS
    return next(word for least, word in bounds if difference.effect >= least)


def standing_out(segments: Sequence[Segment]) -> tuple[tuple[Segment, Difference], ...]:
    """For each column compared, the segment that stands out most on it.

    What was not cut on comes first, and then the largest effect.
    """
    best: dict[str, tuple[Segment, Difference]] = {}
    for segment in segments:
        for found in segment.differences:
            held = best.get(found.column)
            if held is None or found.effect > held[1].effect:
                best[found.column] = (segment, found)
    return tuple(sorted(best.values(), key=lambda pair: (pair[1].in_predicate, -pair[1].effect)))
