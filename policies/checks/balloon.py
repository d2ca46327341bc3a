"""A balloon payment that the piece leaves out (12 CFR 1026.24(d)(2)(ii), comment 24(d)(2)-3)."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.amounts import read_amounts
from policies.matching import Pattern, anywhere, spans
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Words: `named` a balloon loan; `told` its amount and when it falls due."""

    named: tuple[Pattern, ...]
    told: tuple[Pattern, ...]


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first stated payment of a balloon loan whose last payment is not stated with its amount."""
    keys: Keys = rule.keys
    owed = _recorded(seen)
    if not owed and not anywhere(keys.named, seen.text):
        return
    amounts = {value for reading in seen.readings for _, value, _, _ in read_amounts(reading.text)}
    if owed and any(abs(value - owed) <= 1.0 for value in amounts):
        return
    if not owed and anywhere(keys.told, seen.text):
        return
    balloon = (
        f"the balloon payment of ${owed:,.2f} and when it is due"
        if owed
        else "the balloon payment and when it is due"
    )
    for reading, payment in seen.stated("payment"):
        yield seen.hit(reading, payment.start, payment.end, missing=balloon)
        return
    for reading in seen.readings:
        for start, end in spans(keys.named, reading.text)[:1]:
            if any(True for _ in seen.stated("rate", "apr")):
                yield seen.hit(reading, start, end, missing=balloon)
                return


def _recorded(seen: Seen) -> float:
    """The last payment on record where it is more than twice the one before it, else 0."""
    for offer in seen.piece.offers or ():
        if (
            len(offer.series) > 1
            and offer.series[-1][2] == 1
            and offer.series[-1][1] > 2 * offer.series[-2][1]
        ):
            return offer.series[-1][1]
    return 0.0
