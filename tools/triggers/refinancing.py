"""The rate trigger: whose rate stands so far above today's offer that refinancing pays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.rates import Product
from tools.triggers.best_offers import HELD

SEASONING_DAYS = 210
"""VA: after the first payment is due (38 USC 3709(c)); FHA: after closing (HUD Handbook 4000.1, II.A.8.d)."""
FHA_MONTHS = 6
"""Full months since the first payment of an FHA loan was due (same place); VA's six payments always lie
within its 210 days. Whether payments were made is not in the book."""
LEGAL_BPS: dict[Product, float] = {"va": 50, "fha": 50}
"""Least fall from fixed to fixed: 38 USC 3709(b)(1); HUD Handbook 4000.1, net tangible benefit."""
VA_RECOUPMENT_MONTHS = 36
"""Time in which a VA refinance earns its costs back through lower payments (38 USC 3709(a))."""


def rate_reason(rows: Any, lender: Lender, *, on: date) -> Any:
    """What of the loan, of eligibility or of benefit leaves a loan out first, null where nothing does.

    Args:
        rows: as `held_loans` gives them. on: the day in the lender's zone.
    """
    return ibis.cases(
        *_of_the_loan(rows), *_of_eligibility(rows, lender, on), *_of_benefit(rows, lender),
        else_=ibis.null("string"),
    )  # fmt: skip


def _of_the_loan(rows: Any) -> list[tuple[Any, str]]:
    return [
        (~(rows.note_rate > 0).fill_null(False), "rate_unknown"),
        (rows.months_left.isnull(), "term_unknown"),
        (~(rows.balance_usd >= 0).fill_null(False), "balance_unknown"),
        ((rows.months_left == 0) | (rows.balance_usd == 0), "paid_off"),
        (~rows.first_lien, "not_first_lien"),
        (rows.kind == "heloc", "credit_line"),
        (rows.prepayment_penalty.fill_null(False), "prepayment_penalty"),
    ]


def _of_eligibility(rows: Any, lender: Lender, on: date) -> list[tuple[Any, str]]:
    return [
        (~rows.licensed, "not_licensed"),
        (~_seasoned(rows, lender.triggers.guard_days, on), "seasoning"),
        (rows.offer_row.isnull(), "no_offer"),
    ]


def _of_benefit(rows: Any, lender: Lender) -> list[tuple[Any, str]]:
    policy, even = lender.triggers, rows.break_even_months
    return [
        (rows.benefit_bps < _least_bps(rows, lender), "rate_gap"),
        ((rows.monthly_saving_usd < policy.min_saving_usd) | (rows.monthly_saving_usd <= 0), "small_saving"),
        ((rows.kind == "va") & (even > VA_RECOUPMENT_MONTHS), "recoupment"),
        (even > policy.max_break_even_months, "break_even"),
    ]


def _least_bps(rows: Any, lender: Lender) -> Any:
    """How far the rate has to fall: the lender's line for what is held, the law's where that is higher."""
    cases = []
    for kind in HELD:
        line, legal = lender.triggers.bps.get(kind, lender.rates.trigger_bps), LEGAL_BPS.get(kind, 0)
        held = rows.kind == kind
        if line < legal:
            cases.append((held & (rows.rate_type == "adjustable").fill_null(False), float(line)))
        cases.append((held, float(max(line, legal))))
    return ibis.cases(*cases, else_=float(lender.rates.trigger_bps)).cast("float64")


def _seasoned(rows: Any, guard_days: int, on: date) -> Any:
    """Whether a loan is old enough to be replaced; what is not known to be is not."""
    guarded = (rows.status != "funded") | (rows.funded_date <= on - timedelta(days=guard_days))
    old = on - timedelta(days=SEASONING_DAYS)
    va = (rows.kind != "va") | _first_paid_by(rows, old)
    fha = (rows.kind != "fha") | (
        (rows.funded_date <= old) & _first_paid_by(rows, _months_before(on, FHA_MONTHS))
    )
    return (guarded & va & fha).fill_null(False)


def _first_paid_by(rows: Any, day: date) -> Any:
    """Whether the first payment was due by a day; unless reported, the first of the second month on."""
    latest_funding = _months_before(day.replace(day=1), 1)
    return ibis.ifelse(
        rows.first_payment_date.notnull(), rows.first_payment_date <= day, rows.funded_date < latest_funding
    )


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, its last day where it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    last = date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first.replace(day=min(day.day, last.day)), last)
