"""What a segment is about, told from its predicate, so that runs at different rates can be compared.

The same meaning has the same `segment_id` in every run: whoever stands at or above the lender's trigger is
`refinance_candidates` whether that is most of the book or a tenth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agents.facets import apart
from agents.partition import Path, simplify
from campaign.segment import Condition, Predicate

REFINANCE = "refinance_candidates"
SETTLED = "settled_owners"
_Sign = Callable[[Condition], bool]


def _bound(column: str, operator: str, least: float, most: float) -> _Sign:
    return lambda it: (
        it.column == column and it.operator == operator and least <= float(str(it.value)) <= most
    )


def _word(column: str, word: str) -> _Sign:
    return lambda it: it.column == column and it.operator == "is" and it.value == word


def _without(column: str, word: str) -> _Sign:
    return lambda it: it.column == column and it.operator == "is_not" and it.value == word


def _not_ours(condition: Condition) -> bool:
    """Whether a condition leaves only people who hold no loan of this lender."""
    if condition.column != "status":
        return False
    words = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    kept_out = condition.operator in ("is_not", "none_of") and "funded" in words
    return kept_out or (condition.operator in ("is", "one_of") and "funded" not in words)


def _with_rivals(condition: Condition) -> bool:
    """Whether a condition leaves only people whose loan another lender holds."""
    return _word("status", "elsewhere")(condition)


_SIGNS: tuple[tuple[str, _Sign], ...] = (
    ("rivals_owners", _with_rivals),
    ("prospects", _not_ours),
    ("equity_rich", _bound("ltv", "below", 0, 80)),
    ("recent_buyers", _bound("months_since_funding", "below", 0, 36)),
    ("investors", _word("occupancy", "investment")),
    ("second_homes", _word("occupancy", "second")),
    ("adjustable_owners", _word("rate_type", "adjustable")),
    ("shorter_terms", _bound("term_months", "below", 0, 300)),
    ("larger_loans", _bound("current_balance", "at_least", 0, 1e12)),
    ("larger_loans", _bound("original_amount", "at_least", 0, 1e12)),
    ("near_trigger", _bound("rate_gap_bps", "at_least", -25, 500)),
    ("past_refinancers", _word("purpose", "refinance")),
    ("cash_out_owners", _word("purpose", "cash_out")),
    ("home_buyers", _word("purpose", "purchase")),
    ("past_refinancers", _without("purpose", "purchase")),
    ("fha_owners", _word("product", "fha")),
    ("va_owners", _word("product", "va")),
    ("jumbo_owners", _word("product", "jumbo")),
)


def at_trigger(predicate: Predicate, trigger_bps: float) -> bool:
    """Whether everyone in a segment stands at or above the lender's refinance trigger."""
    sign = _bound("rate_gap_bps", "at_least", trigger_bps, 1e6)
    return any(sign(condition) for condition in predicate.conditions)


def segment_ids(paths: Sequence[Path], sizes: Sequence[int], trigger_bps: float) -> tuple[str, ...]:
    """A unique, stable id for every leaf of a partition.

    Args:
        paths: the leaves. sizes: loans in each, which decide who keeps a name that two would bear.
        trigger_bps: the lender's refinance trigger, basis points.
    """
    ids = [""] * len(paths)
    holders: dict[str, list[tuple[Condition, ...]]] = {}
    for index in sorted(range(len(paths)), key=lambda leaf: (-sizes[leaf], leaf)):
        predicate = simplify(paths[index])
        wanted = _meaning(predicate, trigger_bps, REFINANCE in holders)
        held = holders.setdefault(wanted, [])
        ids[index] = apart(wanted, predicate.conditions, held, ids) if held else wanted
        held.append(predicate.conditions)
    return tuple(ids)


def _meaning(predicate: Predicate, trigger_bps: float, candidates_named: bool) -> str:
    sign = next(
        (name for name, sign in _SIGNS if any(sign(condition) for condition in predicate.conditions)), SETTLED
    )
    if not at_trigger(predicate, trigger_bps):
        return sign
    if not candidates_named:
        return REFINANCE
    return REFINANCE if sign in (SETTLED, "near_trigger") else f"refinance_{sign}"
