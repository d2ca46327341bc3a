"""Stated APRs and payments that the loan's own terms do not come to (12 CFR 1026.22(a), Appendix J).

With a record the numbers are computed again from it; without one, only what the words themselves contradict
is shown, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import re2

from campaign.finding import Severity
from campaign.noun import Noun
from campaign.piece import OfferTerms
from policies.agreement import (
    agrees,
    beside_their_rate,
    fitting,
    rate_beside,
    stated_payments,
    stated_rates_agree,
    unit_costs,
)
from policies.figures import Figure
from policies.reading import Reading
from policies.recomputing import (
    PAYMENT_TOLERANCE,
    RecomputedApr,
    level_payment,
    recomputed_apr,
    recomputed_payments,
)
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.spoken import cents, dollars, percent

_INSURED = re2.compile(r"\bmortgage insurance|\bmip\b|\bpmi\b|\bguarantee fee|\bfunding fee")
_OTHER_SCHEDULE = re2.compile(
    r"\binterest[- ]only|\bballoon|\bgraduated|\bbi-?weekly|\bbuy-?down|\barms?\b|adjustable"
)
_EXCLUDED = re2.compile(r"\b(?:not include|not including|exclud\w+|before|without|no incluyen?)\b")
_SENTENCE_ENDS = re2.compile(r"[.!?] |\n\n")
_NOT_PRINCIPAL = re2.compile(
    r"\b(?:tax(?:es)?|insurance|escrow\w*|mip|pmi|hoa|dues|rent|piti|sav\w+|less|lower|cheaper|drop\w*|"
    r"interest[- ]only|more|adds?|extra|budget|cash|income|earn\w*|debts?|cards?)\b"
)


_LISTED = 6


class Keys(Noun):
    """Nothing besides: the tolerances are the regulation's."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every APR outside the tolerance, below its rate, or equal to it despite points; every wrong payment."""
    del rule
    offers = seen.piece.offers
    if offers is None:
        yield from _contradictions(seen)
        return
    for reading, apr in seen.stated("apr"):
        if apr.value is not None:
            yield from _check_apr(seen, reading, apr, offers)
    if stated_rates_agree(seen, offers):
        yield from _check_payments(seen, offers)
        yield from _check_unit_costs(seen, offers)


def _check_apr(seen: Seen, reading: Reading, apr: Figure, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    rate = rate_beside(seen, reading, apr)
    theirs = fitting(reading, rate, offers) if rate else offers
    recorded = tuple(offer for offer in theirs if offer.apr is not None and agrees(reading, apr, offer.apr))
    wrong = [_wrong_apr(seen, apr, offer) for offer in recorded or theirs]
    if wrong and all(wrong):
        reason, right = next(found for found in wrong if found)
        yield seen.hit(reading, apr.start, apr.end, reason=reason, right=right)
    elif rate:
        yield from _below_rate(seen, reading, rate, apr, recorded or theirs)


def _wrong_apr(seen: Seen, apr: Figure, offer: OfferTerms) -> tuple[str, str] | None:
    """Why a stated APR cannot be that of a record, and the right one; None where it can, or none is known."""
    computed = recomputed_apr(offer)
    if computed is None or apr.value is None or computed.accurate(apr.value):
        return None
    if apr.value > computed.shown and _may_cost_more(seen, offer):
        return None
    return _told(computed, offer), f"{percent(computed.shown)} APR"


def _told(computed: RecomputedApr, offer: OfferTerms) -> str:
    margin = "1/4" if computed.tolerance > 0.2 else "1/8"
    charges, amount = dollars(offer.finance_charges_usd or 0.0), dollars(offer.loan_amount or 0.0)
    return (
        f"Appendix J gives {percent(computed.shown)} for {amount} with {charges} of finance charges, "
        f"more than {margin} of a percentage point away"
    )


def _may_cost_more(seen: Seen, offer: OfferTerms) -> bool:
    """Whether charges that the record does not hold can raise the APR: insurance premiums, later rates."""
    if {"fha", "usda"} & set(seen.piece.products) or _INSURED.search(seen.text):
        return True
    return "arm" in seen.piece.products and not offer.series


def _below_rate(
    seen: Seen, reading: Reading, rate: Figure, apr: Figure, offers: tuple[OfferTerms, ...]
) -> Iterator[Hit]:
    """An APR below its rate on a fixed loan, or equal to it although the record carries points."""
    if rate.value is None or apr.value is None or "arm" in seen.piece.products:
        return
    if any(row[0] < rate.value for offer in offers for row in offer.series):
        return  # a composite APR lies between the rates
    charges = [offer.finance_charges_usd for offer in offers if offer.finance_charges_usd is not None]
    points = [offer.points for offer in offers if offer.points is not None]
    right = "the APR that Appendix J gives with all finance charges"
    if apr.value < rate.value - 5e-4 and not any(charge < 0 for charge in charges):
        reason = f"it lies below the {percent(rate.value)} rate, which no fixed loan with finance charges can"
        hit = seen.hit(reading, apr.start, apr.end, reason=reason, right=right)
        yield replace(hit, severity=None if charges else Severity.WARN)
    elif abs(apr.value - rate.value) < 5e-4 and points and min(points) > 0:
        reason = f"it equals the rate although the record carries {min(points):g} points"
        hit = seen.hit(reading, apr.start, apr.end, reason=reason, right=right)
        yield replace(hit, severity=Severity.WARN)


def _check_payments(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    right = [payment for offer in offers for payment in _payments(seen, offer)]
    payments = list(stated_payments(seen))
    if "arm" in seen.piece.products and not any(offer.series for offer in offers):
        payments = payments[:1]  # the record does not hold what follows the first period
    for reading, stated in payments if right else ():
        if stated.value is None or not _principal_and_interest(reading, stated, right):
            continue
        theirs = beside_their_rate(seen, reading, stated, offers)
        own = [payment for offer in theirs for payment in _payments(seen, offer)] or right
        nearest = min(own, key=lambda payment: abs(payment - (stated.value or 0.0)))
        if abs(nearest - stated.value) > PAYMENT_TOLERANCE:
            shown = " and ".join(cents(payment) for payment in dict.fromkeys(own[:_LISTED]))
            reason = f"amount, rate and term of the record come to {shown}"
            yield seen.hit(reading, stated.start, stated.end, reason=reason, right=shown)


def _check_unit_costs(seen: Seen, offers: tuple[OfferTerms, ...]) -> Iterator[Hit]:
    """Payments per $1,000 borrowed, to the cent."""
    right = [
        payment / offer.loan_amount * 1000
        for offer in offers
        if offer.loan_amount
        for payment in _payments(seen, offer)
    ]
    for reading, stated in unit_costs(seen) if right else ():
        nearest = min(right, key=lambda cost: abs(cost - (stated.value or 0.0)))
        if abs(nearest - (stated.value or 0.0)) > 0.0151:
            shown = f"{cents(nearest)} per $1,000"
            reason = f"amount, rate and term of the record come to {shown}"
            yield seen.hit(reading, stated.start, stated.end, reason=reason, right=shown)


def _payments(seen: Seen, offer: OfferTerms) -> tuple[float, ...]:
    """The right payments of a record; where its words tell of another schedule, the record's own."""
    if not offer.series and _OTHER_SCHEDULE.search(seen.text) and "arm" not in seen.piece.products:
        return (offer.monthly_payment,) if offer.monthly_payment is not None else ()
    return recomputed_payments(offer)


def _principal_and_interest(reading: Reading, stated: Figure, right: list[float]) -> bool:
    """Whether a stated payment can only be the loan's: counted, or near in size and free of other words."""
    if stated.count is not None:
        return True
    before = _SENTENCE_ENDS.split(reading.text[max(0, stated.start - 45) : stated.start])[-1]
    after = _SENTENCE_ENDS.split(reading.text[stated.end : stated.end + 30])[0]
    near = any(0.5 * payment <= (stated.value or 0.0) <= 2 * payment for payment in right)
    other = _NOT_PRINCIPAL.search(f"{before} {after}") and not _EXCLUDED.search(after)
    return near and not other


def _contradictions(seen: Seen) -> Iterator[Hit]:
    """What the words alone contradict: an APR below its rate, a payment their own terms do not come to."""
    for reading, apr in seen.stated("apr"):
        if rate := rate_beside(seen, reading, apr):
            yield from _below_rate(seen, reading, rate, apr, ())
    amounts, rates, terms = (
        {figure.value for _, figure in seen.stated(kind) if figure.value is not None}
        for kind in ("loan_amount", "rate", "term")
    )
    if len(amounts) != 1 or len(rates) != 1 or len(terms) != 1 or _OTHER_SCHEDULE.search(seen.text):
        return
    right = level_payment(amounts.pop(), rates.pop(), terms.pop())
    if right is None:
        return
    for reading, stated in stated_payments(seen):
        counted = stated.count is not None and _principal_and_interest(reading, stated, [right])
        if counted and abs((stated.value or 0.0) - right) > PAYMENT_TOLERANCE:
            shown = cents(right)
            reason = f"the amount, rate and term beside it come to {shown}"
            hit = seen.hit(reading, stated.start, stated.end, reason=reason, right=shown)
            yield replace(hit, severity=Severity.WARN)
