"""Where a loan stands in its life: made, old enough to be replaced, paid off.

Old enough is what the lender's guard asks of its own loans, the law of VA and FHA loans.

Days are compared with days worked out beforehand, so that no engine adds to a date. The book does not say
which payments were made; what is checked is whether they were due.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis

SEASONING_DAYS = 210
"""VA: after the first payment is due (38 USC 3709(c)); FHA: after closing (HUD Handbook 4000.1, II.A.8.d)."""
FHA_MONTHS = 6
"""Full months since the first payment of an FHA loan was due (same place); VA's six payments always lie
within its 210 days."""


def begun(rows: Any, *, on: date) -> Any:
    """Whether each loan was made by the day; one whose day of funding is unknown was.

    Args:
        rows: with `funded_latest`. on: the day, which may lie before the newest loans of the book.
    """
    return (rows.funded_latest <= on).fill_null(True)


def paid_off(rows: Any) -> Any:
    """Whether nothing is left of each loan, neither balance nor months; what is unknown is not nothing."""
    return ((rows.months_left == 0) | (rows.balance_usd == 0)).fill_null(False)


def seasoned(rows: Any, *, guard_days: int, on: date) -> Any:
    """Whether each loan is old enough; what is not known to be is not.

    Args:
        rows: with `status`, `kind`, `funded_latest`, `first_payment_date` and `begun`.
        guard_days: days after funding in which the lender's own loans are left alone. on: the day.
    """
    old = on - timedelta(days=SEASONING_DAYS)
    guarded = (rows.status != "funded") | (rows.funded_latest <= on - timedelta(days=guard_days))
    va = (rows.kind != "va") | _first_due_by(rows, old)
    due = _first_due_by(rows, months_before(on, FHA_MONTHS))
    fha = (rows.kind != "fha") | ((rows.funded_latest <= old) & due)
    return (rows.begun & guarded & va & fha).fill_null(False)


def _first_due_by(rows: Any, day: date) -> Any:
    """Whether the first payment was due by a day; unless reported, the first of the second month on."""
    latest_funding = months_before(day.replace(day=1), 1)
    return ibis.ifelse(
        rows.first_payment_date.notnull(), rows.first_payment_date <= day, rows.funded_latest < latest_funding
    )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, its last day where it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
