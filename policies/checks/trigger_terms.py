"""Triggering terms without what they trigger (12 CFR 1026.24(d), with commentary 24(d)-1 to 24(d)(2)-5).

A payment, the number of payments, a period of repayment or a finance charge obliges the advertisement to
state the terms of repayment over the full term and the APR. Down payments oblige only where the seller is
the creditor; elsewhere they are for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import re2

from campaign.finding import Severity
from campaign.noun import Noun
from policies.amounts import read_payment_counts
from policies.figures import of_kind
from policies.matching import Pattern, anywhere, near, outside, spans
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen

_PAGE = re2.compile(r"^https?://[^/]+/.*(?:table|rate|terms|#)")


class Keys(Noun):
    """Words beyond the figures.

    Attributes:
        charges: stated finance charges.
        periods: periods of repayment said in other words.
        permitted: contexts in which nothing is triggered.
        market: words of a sentence that reports the market and offers nothing.
        ours: words that make it an offer all the same.
        credit_sale: words that show the seller to be the creditor.
        unit_cost: terms of repayment as a cost per unit borrowed.
        table: words that send the reader to a table of all terms (1026.24(e)).
        finding: `missing` terms, or terms left to such a `table`, which a person must look at.
    """

    charges: tuple[Pattern, ...] = ()
    periods: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    market: tuple[Pattern, ...] = ()
    ours: tuple[Pattern, ...] = ()
    credit_sale: tuple[Pattern, ...] = ()
    unit_cost: tuple[Pattern, ...] = ()
    table: tuple[Pattern, ...] = ()
    finding: Literal["missing", "table"] = "missing"


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first trigger of each field, where the piece as a whole lacks APR or terms of repayment."""
    keys: Keys = rule.keys
    missing = _missing(keys, seen)
    if not missing or _in_table(keys, seen) is (keys.finding == "missing"):
        return
    for reading in seen.readings:
        excused = spans(keys.permitted, reading.text)
        found = sorted(outside(sorted(_triggers(keys, reading, seen)), excused))
        if found:
            yield seen.hit(reading, *found[0], missing=" and ".join(missing))
            continue
        for down in of_kind(seen.figures[reading.field], "down_payment"):
            if down.value:
                hit = seen.hit(reading, down.start, down.end, missing=" and ".join(missing))
                sale = anywhere(keys.credit_sale, seen.text)
                yield hit if sale else replace(hit, severity=Severity.WARN)
                break


def _in_table(keys: Keys, seen: Seen) -> bool:
    """Whether the piece leads straight to a table of terms: by its words, and by more than a home page."""
    link = str(seen.piece.fields.get("landing_url", ""))
    deep = _PAGE.search(link.lower()) is not None
    return deep and anywhere(keys.table, seen.text)


def _missing(keys: Keys, seen: Seen) -> list[str]:
    """Which of the APR and the terms of repayment the piece does not state."""
    missing = []
    if not any(apr.value is not None for _, apr in seen.stated("apr")):
        missing.append("the APR")
    payments = [payment for _, payment in seen.stated("payment")]
    counted = any(payment.count for payment in payments) or any(
        True for reading in seen.readings for _ in read_payment_counts(reading.text)
    )
    if not (payments and counted) and not anywhere(keys.unit_cost, seen.text):
        missing.append("the terms of repayment (number and amount of the payments)")
    return missing


def _triggers(keys: Keys, reading: Reading, seen: Seen) -> Iterator[tuple[int, int]]:
    figures = seen.figures[reading.field]
    yield from ((figure.start, figure.end) for figure in of_kind(figures, "payment"))
    yield from ((start, end) for _, start, end in read_payment_counts(reading.text))
    yield from spans(keys.charges, reading.text)
    offered = [(figure.start, figure.end) for figure in of_kind(figures, "term")]
    for start, end in [*offered, *spans(keys.periods, reading.text)]:
        ours = near(keys.ours, reading, start, end, "sentence", seen.text)
        if ours or not near(keys.market, reading, start, end, "sentence", seen.text):
            yield start, end
    if any(True for _ in seen.stated("loan_amount")):
        yield from ((point.start, point.end) for point in of_kind(figures, "points") if point.value)
