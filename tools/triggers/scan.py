"""The scan: every trigger asked of every loan on the book's own engine, one row per loan and trigger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.rates import RateSheet
from tools.book.engine import Book
from tools.book.stages import settled
from tools.triggers.best_offers import PricedRow, priced_rows
from tools.triggers.equity import equity_reason, equity_row, open_to_any, other_liens_usd, room_usd, rooms
from tools.triggers.held_loans import POPULATION, held_loans
from tools.triggers.milestones import (
    anniversary_reason,
    insurance_reason,
    preapproval_day,
    preapproval_reason,
    reset_reason,
)
from tools.triggers.permissions import with_permissions
from tools.triggers.quiet_leads import quiet_leads
from tools.triggers.reasons import ELIGIBLE, RATE_REASONS, TRIGGERS, Trigger
from tools.triggers.refinancing import rate_reason
from tools.triggers.shown import SCAN_COLUMNS, shown

__all__ = ["SCAN_COLUMNS", "TRIGGERS", "counts", "ordered", "scan"]
PREAPPROVED = "preapproved"
_REASONS: Mapping[Trigger, Callable[[Any, Lender, date], Any]] = {
    "rate": rate_reason,
    "arm_reset": reset_reason,
    "mi_removal": insurance_reason,
    "equity": equity_reason,
    "anniversary": anniversary_reason,
    "preapproval_expiry": preapproval_reason,
}


OF_LOANS: tuple[Trigger, ...] = tuple(_REASONS)
"""Triggers that look at loans; the last one looks at leads without one."""


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
    priced = priced_rows(sheet, at=at, shift_bps=shift_bps)
    of_loans = [trigger for trigger in TRIGGERS if trigger in only and trigger in _REASONS]
    parts = []
    if of_loans:
        asked = _asked(book, priced, lender, of_loans, at=at, on=on)
        told = with_permissions(asked, book, lender.triggers, of_loans, at=at)
        parts += [shown(told.filter(looks_at(told, one)), one, priced, lender, on=on) for one in of_loans]
    if "quiet_lead" in only:
        leads = quiet_leads(book, lender.triggers, at=at)
        told = with_permissions(leads, book, lender.triggers, ("quiet_lead",), at=at)
        parts.append(shown(told, "quiet_lead", priced, lender, on=on))
    return reduce(lambda one, other: one.union(other), parts)


def counts(table: Any) -> dict[str, int]:
    """How many loans the rate trigger takes and leaves out, by reason; they add up to the loans looked at."""
    asked = table.filter(table.trigger == "rate")
    found = asked.group_by("reason").aggregate(loans=asked.count()).to_pyarrow().to_pylist()
    told = {row["reason"]: int(row["loans"]) for row in found}
    return {reason: told.get(reason, 0) for reason in (ELIGIBLE, *RATE_REASONS)}


def ordered(table: Any, *, everyone: bool = False) -> Any:
    """The eligible rows, with `everyone` all of them: by trigger, largest saving first, then by id."""
    rows = table if everyone else table.filter(table.eligible)
    places = ((rows.trigger == name, number) for number, name in enumerate(TRIGGERS))
    saving = rows.monthly_saving_usd.fill_null(-1e12)
    return rows.order_by(ibis.cases(*places, else_=len(TRIGGERS)), ibis.desc(saving), "loan_id", "contact_id")


def _asked(
    book: Book,
    priced: Sequence[PricedRow],
    lender: Lender,
    triggers: Sequence[Trigger],
    *,
    at: datetime,
    on: date,
) -> Any:
    """The loans that any of the triggers looks at, with each one's own reason for out."""
    statuses = (*POPULATION, PREAPPROVED) if "preapproval_expiry" in triggers else POPULATION
    rows = held_loans(book, priced, lender, on=on, statuses=statuses)
    if "preapproval_expiry" in triggers:
        rows = with_applications(rows, book, lender, at=at)
    told = with_reasons(rows, priced, lender, triggers, on=on)
    return told.mutate(candidate=ibis.or_(*(told[f"because_{one}"].isnull() for one in triggers)))


def with_reasons(
    rows: Any, priced: Sequence[PricedRow], lender: Lender, triggers: Sequence[Trigger], *, on: date
) -> Any:
    """Loans with their offer, and `because_<trigger>`: each trigger's own reason for out, null for none."""
    if "equity" in triggers:
        rows = settled(rows.mutate(other_liens_usd=other_liens_usd(rows)))
        ways = rooms(rows, priced, lender.triggers)
        rows = settled(rows.mutate(equity_row=equity_row(rows, ways), equity_open=open_to_any(ways)))
        rows = rows.mutate(room_usd=room_usd(rows.equity_row, rooms(rows, priced, lender.triggers)))
    return settled(rows.mutate(**{f"because_{one}": _REASONS[one](rows, lender, on) for one in triggers}))


def with_applications(rows: Any, book: Book, lender: Lender, *, at: datetime) -> Any:
    """Loans with the day of a preapproval: that of the contact's latest application, else of its record."""
    moment = at.astimezone(UTC).replace(tzinfo=None)
    events = book.table("events")
    applied = events.filter((events.kind == "application") & (events["at"] <= moment))
    latest = applied.group_by("contact_id").aggregate(applied_at=applied["at"].max())
    joined = rows.left_join(latest, "contact_id").select(rows, latest.applied_at)
    applied_on = preapproval_day(joined.applied_at, at.astimezone(lender.zone).date(), lender)
    return joined.mutate(preapproved_on=ibis.coalesce(applied_on, joined.funded_date)).drop("applied_at")


def looks_at(rows: Any, trigger: Trigger) -> Any:
    """Whether a trigger looks at a loan at all."""
    held = rows.status.isin(POPULATION)
    match trigger:
        case "arm_reset":
            adjustable = (rows.rate_type == "adjustable").fill_null(False)
            return held & (rows.kind != "heloc") & ((rows.kind == "arm") | adjustable)
        case "mi_removal":
            return held & (rows.mi_monthly_usd > 0).fill_null(False)
        case "anniversary":
            return rows.status == "funded"
        case "preapproval_expiry":
            return rows.status == PREAPPROVED
    return held
