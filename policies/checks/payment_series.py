"""A stated payment without the amount and period of every payment (12 CFR 1026.24(f)(3)).

"Just $1,650 a month" says neither how many months nor whether it stays so. An adjustable loan or a
buydown has more than one series, and each must be there.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from campaign.noun import Noun
from policies.amounts import read_payment_counts
from policies.matching import Pattern, anywhere
from policies.rule import Rule
from policies.seen import Hit, Seen

_FOR_PERIOD = re2.compile(
    r"\bfor (?:the )?(?:first |next |remaining |full |entire )?(?:\d+|five|seven|ten|thirty|fifteen"
    r"|three|two|twelve) (?:years|months|payments)\b"
    r"|\b(?:years?|months?) \d+ (?:to|through|-) \d+\b|\b(?:por|durante) \d+ (?:meses|anos)\b"
)


class Keys(Noun):
    """Words.

    Attributes:
        steps: what shows the rate, and so the payment, to change.
        unit_cost: another way to state a schedule.
    """

    steps: tuple[Pattern, ...] = ()
    unit_cost: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first stated payment, where its number or period, or a later series, is missing."""
    keys: Keys = rule.keys
    stated = list(seen.stated("payment"))
    if not stated or anywhere(keys.unit_cost, seen.text):
        return
    counts = {count for reading in seen.readings for count, _, _ in read_payment_counts(reading.text)}
    counts |= {payment.count for _, payment in stated if payment.count}
    periods = {match.group() for match in _FOR_PERIOD.finditer(seen.text)}
    reading, first = stated[0]
    if not counts and not periods:
        yield seen.hit(reading, first.start, first.end, missing="how many payments there are")
    elif _steps(keys, seen) and max(len(counts), len(periods)) < 2:
        yield seen.hit(reading, first.start, first.end, missing="the payments after the rate changes")


def _steps(keys: Keys, seen: Seen) -> bool:
    """Whether the loan has more than one series of payments, by its record or by its words."""
    offers = seen.piece.offers or ()
    if any(len(offer.series) > 1 for offer in offers) or seen.piece.products == ("arm",):
        return True
    return anywhere(keys.steps, seen.text)
