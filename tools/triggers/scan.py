"""The scan: every trigger asked of every loan on the book's own engine, one row per loan and trigger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.rates import RateSheet
from tools.book.engine import Book
from tools.triggers.best_offers import priced_rows
from tools.triggers.held_loans import held_loans
from tools.triggers.permissions import final_reason, with_permissions
from tools.triggers.reasons import ELIGIBLE, RATE_REASONS, TRIGGERS, Trigger
from tools.triggers.refinancing import rate_reason

SCAN_COLUMNS = (
    "loan_id", "contact_id", "trigger", "eligible", "reason", "note_rate", "offer_rate", "offer_row",
    "benefit_bps", "balance_usd", "payment_usd", "offer_payment_usd", "monthly_saving_usd", "costs_usd",
    "break_even_months", "lifetime_interest_change_usd", "status", "product", "term_months", "months_left",
    "state", "ltv",
)  # fmt: skip


def scan(
    book: Book,
    sheet: RateSheet,
    lender: Lender,
    *,
    at: datetime,
    shift_bps: float = 0.0,
    only: Sequence[Trigger] = TRIGGERS,
) -> Any:
    """Ask triggers of the book, as an Ibis table that nothing has read yet.

    Args:
        sheet: what is offered. lender: licences and lines (`[triggers]`).
        at: aware; what happened later is not seen, save refusals, which count whenever they were given.
        shift_bps: added to every rate of the sheet, for what-if. only: triggers to ask.

    Returns:
        One row per loan and trigger that looks at it, columns `SCAN_COLUMNS`; figures are null where they
        cannot be known. Rates in percent, money in dollars, durations in months.
    """
    on = at.astimezone(lender.zone).date()
    rows = priced_rows(sheet, at=at, shift_bps=shift_bps)
    loans = held_loans(book, rows, lender, on=on)
    asked = loans.mutate(because_rate=rate_reason(loans, lender, on=on))
    asked = asked.mutate(candidate=asked.because_rate.isnull())
    permitted = with_permissions(asked, book, lender.triggers, only, at=at)
    told = permitted.mutate(
        trigger=ibis.literal("rate"), reason=final_reason("rate", permitted.because_rate, permitted)
    )
    return told.mutate(eligible=told.reason == ELIGIBLE).select(*SCAN_COLUMNS)


def counts(table: Any) -> dict[str, int]:
    """How many loans the rate trigger takes and leaves out, by reason; they add up to the loans looked at."""
    asked = table.filter(table.trigger == "rate")
    found = asked.group_by("reason").aggregate(loans=asked.count()).to_pyarrow().to_pylist()
    told = {row["reason"]: int(row["loans"]) for row in found}
    return {reason: told.get(reason, 0) for reason in (ELIGIBLE, *RATE_REASONS)}


def ordered(table: Any, *, everyone: bool = False) -> Any:
    """The eligible rows, with `everyone` all of them: by trigger, largest saving first, then by id."""
    rows = table if everyone else table.filter(table.eligible)
    place = ibis.cases(
        *((rows.trigger == name, number) for number, name in enumerate(TRIGGERS)), else_=len(TRIGGERS)
    )
    saving = rows.monthly_saving_usd.fill_null(-1e12)
    return rows.order_by(place, ibis.desc(saving), "loan_id", "contact_id")
