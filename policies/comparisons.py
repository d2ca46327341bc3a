"""What a promised saving must come to: the old payment less the new, and the months until costs are back.

A comparison whose own figures disagree misstates the cost of the credit whatever calculation stands behind
it (12 CFR 1014.3(a), (h)).
"""

from __future__ import annotations

import re2

from policies.amounts import MONEY, dollars
from policies.figures import Figure
from policies.spoken import dollars as said

_FROM_TO = re2.compile(
    rf"\bfrom (?:about |around |roughly )?({MONEY})(?: (?:a|per|each|every) month)? (?:down )?to "
    rf"(?:just |only |about |around |roughly )?({MONEY})"
)
_COSTS = re2.compile(
    rf"\b(?:costs|fees)(?: (?:of|are|were|is|came to|come to|total|totaled|totaling|:))?"
    rf"(?: about| roughly)? ({MONEY})"
    rf"|({MONEY}) (?:in |of )?(?:(?:closing|total|refinance|refinancing|finance|settlement) ){{0,2}}"
    rf"(?:costs|fees)\b"
)
_BREAK_EVEN = re2.compile(
    r"\b(?:break(?:s|ing)?[- ]?even|recoup\w*|recover\w*|paid back|pays? for (?:itself|themselves))\b"
    r"[^.!?\n]{0,40}?\b(\d+(?:\.\d+)?) (months?|years?)\b"
)
_SHORTEST_MONTHS, _LARGEST_USD = 1, 20_000
_ROUNDING_USD, _ROUNDING_SHARE, _ROUNDING_MONTHS = 1.0, 0.02, 1.0


def disagreement(paragraph: str, figures: tuple[Figure, ...]) -> str | None:
    """Why the figures of one comparison cannot all be true; None where they can, or too few are stated.

    Asked only where one monthly saving is stated, so that no figure is held against another offer's.
    To the dollar, or 2 % where figures are rounded; a break-even to the month.

    Args:
        paragraph: folded text.
        figures: those of the paragraph; savings and payments in dollars a month.
    """
    savings = {figure.value for figure in figures if figure.kind == "saving" and figure.value}
    if len(savings) != 1:
        return None
    saving = savings.pop() or 0.0
    return _difference(paragraph, figures, saving) or _break_even(paragraph, saving)


def _difference(paragraph: str, figures: tuple[Figure, ...], saving: float) -> str | None:
    """The two payments and what lies between them."""
    pairs = {(dollars(match.group(1)), dollars(match.group(2))) for match in _FROM_TO.finditer(paragraph)}
    payments = sorted({one.value for one in figures if one.kind == "payment" and one.value}, reverse=True)
    if not pairs and len(payments) == 2:
        pairs = {(payments[0], payments[1])}
    if len(pairs) != 1:
        return None
    pair = pairs.pop()
    if pair[0] > _LARGEST_USD:
        return None
    right = pair[0] - pair[1]
    if abs(right - saving) <= max(_ROUNDING_USD, _ROUNDING_SHARE * saving) + 1e-9:
        return None
    return f"from {said(pair[0])} to {said(pair[1])} is {said(right)} less"


def _break_even(paragraph: str, saving: float) -> str | None:
    """Costs over the monthly saving, against the months stated."""
    stated = {
        float(match.group(1)) * (12 if match.group(2).startswith("year") else 1)
        for match in _BREAK_EVEN.finditer(paragraph)
    }
    costs = {dollars(match.group(1) or match.group(2)) for match in _COSTS.finditer(paragraph)}
    if len(stated) != 1 or len(costs) != 1:
        return None
    months, cost = stated.pop(), costs.pop()
    right = cost / saving
    if abs(right - months) <= max(_ROUNDING_MONTHS, _ROUNDING_SHARE * months) or months < _SHORTEST_MONTHS:
        return None
    return (
        f"{said(cost)} of costs at {said(saving)} a month come back in {right:.0f} months, not {months:.0f}"
    )
