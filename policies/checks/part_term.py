"""Comparisons with a rate or payment that lasts for less than the whole term (12 CFR 1026.24(i)(2)).

A saving is a comparison (comment 24(i)-1). What cures it is the full schedule: every rate or payment with its
period and the APR. Loans whose rate and payment never change are not this rule's.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.amounts import read_payment_counts
from policies.matching import Pattern, anywhere, outside, spans
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """The words.

    Attributes:
        compares: phrases that set one rate or payment against another, or promise a saving.
        permitted: comparisons of something else.
        part_term: words that show the rate or payment to hold for a time only.
    """

    compares: tuple[Pattern, ...]
    permitted: tuple[Pattern, ...] = ()
    part_term: tuple[Pattern, ...]


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first comparison of each field, where the schedule is not wholly there."""
    keys: Keys = rule.keys
    if not _changes(keys, seen) or _schedule_is_there(seen):
        return
    for reading in seen.readings:
        found = spans(keys.compares, reading.text)
        found += [(one.start, one.end) for one in seen.figures[reading.field] if one.kind == "saving"]
        for start, end in list(outside(sorted(found), spans(keys.permitted, reading.text)))[:1]:
            yield seen.hit(reading, start, end)


def _changes(keys: Keys, seen: Seen) -> bool:
    offers = seen.piece.offers or ()
    steps = any(len({row[1] for row in offer.series}) > 1 for offer in offers)
    return steps or seen.piece.products == ("arm",) or anywhere(keys.part_term, seen.text)


def _schedule_is_there(seen: Seen) -> bool:
    """Whether every series is stated with its number, and the APR."""
    counts = {count for reading in seen.readings for count, _, _ in read_payment_counts(reading.text)}
    counts |= {payment.count for _, payment in seen.stated("payment") if payment.count}
    payments = {payment.value for _, payment in seen.stated("payment")}
    apr = any(one.value is not None for _, one in seen.stated("apr"))
    return apr and len(counts) > 1 and len(payments) > 1
