"""The rate trigger: whose rate stands so far above today's offer that refinancing pays."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.rates import Product
from tools.book.amortisation import LEAST_RATE
from tools.triggers.best_offers import HELD
from tools.triggers.seasoning import paid_off

LEGAL_BPS: dict[Product, float] = {"va": 50, "fha": 50}
"""Least fall from fixed to fixed: 38 USC 3709(b)(1); HUD Handbook 4000.1, net tangible benefit."""
VA_RECOUPMENT_MONTHS = 36
"""Time in which a VA refinance earns its costs back through lower payments (38 USC 3709(a))."""


def rate_reason(rows: Any, lender: Lender, on: date) -> Any:  # noqa: ARG001 - as every trigger is asked
    """What of the loan, of eligibility or of benefit leaves a loan out first, null where nothing does.

    Args:
        rows: as `held_loans` gives them.
    """
    return ibis.cases(
        *_of_the_loan(rows), *_of_eligibility(rows), *_of_benefit(rows, lender), else_=ibis.null("string")
    )


def _of_the_loan(rows: Any) -> list[tuple[Any, str]]:
    return [
        (~(rows.note_rate >= LEAST_RATE).fill_null(False), "rate_unknown"),
        (rows.months_left.isnull(), "term_unknown"),
        (~(rows.balance_usd >= 0).fill_null(False), "balance_unknown"),
        (paid_off(rows), "paid_off"),
        (~rows.first_lien, "not_first_lien"),
        (rows.kind == "heloc", "credit_line"),
        (rows.prepayment_penalty.fill_null(False), "prepayment_penalty"),
    ]


def _of_eligibility(rows: Any) -> list[tuple[Any, str]]:
    return [
        (~rows.licensed, "not_licensed"),
        (~rows.seasoned, "seasoning"),
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
