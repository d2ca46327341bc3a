"""An adjustable rate stated without the fact that it may rise (12 CFR 1026.24(c), (d)(2)(iii)).

"Rates are subject to change" before closing says nothing about the years after it. A rise for default or
transfer alone does not count, and no product of a lender here is such a loan.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Words: `adjustable` loans in a piece that names no product, and what `told` the reader."""

    adjustable: tuple[Pattern, ...]
    told: tuple[Pattern, ...]


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first rate, APR or payment of an adjustable loan, where the piece never says that it may rise."""
    keys: Keys = rule.keys
    if not _adjustable(keys, seen) or anywhere(keys.told, seen.text):
        return
    for reading, figure in seen.stated("rate", "apr", "payment"):
        yield seen.hit(reading, figure.start, figure.end)
        return


def _adjustable(keys: Keys, seen: Seen) -> bool:
    products = seen.piece.products
    named = anywhere(keys.adjustable, seen.text)
    return products == ("arm",) or (named and (not products or "arm" in products))
