"""What a record's own terms come to: its payments and APR again, from amount, rates, term and charges.

What the record does not hold is not recomputed: no charges, no APR; no amount, no payment. A discounted
adjustable loan is its composite schedule; a buydown that a third party pays for outside the note leaves the
APR alone, one in the note or paid by the consumer enters it (comments 17(c)(1)-3 to -5, -10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from campaign.errors import BadInput
from campaign.piece import OfferTerms
from policies.apr import Advance, PaymentSeries, annual_percentage_rate, apr_of_level_loan
from policies.payments import monthly_payment, remaining_balance

REGULAR, IRREGULAR = 0.125, 0.25
LONGEST_TERM = 1200  # months; a record beyond is a slip of the pen
PAYMENT_TOLERANCE = 1.0
_THIRD_PARTIES = frozenset({"seller", "builder", "third party", "third_party", "employer", "agent"})


@dataclass(frozen=True, slots=True)
class RecomputedApr:
    """The APR that a record's terms have.

    Attributes:
        values: percent; more than one where the record leaves open whether a buydown is in the note.
        tolerance: percentage points of 12 CFR 1026.22(a): 1/8, or 1/4 for an irregular transaction.
    """

    values: tuple[float, ...]
    tolerance: float

    @property
    def shown(self) -> float:
        """The one to tell a person."""
        return self.values[0]

    def distance(self, stated: float) -> float:
        """Percentage points from a stated APR to the nearest that the terms allow."""
        return min(abs(stated - value) for value in self.values)

    def accurate(self, stated: float) -> bool:
        """Whether a stated APR lies within the tolerance."""
        return self.distance(stated) <= self.tolerance + 5e-4


def recomputed_apr(offer: OfferTerms) -> RecomputedApr | None:
    """Solve Appendix J for a record; None where it does not hold enough, or cannot be a loan at all."""
    if offer.loan_amount is None or offer.finance_charges_usd is None:
        return None
    values = []
    try:
        if offer.series and not _paid_outside_the_note(offer):
            values.append(_composite(offer, offer.loan_amount - offer.finance_charges_usd))
        if offer.note_rate is not None and offer.term_months is not None and not _only_composite(offer):
            values.append(
                apr_of_level_loan(
                    offer.loan_amount, offer.note_rate, offer.term_months, offer.finance_charges_usd
                )
            )
    except BadInput:
        return None
    if not values:
        return None
    return RecomputedApr(tuple(values), IRREGULAR if _irregular(offer) and len(values) == 1 else REGULAR)


def recomputed_payments(offer: OfferTerms) -> tuple[float, ...]:
    """Every payment the terms of a record come to, dollars; empty where it does not hold enough.

    A series that repays the loan is taken as it stands; another is worked out again from its rates.
    """
    if not _usable(offer.loan_amount):
        return ()
    if series_repays(offer):
        return tuple(payment for _, payment, _ in offer.series)
    try:
        if offer.series:
            return _amortised(offer, offer.loan_amount)
    except BadInput:
        return ()
    level = level_payment(offer.loan_amount, offer.note_rate, offer.term_months)
    return () if level is None else (level,)


def level_payment(amount: float | None, rate: float | None, months: float | None) -> float | None:
    """The level payment of terms as they stand; None where one is missing or is no loan's."""
    if amount is None or rate is None or months is None:
        return None
    try:
        return monthly_payment(amount, rate, int(months))
    except BadInput:
        return None


def _amortised(offer: OfferTerms, balance: float) -> tuple[float, ...]:
    """The payments that repay a loan when each rate of its series begins on what is then owed."""
    payments, left = [], sum(count for _, _, count in offer.series)
    for rate, _, count in offer.series:
        payments.append(monthly_payment(balance, rate, left))
        balance = remaining_balance(balance, rate, left, count)
        left -= count
    return tuple(payments)


def series_repays(offer: OfferTerms) -> bool:
    """Whether a record's payments, within a dollar each, repay its loan at their rates.

    True also for a buydown from outside the note, whose payments are level payments at reduced rates.
    """
    if not offer.series or not _usable(offer.loan_amount) or not all(map(_is_payment_row, offer.series)):
        return False
    if sum(count for _, _, count in offer.series) > LONGEST_TERM:
        return False
    balance, weight = offer.loan_amount, 0.0
    for rate, payment, count in offer.series:
        growth = 1 + rate / 1200
        for _ in range(count):
            balance = balance * growth - payment
            weight = weight * growth + 1
    if abs(balance) <= PAYMENT_TOLERANCE * weight:
        return True
    months = sum(count for _, _, count in offer.series)
    return all(
        abs(monthly_payment(offer.loan_amount, rate, months) - payment) <= PAYMENT_TOLERANCE
        for rate, payment, _ in offer.series
    )


def _usable(amount: float | None) -> TypeGuard[float]:
    return amount is not None and 0 < amount < math.inf


def _is_payment_row(row: tuple[float, float, int]) -> bool:
    rate, payment, count = row
    return 0 <= rate < 100 and payment > 0 and 1 <= count <= LONGEST_TERM


def _composite(offer: OfferTerms, financed: float) -> float:
    series, start = [], 1
    for _, payment, count in offer.series:
        series.append(PaymentSeries(payment, count, start))
        start += count
    return annual_percentage_rate([Advance(financed)], series, 12)


def _paid_outside_the_note(offer: OfferTerms) -> bool:
    return (offer.buydown_paid_by or "").casefold() in _THIRD_PARTIES


def _only_composite(offer: OfferTerms) -> bool:
    """Whether the stepped payments are the loan itself: any series but a buydown to the note rate."""
    if not offer.series:
        return False
    reaches_note = offer.note_rate is not None and abs(offer.series[-1][0] - offer.note_rate) < 1e-9
    steps = len({rate for rate, _, _ in offer.series}) > 1
    if not (reaches_note and steps):
        return True
    return (offer.buydown_paid_by or "").casefold() in ("consumer", "borrower", "buyer")


def _irregular(offer: OfferTerms) -> bool:
    """More than an odd first or final payment away from level (footnote to 1026.22(a)(3))."""
    middle = [row for row in offer.series if row[2] > 1]
    return len(middle) > 1
