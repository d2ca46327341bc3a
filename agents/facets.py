"""What sets a segment apart from another of the same meaning, in a word for its id and a phrase for people.

Two segments may share their main meaning (two groups of owners with equity). The condition that parts them
tells them apart; nobody is ever "the second group".
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from campaign.segment import Condition

MARK: Final = "_with_"
_BOUNDS: Final = {
    ("rate_gap_bps", "at_least"): ("wider_gap", "widest rate gap"),
    ("rate_gap_bps", "below"): ("narrow_gap", "narrower rate gap"),
    ("ltv", "at_least"): ("less_equity", "less equity"),
    ("ltv", "below"): ("more_equity", "more equity"),
    ("months_since_funding", "at_least"): ("older_loans", "older loans"),
    ("months_since_funding", "below"): ("recent_loans", "recent loans"),
    ("term_months", "at_least"): ("long_terms", "longer terms"),
    ("term_months", "below"): ("short_terms", "shorter terms"),
    ("current_balance", "at_least"): ("larger_loans", "larger loans"),
    ("current_balance", "below"): ("smaller_loans", "smaller loans"),
    ("original_amount", "at_least"): ("larger_loans", "larger loans"),
    ("original_amount", "below"): ("smaller_loans", "smaller loans"),
    ("note_rate", "at_least"): ("higher_rates", "higher rates"),
    ("note_rate", "below"): ("lower_rates", "lower rates"),
    ("fico", "at_least"): ("higher_scores", "higher scores"),
    ("fico", "below"): ("lower_scores", "lower scores"),
}
_WORDS: Final = {
    "purchase": "bought",
    "refinance": "refinanced",
    "cash_out": "took cash out",
    "improvement": "improved the home",
    "principal": "home they live in",
    "second": "second home",
    "investment": "investment home",
    "fha": "FHA",
    "va": "VA",
    "usda": "USDA",
    "arm": "ARM",
    "heloc": "credit line",
    "funded": "our loan",
    "elsewhere": "other lender's loan",
    "fixed": "fixed rate",
    "adjustable": "adjustable rate",
}
_NEGATIONS: Final = ("is_not", "none_of")


def facet(condition: Condition) -> str:
    """One condition as the last part of an id, for example `smaller_loans` or `not_purchase`."""
    if isinstance(condition.value, float):
        known = _BOUNDS.get((condition.column, condition.operator))
        return known[0] if known else _spelled(condition)
    words = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    joined = _letters("_or_".join(words))
    return f"not_{joined}" if condition.operator in _NEGATIONS else joined


def apart(
    base: str,
    conditions: Sequence[Condition],
    holders: Sequence[Sequence[Condition]],
    taken: Container[str] = (),
) -> str:
    """An id that no segment bears: the base and what sets these conditions apart from its holders'.

    Args:
        base: the meaning they share. conditions: of the segment to be named.
        holders: conditions of every segment that bears the base already.
        taken: ids given already; where one condition tells nobody apart, all of them do.
    """
    own = [one for one in conditions if all(one not in held for held in holders)] or list(conditions)
    free = [one for one in own if facet(one) not in base]
    chosen = (free or own)[-1]
    clashes = any(facet(one) == facet(chosen) for held in holders for one in held)
    short = f"{base}{MARK}{_spelled(chosen) if clashes else facet(chosen)}"
    return short if short not in taken else f"{base}{MARK}{'_and_'.join(map(_spelled, conditions))}"


def in_words(part: str) -> str:
    """The last part of an id as people read it."""
    phrases = dict(_BOUNDS.values())
    bare = part.removeprefix("not_")
    said = phrases.get(part) or _WORDS.get(bare, bare.replace("_", " "))
    return f"not {said}" if part != bare else said


def _spelled(condition: Condition) -> str:
    """Column, direction and value, which no other segment of a partition shares."""
    return _letters(f"{condition.column}_{condition.operator}_{condition.value}")


def _letters(text: str) -> str:
    kept = "".join(character if character.isalnum() else "_" for character in text.casefold())
    return "_".join(part for part in kept.split("_") if part)
