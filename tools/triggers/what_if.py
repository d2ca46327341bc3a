"""Who would be eligible at other prices: what no price changes is worked out once, the rest for each move.

The answers are those of `scan` with `shift_bps`; a test compares them. Nine whole scans would take several
times as long, most of it in writing the same query again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from campaign.lender import Lender
from campaign.rates import RateSheet
from tools.book.aggregates import worked_out
from tools.book.engine import Book
from tools.triggers.best_offers import priced_rows
from tools.triggers.held_loans import POPULATION, measured_loans, with_offer
from tools.triggers.permissions import final_reason, with_permissions
from tools.triggers.reasons import ELIGIBLE, Trigger
from tools.triggers.scan import OF_LOANS, PREAPPROVED, looks_at, with_applications, with_reasons

PRICED: tuple[Trigger, ...] = ("rate", "arm_reset", "equity")
"""Triggers that look at what is offered; the others look at days, balances and values."""


@contextmanager
def standing_loans(book: Book, lender: Lender, *, at: datetime) -> Iterator[Any]:
    """The loans with everything but prices: figures, permissions, what was said to their contacts lately.

    Args:
        lender: licences and lines. at: aware. Kept by the engine while the block runs.
    """
    on = at.astimezone(lender.zone).date()
    loans = measured_loans(book, lender, on=on, statuses=(*POPULATION, PREAPPROVED))
    with worked_out(book, with_applications(loans, book, lender, at=at).mutate(candidate=True)) as measured:
        permitted = with_permissions(measured, book, lender.triggers, OF_LOANS, at=at)
        with worked_out(book, permitted) as standing:
            yield standing


def eligible_at(
    standing: Any,
    sheet: RateSheet,
    lender: Lender,
    *,
    at: datetime,
    shift_bps: float = 0.0,
    only: Sequence[Trigger] = PRICED,
) -> Any:
    """One row per loan: `loan_id`, and whether each trigger takes it.

    Args:
        standing: as `standing_loans` gives them. sheet: today's. shift_bps: added to every rate of it.
        only: triggers that look at loans.
    """
    on = at.astimezone(lender.zone).date()
    priced = priced_rows(sheet, at=at, shift_bps=shift_bps)
    rows = with_reasons(with_offer(standing, priced, lender), priced, lender, only, on=on)
    takes = {
        one: (looks_at(rows, one) & (final_reason(one, rows[f"because_{one}"], rows) == ELIGIBLE)).fill_null(
            False
        )
        for one in only
    }
    return rows.select("loan_id", **takes)
