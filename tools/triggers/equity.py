"""The equity trigger: who could take out at least a stated amount, by a line of credit or a larger loan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.trigger_policy import TriggerPolicy
from tools.book.rounding import to_places
from tools.triggers.best_offers import HELD, PricedRow


@dataclass(frozen=True, slots=True)
class Room:
    """What one row of the sheet would let a borrower take out.

    Attributes:
        row: line of the sheet. usd: dollars, an expression. fits: whether it is enough and the borrower fits.
    """

    row: int
    usd: Any
    fits: Any


def rooms(loans: Any, rows: Sequence[PricedRow], policy: TriggerPolicy) -> list[Room]:
    """Ways to take money out, best first: lines of credit, which leave the first loan alone, then cash-out.

    Args:
        loans: as `held_loans` gives them. rows: of the sheet, best first.
    """
    lines = [_line(loans, row, policy) for row in rows if row.product == "heloc"]
    return [*lines, *(_cash_out(loans, row, policy) for row in rows if row.product != "heloc")]


def equity_row(loans: Any, ways: Sequence[Room]) -> Any:
    """The first way that fits, as a row of the sheet; null where none does or nothing may be offered."""
    open_to_offer = loans.licensed & loans.first_lien & (loans.kind != "heloc") & loans.ltv.notnull()
    cases = [(open_to_offer & way.fits, ibis.literal(way.row, "int64")) for way in ways]
    return ibis.cases(*cases, else_=ibis.null("int64")) if cases else ibis.null("int64")


def room_usd(equity_row: Any, ways: Sequence[Room]) -> Any:
    """Dollars that the chosen way lets the borrower take out."""
    cases = [(equity_row == way.row, way.usd) for way in ways]
    return ibis.cases(*cases, else_=ibis.null("float64")) if cases else ibis.null("float64")


def equity_reason(rows: Any, lender: Lender, on: date) -> Any:  # noqa: ARG001 - as every trigger is asked
    """Why a loan is left out; null where a way to take money out fits."""
    return ibis.cases(
        (~rows.first_lien, "not_first_lien"),
        (rows.kind == "heloc", "credit_line"),
        (rows.balance_usd.isnull(), "balance_unknown"),
        (rows.ltv.isnull(), "value_unknown"),
        (~rows.licensed, "not_licensed"),
        (rows.equity_row.isnull(), "small_room"),
        else_=ibis.null("string"),
    )


def _line(loans: Any, row: PricedRow, policy: TriggerPolicy) -> Room:
    most = policy.cash_out_max_ltv if row.max_ltv is None else row.max_ltv
    room = _at_most(loans.property_value * most / 100 - loans.balance_usd, row.max_amount)
    return _room(loans, row, room, room, policy)


def _cash_out(loans: Any, row: PricedRow, policy: TriggerPolicy) -> Room:
    """A larger first loan: never beyond the lender's line for cash, for a loan old enough to be replaced.

    It is never offered at a higher rate than the present one, which would then fall on the whole balance.
    """
    most = policy.cash_out_max_ltv if row.max_ltv is None else min(row.max_ltv, policy.cash_out_max_ltv)
    loan = _at_most(loans.property_value * most / 100, row.max_amount)
    held = [kind for kind in HELD if row.product in policy.offered_for(kind)]
    way = _room(loans, row, loan - loans.balance_usd, loan, policy)
    penalty = loans.prepayment_penalty.fill_null(False)
    cheaper = loans.note_rate >= row.rate
    return Room(way.row, way.usd, way.fits & loans.kind.isin(held) & loans.seasoned & ~penalty & cheaper)


def _room(loans: Any, row: PricedRow, room: Any, lent: Any, policy: TriggerPolicy) -> Room:
    usd = to_places(room, 2)
    fits = usd >= policy.equity_min_usd
    if row.min_amount is not None:
        fits &= lent >= row.min_amount
    if row.min_fico is not None:
        fits &= loans.fico >= row.min_fico
    if row.states:
        fits &= loans.state.isin(row.states)
    return Room(row.row, usd, fits)


def _at_most(amount: Any, limit: float | None) -> Any:
    return (
        amount
        if limit is None
        else ibis.ifelse(amount > limit, ibis.literal(float(limit), "float64"), amount)
    )
