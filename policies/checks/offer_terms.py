"""Stated terms that no record offers (12 CFR 1026.24(a): only terms actually available may be advertised).

"As low as" does not excuse a rate that nobody can have. Without a record only a loan-to-value that the
dollars beside it refute is shown, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import re2

from campaign.finding import Severity
from campaign.noun import Noun
from campaign.piece import OfferTerms
from policies.agreement import (
    agrees,
    agrees_in_dollars,
    beside_their_rate,
    borrowed_amounts,
    fitting,
    rate_beside,
    rates_of,
    stated_rates,
)
from policies.amounts import dollars as read_dollars
from policies.amounts import read_payment_counts
from policies.figures import Figure
from policies.loan_to_value import wrong_share
from policies.reading import Reading
from policies.recomputing import recomputed_apr
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.spoken import dollars, percent

Term = Literal["rate", "apr", "points", "loan_amount", "term", "charges", "share"]
_MONEY = r"\$ ?\d[\d,]*(?:\.\d\d)?"
_CHARGES = re2.compile(
    r"finance charges?(?: (?:in all|in total|incl\w*\.?(?: \w+){0,2}|\(?points included\)?|with points"
    r"|in this example(?:, points included)?))?"
    rf"(?:,? (?:of|is|are|total|come to))?[ :|]{{0,3}}({_MONEY})"
    rf"|({_MONEY}) (?:total |in |of |in total |worth of ){{0,2}}(?:prepaid )?finance charges?\b"
)
_LISTED = 12
_RECORD = "the record behind this piece offers"


class Keys(Noun):
    """Which of the stated terms the rule compares."""

    terms: tuple[Term, ...] = ("rate", "apr", "points", "loan_amount", "term", "charges", "share")


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every stated term that agrees with none of the piece's records, as `{stated}` and `{recorded}`."""
    keys: Keys = rule.keys
    offers = seen.piece.offers or ()
    compare = {
        "rate": _rates,
        "apr": _aprs,
        "points": _points,
        "loan_amount": _loan_amounts,
        "term": _terms,
        "charges": _charges,
    }
    for term in keys.terms if offers else ():
        if term != "share":
            yield from compare[term](seen, offers)
    if "share" in keys.terms:
        yield from _shares(seen)


def _rates(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    recorded = [rate for offer in offers for rate in rates_of(offer)]
    for reading, rate in stated_rates(seen):
        if recorded and not fitting(reading, rate, offers):
            stated = f"a rate of {percent(rate.value or 0.0)}"
            yield _differs(seen, reading, rate, stated, map(percent, recorded))


def _aprs(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    """An APR that is no record's; one that the record's own terms refute is for `regz.apr-math`."""
    recorded = [offer.apr for offer in offers if offer.apr is not None]
    for reading, apr in seen.stated("apr"):
        if not recorded or apr.value is None or any(agrees(reading, apr, value) for value in recorded):
            continue
        if any(agrees(reading, apr, rate) for offer in offers for rate in rates_of(offer)) and _shown(
            seen, recorded
        ):
            continue  # the rate of a pair whose APR stands beside it
        rate = rate_beside(seen, reading, apr)
        theirs = fitting(reading, rate, offers) if rate else offers
        computed = [found for offer in theirs if (found := recomputed_apr(offer)) is not None]
        if rate and theirs and computed and not any(one.accurate(apr.value) for one in computed):
            continue
        yield _differs(seen, reading, apr, f"an APR of {percent(apr.value)}", map(percent, recorded))


def _shown(seen: Seen, recorded: list[float]) -> bool:
    """Whether the piece states one of the recorded APRs as an APR."""
    return any(agrees(reading, apr, value) for reading, apr in seen.stated("apr") for value in recorded)


def _points(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    for reading, points in seen.stated("points"):
        theirs = beside_their_rate(seen, reading, points, offers)
        recorded = [max(0.0, offer.points) for offer in theirs if offer.points is not None]
        if (
            recorded
            and points.value is not None
            and not any(agrees(reading, points, one) for one in recorded)
        ):
            yield _differs(
                seen, reading, points, f"{points.value:g} points", (f"{one:g}" for one in recorded)
            )


def _loan_amounts(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    """Amounts borrowed; beside one that agrees, another may be a base amount or a second example."""
    recorded = [offer.loan_amount for offer in offers if offer.loan_amount is not None]
    stated = list(borrowed_amounts(seen)) if recorded else []
    differing = [
        (reading, amount)
        for reading, amount in stated
        if not any(agrees_in_dollars(reading, amount, one) for one in recorded)
    ]
    for reading, amount in differing:
        hit = _differs(
            seen, reading, amount, f"a loan of {dollars(amount.value or 0.0)}", map(dollars, recorded)
        )
        yield hit if len(differing) == len(stated) else replace(hit, severity=Severity.WARN)


def _terms(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    """Terms and numbers of payments, where none that is stated is the record's.

    Beside one that agrees, another is for a person to look at where it stands in a sentence with a rate; a
    number of payments that fits no offer is wrong there.
    """
    if "arm" in seen.piece.products and not any(offer.series for offer in offers):
        return
    recorded = {months for offer in offers for months in _months(offer)}
    stated = [
        (reading, figure.start, figure.end, int(figure.value or 0), Severity.WARN)
        for reading, figure in seen.stated("term")
    ]
    for reading in seen.readings:
        counts = read_payment_counts(reading.text)
        stated += [(reading, start, end, count, Severity.BLOCK) for count, start, end in counts]
    differing = [row for row in stated if row[3] not in recorded] if recorded else []
    for reading, start, end, months, severity in differing:
        told = _told(map(str, sorted(recorded)))
        hit = _hit(seen, reading, (start, end), f"{months} months or payments", told)
        if len(differing) == len(stated):
            yield hit
            return
        if _beside_a_rate(seen, reading, start, end):
            yield replace(hit, severity=severity)


def _beside_a_rate(seen: Seen, reading: Reading, start: int, end: int) -> bool:
    first, last = reading.sentence(start, end)
    return any(
        figure.kind in ("rate", "apr", "loan_amount") and first <= figure.start < last
        for figure in seen.figures[reading.field]
    )


def _months(offer: OfferTerms) -> Iterator[int]:
    if offer.term_months is not None:
        yield offer.term_months
    passed = 0
    for _, _, count in offer.series:
        passed += count
        yield count
        yield passed


def _charges(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    recorded = [offer.finance_charges_usd for offer in offers if offer.finance_charges_usd is not None]
    for reading in seen.readings if recorded else ():
        for match in _CHARGES.finditer(reading.text):
            group = 1 if match.group(1) else 2
            value = read_dollars(match.group(group))
            if not any(abs(value - one) <= 1.0 for one in recorded):
                start, end = match.span(group)
                told = _told(map(dollars, recorded))
                yield _hit(seen, reading, (start, end), f"finance charges of {dollars(value)}", told)


def _shares(seen: Seen) -> Iterator[Hit]:
    """A loan-to-value or down payment that the dollars beside it refute; insured loans finance more."""
    if {"fha", "va", "usda"} & set(seen.piece.products):
        return
    for reading in seen.readings:
        for (start, end), inside in seen.paragraphs(reading).items():
            if found := wrong_share(reading.text[start:end], inside, start):
                share, right = found
                kind = "loan-to-value" if share.kind == "ltv" else "down payment"
                stated = f"a {kind} of {share.value:g}%"
                told = f"{right:.1f}%"
                hit = _hit(
                    seen, reading, (share.start, share.end), stated, told, "the dollars beside it come to"
                )
                yield hit if seen.piece.offers else replace(hit, severity=Severity.WARN)


def _differs(seen: Seen, reading: Reading, figure: Figure, stated: str, recorded: Iterable[str]) -> Hit:
    return _hit(seen, reading, (figure.start, figure.end), stated, _told(recorded))


def _hit(
    seen: Seen, reading: Reading, span: tuple[int, int], stated: str, recorded: str, source: str = _RECORD
) -> Hit:
    return seen.hit(reading, *span, stated=stated, source=source, recorded=recorded)


def _told(values: Iterable[str]) -> str:
    return " or ".join(list(dict.fromkeys(values))[:_LISTED])
