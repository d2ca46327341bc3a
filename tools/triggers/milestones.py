"""Triggers that a day or a ratio of the loan brings, not a price.

A rate about to change, insurance that may end, an anniversary, a preapproval about to run out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import ibis

from campaign.lender import Lender
from tools.triggers.seasoning import paid_off

MI_LTV = 80
"""Percent of the value at which a borrower may ask to drop mortgage insurance (12 USC 4901(2), 4902(a)); the
law speaks of the original value, the book knows the latest."""
GOVERNMENT = ("fha", "va", "usda")
"""Loans whose insurance or guarantee that law does not end (12 USC 4901(15), 4902)."""


def reset_reason(rows: Any, lender: Lender, on: date) -> Any:
    """Why an adjustable loan is left out; null where its rate may change soon and an offer fits."""
    day = rows.arm_reset_date
    return ibis.cases(
        (paid_off(rows), "paid_off"),
        (day.isnull(), "reset_unknown"),
        (day < on, "reset_passed"),
        (day > on + timedelta(days=lender.triggers.arm_reset_days), "reset_far"),
        (~rows.first_lien, "not_first_lien"),
        (rows.prepayment_penalty.fill_null(False), "prepayment_penalty"),
        (~rows.licensed, "not_licensed"),
        (~rows.seasoned, "seasoning"),
        (rows.offer_row.isnull(), "no_offer"),
        else_=ibis.null("string"),
    )


def insurance_reason(rows: Any, lender: Lender, on: date) -> Any:  # noqa: ARG001 - as every trigger is asked
    """Why an insured loan is left out; null where the borrower may ask for the insurance to end."""
    return ibis.cases(
        (paid_off(rows), "paid_off"),
        (~rows.begun, "seasoning"),
        (rows.kind.isin(GOVERNMENT), "government_insurance"),
        ((rows.occupancy != "principal").fill_null(False), "not_principal_residence"),
        (rows.ltv.isnull(), "value_unknown"),
        (rows.ltv > MI_LTV, "ltv_high"),
        else_=ibis.null("string"),
    )


def anniversary_reason(rows: Any, lender: Lender, on: date) -> Any:
    """Why one of our own loans is left out; null where its day of funding comes round within the window."""
    due = next_anniversary(rows.funded_date, on, lender.triggers.anniversary_days)
    return ibis.cases(
        (paid_off(rows), "paid_off"),
        (rows.funded_date.isnull(), "funding_unknown"),
        (rows.funded_date.year() >= due.year(), "first_year"),
        (due.isnull(), "not_yet"),
        else_=ibis.null("string"),
    )


def next_anniversary(day: Any, on: date, window_days: int) -> Any:
    """The day within the window on which a day comes round, null where none does.

    The 29th of February comes round on the 28th where there is none.
    """
    written = day.month() * 100 + day.day()
    cases = []
    for ahead in range(window_days + 1):
        due = on + timedelta(days=ahead)
        named = [due.month * 100 + due.day]
        if named == [228] and (due + timedelta(days=1)).month == 3:
            named.append(229)
        cases.append((written.isin(named), ibis.literal(due)))
    return ibis.cases(*cases, else_=ibis.null("date"))


def preapproval_day(moment: Any, on: date, lender: Lender) -> Any:
    """The day in the lender's zone on which a preapproval began, null where the moment is.

    Days too early or too late to be told of are given as the nearest such day. The moment is compared with
    those at which days begin there, because engines do not agree on zones.

    Args:
        moment: in UTC, without a zone.
    """
    policy = lender.triggers
    first = on - timedelta(days=policy.preapproval_days + 1)
    days = [first + timedelta(days=ahead) for ahead in range(policy.preapproval_notice_days + 3)]
    cases = [(moment < _begins(later, lender), ibis.literal(day)) for day, later in pairwise(days)]
    return ibis.cases((moment.isnull(), ibis.null("date")), *cases, else_=ibis.literal(days[-1]))


def _begins(day: date, lender: Lender) -> datetime:
    """When a day begins in the lender's zone: in UTC, without a zone."""
    return datetime.combine(day, time(), tzinfo=lender.zone).astimezone(UTC).replace(tzinfo=None)


def preapproval_reason(rows: Any, lender: Lender, on: date) -> Any:
    """Why a preapproval is left out; null where it is about to end."""
    policy = lender.triggers
    held = on - timedelta(days=policy.preapproval_days)
    return ibis.cases(
        (rows.preapproved_on.isnull(), "start_unknown"),
        (rows.preapproved_on < held, "expired"),
        (rows.preapproved_on > held + timedelta(days=policy.preapproval_notice_days), "not_yet"),
        else_=ibis.null("string"),
    )


def preapproval_end(day: Any, on: date, lender: Lender) -> Any:
    """The last day of a preapproval that is about to end, null of others."""
    policy = lender.triggers
    first = on - timedelta(days=policy.preapproval_days)
    window = (first + timedelta(days=ahead) for ahead in range(policy.preapproval_notice_days + 1))
    ends = [(day == one, ibis.literal(one + timedelta(days=policy.preapproval_days))) for one in window]
    return ibis.cases(*ends, else_=ibis.null("date"))
