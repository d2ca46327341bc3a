"""What this lender offers this borrower today, as one expression over a loan.

A sheet is short, so its rows are compiled into one CASE in order of preference: lowest rate, then lowest
points, then row. The first row that fits is the best, and no join is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from campaign.rates import Product, RateSheet
from campaign.trigger_policy import TriggerPolicy
from tools.book.rounding import to_places

VA_ADDED_MONTHS = 120
"""How much longer than the loan it replaces a VA refinance may run (38 CFR 36.4307(a)), months."""
VA_ADJUSTABLE_BPS = 200
"""Least fall from a fixed VA rate to an adjustable one (38 USC 3709(b)(2)), basis points."""
VA_POINTS_LTV = ((1, 90), (0, 100))
"""More points than the first, no higher ratio than the second: where points lower the rate of a VA refinance
(38 USC 3709(b)(3)(B)); the law speaks of a fall produced solely by points, which no sheet says."""
FACTOR_PLACES = 12
"""Decimal places of a payment factor: few enough to be the same float on every engine, an error of less than
a cent on ten million dollars."""


@dataclass(frozen=True, slots=True)
class PricedRow:
    """A row of the sheet as it is offered today.

    Attributes:
        row: line of the sheet. product, term_months: what. rate: percent. points: percent of the amount.
        fees_usd: dollars. factor: monthly payment per dollar lent.
        min_fico, max_ltv, min_amount, max_amount, states: who qualifies.
    """

    row: int
    product: Product
    term_months: int
    rate: float
    points: float
    fees_usd: float
    factor: float
    min_fico: int | None
    max_ltv: float | None
    min_amount: float | None
    max_amount: float | None
    states: tuple[str, ...]


def priced_rows(sheet: RateSheet, *, at: datetime, shift_bps: float = 0.0) -> tuple[PricedRow, ...]:
    """The rows in force, best first.

    Args:
        sheet: what is offered. at: aware. shift_bps: added to every rate, for what-if; a rate stays above 0.
    """
    rows = []
    for offer in sheet.offers:
        if offer.holds(at):
            rate = max(round(offer.rate + shift_bps / 100, 6), 0.001)
            terms = offer.model_dump(include=_TAKEN)
            rows.append(PricedRow(**terms, rate=rate, factor=payment_factor(rate, offer.term_months)))
    return tuple(sorted(rows, key=lambda row: (row.rate, row.points, row.row)))


_TAKEN = {
    "row", "product", "term_months", "points", "fees_usd", "min_fico", "max_ltv", "min_amount", "max_amount",
    "states",
}  # fmt: skip


def payment_factor(rate: float, months: int) -> float:
    """Monthly payment of principal and interest per dollar lent, to twelve places; rate in percent a year."""
    monthly = rate / 1200
    return round(monthly / (1 - (1 + monthly) ** -months), FACTOR_PLACES)


def best_row(loans: Any, rows: Sequence[PricedRow], policy: TriggerPolicy) -> Any:
    """The row of the sheet that is best for each loan, null where none fits.

    Args:
        loans: with `kind` (product held, conventional where unknown), `term_months`, `months_left`,
            `balance_usd`, `fico`, `ltv` and `state`. rows: best first. policy: what replaces what.
    """
    cases = []
    for row in rows:
        held = [kind for kind in HELD if row.product in policy.offered_for(kind)]
        if held:
            cases.append((loans.kind.isin(held) & _fits(loans, row), ibis.literal(row.row, "int64")))
    return ibis.cases(*cases, else_=ibis.null("int64")) if cases else ibis.null("int64")


HELD: tuple[Product, ...] = ("conventional", "jumbo", "fha", "va", "usda", "arm")
"""Products that an offer may replace; a line of credit is not among them."""


def term_of_row(row: Any, rows: Sequence[PricedRow], of: Callable[[PricedRow], float]) -> Any:
    """One number of the chosen row, null where none was chosen."""
    if not rows:
        return ibis.null("float64")
    cases = [(row == priced.row, ibis.literal(float(of(priced)), "float64")) for priced in rows]
    return ibis.cases(*cases, else_=ibis.null("float64"))


def _fits(loans: Any, row: PricedRow) -> Any:
    """Whether a loan meets a row's conditions; what is unknown meets none."""
    fits = loans.months_left <= row.term_months
    if row.product == "va":
        fits &= loans.term_months + VA_ADDED_MONTHS >= row.term_months
    if row.min_amount is not None:
        fits &= loans.balance_usd >= row.min_amount
    if row.max_amount is not None:
        fits &= loans.balance_usd <= row.max_amount
    if row.min_fico is not None:
        fits &= loans.fico >= row.min_fico
    if row.max_ltv is not None:
        fits &= loans.ltv <= row.max_ltv
    if row.states:
        fits &= loans.state.isin(row.states)
    return fits & ((loans.kind != "va") | _fits_veteran(loans, row))


def _fits_veteran(loans: Any, row: PricedRow) -> Any:
    """Whether a row may replace a VA loan, whatever its own product."""
    fits = ibis.literal(True)
    if row.product == "arm":
        fits &= _adjustable(loans) | (_fall(loans, row) >= VA_ADJUSTABLE_BPS)
    for points, most in VA_POINTS_LTV:
        if row.points > points:
            return fits & (loans.ltv <= most)
    return fits


def _adjustable(loans: Any) -> Any:
    return (loans.rate_type == "adjustable").fill_null(False)


def _fall(loans: Any, row: PricedRow) -> Any:
    """Basis points by which the rate would fall."""
    return to_places((loans.note_rate - row.rate) * 100, 4)
