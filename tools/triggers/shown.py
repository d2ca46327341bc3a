"""What a scan shows of each loan: the same columns for every trigger, null where it has no such figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from campaign.lender import Lender
from tools.book.rounding import to_places
from tools.triggers.best_offers import PricedRow, term_of_row
from tools.triggers.milestones import next_anniversary, preapproval_end
from tools.triggers.permissions import final_reason
from tools.triggers.reasons import ELIGIBLE, Trigger

_OF_THE_LOAN = {
    "note_rate": "float64", "balance_usd": "float64", "status": "string", "product": "string",
    "term_months": "int64", "months_left": "int64", "state": "string", "ltv": "float64",
}  # fmt: skip
_OF_THE_OFFER = {
    "offer_rate": "float64", "offer_row": "int64", "benefit_bps": "float64", "payment_usd": "float64",
    "offer_payment_usd": "float64", "monthly_saving_usd": "float64", "costs_usd": "float64",
    "break_even_months": "int64", "lifetime_interest_change_usd": "float64",
}  # fmt: skip
_OF_THE_DAY = {"room_usd": "float64", "due_on": "date"}
SCAN_COLUMNS = (
    "loan_id", "contact_id", "trigger", "eligible", "reason", *_OF_THE_LOAN, *_OF_THE_OFFER, *_OF_THE_DAY,
)  # fmt: skip
_REPLACES: tuple[Trigger, ...] = ("rate", "arm_reset", "anniversary")
"""Triggers that speak of today's offer for the loan."""


def shown(rows: Any, trigger: Trigger, priced: Sequence[PricedRow], lender: Lender, *, on: date) -> Any:
    """The columns of a scan for the rows that a trigger looks at.

    Args:
        rows: with the trigger's own reason and the contact's. priced: rows of the sheet. on: the day.
    """
    figures = {name: ibis.null(kind) for name, kind in (_OF_THE_OFFER | _OF_THE_DAY).items()}
    if trigger in _REPLACES:
        figures |= {name: rows[name] for name in _OF_THE_OFFER}
    figures |= _own(rows, trigger, priced, lender, on)
    told = rows.mutate(
        trigger=ibis.literal(trigger),
        reason=final_reason(trigger, rows[f"because_{trigger}"], rows),
        **figures,
    )
    missing = {
        name: ibis.null(kind)
        for name, kind in ({"loan_id": "string"} | _OF_THE_LOAN).items()
        if name not in told.columns
    }
    return told.mutate(eligible=told.reason == ELIGIBLE, **missing).select(*SCAN_COLUMNS)


def _own(
    rows: Any, trigger: Trigger, priced: Sequence[PricedRow], lender: Lender, on: date
) -> dict[str, Any]:
    """The figures that one trigger alone has."""
    match trigger:
        case "arm_reset":
            return {"due_on": rows.arm_reset_date}
        case "mi_removal":
            return {"monthly_saving_usd": to_places(rows.mi_monthly_usd, 2)}
        case "equity":
            rate = term_of_row(rows.equity_row, priced, lambda row: row.rate)
            return {"offer_row": rows.equity_row, "offer_rate": rate, "room_usd": rows.room_usd}
        case "anniversary":
            return {"due_on": next_anniversary(rows.funded_date, on, lender.triggers.anniversary_days)}
        case "preapproval_expiry":
            return {"due_on": preapproval_end(rows.preapproved_on, on, lender)}
    return {}
