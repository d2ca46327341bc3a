"""What a stated price, loan and down payment come to, against the share that is stated beside them.

The share decides the rate, so a wrong one states terms that are not offered (12 CFR 1026.24(a)).
"""

from __future__ import annotations

from typing import NamedTuple

import re2

from policies.amounts import MONEY, dollars
from policies.figures import Figure

_PRICE = re2.compile(
    rf"({MONEY})(?: (?:single-family|sale|starter|new|example|sample|purchase|family|town))*"
    r" (?:homes?|houses?|property|condo|price|purchase|value)\b"
    rf"|\b(?:purchase price|sale price|price|home value|property value|appraised value|appraised at|worth)"
    rf"(?: (?:of|is|at))?[ :]*({MONEY})"
)
_DOWN = re2.compile(rf"({MONEY})(?: (?:cash|is|as))? down\b|\bdown payment(?: (?:of|is))?[ :]*({MONEY})")
_ROUNDING = 0.5


class WrongShare(NamedTuple):
    """A stated share of the price, percent, with its span, and what the dollars beside it come to."""

    figure: Figure
    right: float


def wrong_share(paragraph: str, figures: tuple[Figure, ...], offset: int = 0) -> WrongShare | None:
    """The loan-to-value or down payment that the price and the dollars beside it refute.

    Only where one price, one share and one amount are stated; to half a percentage point, as copy rounds.

    Args:
        paragraph: folded text.
        figures: those of the paragraph, placed `offset` characters later.
    """
    prices = {dollars(match.group(1) or match.group(2)): match.span() for match in _PRICE.finditer(paragraph)}
    shares = [one for one in figures if one.kind in ("ltv", "down_payment") and one.value is not None]
    if len(prices) != 1 or len(shares) != 1:
        return None
    (price, (first, last)), share = prices.popitem(), shares[0]
    down = {dollars(match.group(1) or match.group(2)) for match in _DOWN.finditer(paragraph)}
    lent = {
        one.value
        for one in figures
        if one.kind == "loan_amount" and one.value and not first <= one.start - offset < last
    }
    amounts = {price - one for one in down} | lent
    if len(amounts) != 1 or not 0 < (amount := amounts.pop()) <= price:
        return None
    right = amount / price * 100
    right = right if share.kind == "ltv" else 100 - right
    return WrongShare(share, right) if abs(right - (share.value or 0.0)) > _ROUNDING + 1e-9 else None
