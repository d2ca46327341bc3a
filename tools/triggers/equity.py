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
from tools.triggers.held_loans import POPULATION


@dataclass(frozen=True, slots=True)
class Room:
    """What one row of the sheet would let a borrower take out.

    Attributes:
        row: line of the sheet. usd: dollars, an expression.
        open: whether the borrower may have the row, amounts aside.
        fits: whether the amount is enough besides.
    """

    row: int
    usd: Any
    open: Any
    fits: Any


def other_liens_usd(loans: Any) -> Any:
    """Dollars that the contact of each loan owes on lines of credit and subordinate liens, 0 where on none.

    The book does not say which home secures what, so that all of them count against each first loan. Whole
    cents are added up: a sum of floats depends on the order, which no engine promises.

    Args:
        loans: as `held_loans` gives them, none left out.
    """
    behind = loans.status.isin(POPULATION) & loans.begun & ((loans.kind == "heloc") | ~loans.first_lien)
    counted = behind & loans.contact_id.notnull() & loans.balance_usd.notnull()
    cents = ibis.ifelse(counted, (loans.balance_usd * 100 + 0.5).floor().cast("int64"), 0)
    return cents.sum().over(group_by=loans.contact_id).cast("float64") / 100


def rooms(loans: Any, rows: Sequence[PricedRow], policy: TriggerPolicy) -> list[Room]:
    """Ways to take money out, best first: lines of credit, which leave the first loan alone, then cash-out.

    Args:
        loans: as `held_loans` gives them, with `other_liens_usd`. rows: of the sheet, best first.
    """
    lines = [_line(loans, row, policy) for row in rows if row.product == "heloc"]
    return [*lines, *(_cash_out(loans, row, policy) for row in rows if row.product != "heloc")]


def equity_row(loans: Any, ways: Sequence[Room]) -> Any:
    """The first way that fits, as a row of the sheet; null where none does or nothing may be offered."""
    first_loan = loans.first_lien & (loans.kind != "heloc") & loans.begun
    open_to_offer = loans.licensed & first_loan & loans.ltv.notnull()
    cases = [(open_to_offer & way.fits, ibis.literal(way.row, "int64")) for way in ways]
    return ibis.cases(*cases, else_=ibis.null("int64")) if cases else ibis.null("int64")


def open_to_any(ways: Sequence[Room]) -> Any:
    """Whether the borrower may have any of the rows, amounts aside."""
    return ibis.or_(ibis.literal(False), *(way.open.fill_null(False) for way in ways))


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
        (~rows.begun, "seasoning"),
        (~rows.equity_open, "no_offer"),
        (rows.equity_row.isnull(), "small_room"),
        else_=ibis.null("string"),
    )


def _line(loans: Any, row: PricedRow, policy: TriggerPolicy) -> Room:
    most = policy.cash_out_max_ltv if row.max_ltv is None else row.max_ltv
    value = loans.property_value * most / 100
    room = _at_most(value - loans.balance_usd - loans.other_liens_usd, row.max_amount)
    return _room(row, room, room, policy, _qualifies(loans, row))


def _cash_out(loans: Any, row: PricedRow, policy: TriggerPolicy) -> Room:
    """A larger first loan: never beyond the lender's line for cash, for a loan old enough to be replaced.

    It is never offered at a higher rate than the present one, which would then fall on the whole balance.
    """
    most = policy.cash_out_max_ltv if row.max_ltv is None else min(row.max_ltv, policy.cash_out_max_ltv)
    loan = _at_most(loans.property_value * most / 100 - loans.other_liens_usd, row.max_amount)
    held = [kind for kind in HELD if row.product in policy.offered_for(kind)]
    penalty = loans.prepayment_penalty.fill_null(False)
    cheaper = loans.note_rate >= row.rate
    replaced = loans.kind.isin(held) & loans.seasoned & ~penalty & cheaper
    return _room(row, loan - loans.balance_usd, loan, policy, replaced & _qualifies(loans, row))


def _room(row: PricedRow, room: Any, lent: Any, policy: TriggerPolicy, open_: Any) -> Room:
    usd = to_places(room, 2)
    enough = usd >= policy.equity_min_usd
    if row.min_amount is not None:
        enough &= lent >= row.min_amount
    return Room(row.row, usd, open_, open_ & enough)


def _qualifies(loans: Any, row: PricedRow) -> Any:
    qualifies = ibis.literal(True)
    if row.min_fico is not None:
        qualifies &= loans.fico >= row.min_fico
    if row.states:
        qualifies &= loans.state.isin(row.states)
    return qualifies


def _at_most(amount: Any, limit: float | None) -> Any:
    return (
        amount
        if limit is None
        else ibis.ifelse(amount > limit, ibis.literal(float(limit), "float64"), amount)
    )
