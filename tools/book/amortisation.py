"""What a loan owes after its payments, and how many it has made, as expressions on the book's engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from tools.book.rounding import to_places

LEAST_RATE = 0.001
"""Percent a year; a note rate below it is none."""


def months_between(day: Any, on: date) -> Any:
    """Whole months from a day to another, 0 where the first is later; null where it is unknown.

    Engines disagree on what GREATEST and LEAST make of a null, so neither is used here.
    """
    passed = (on.year - day.year()) * 12 + (on.month - day.month())
    whole = passed - ibis.ifelse(day.day() > on.day, 1, 0)
    return ibis.ifelse(whole < 0, 0, whole)


def months_since_july(year: Any, on: date) -> Any:
    """Whole months since the middle of a year, 0 where that lies ahead; null where the year is unknown."""
    whole = (on.year - year.cast("int64")) * 12 + (on.month - 7)
    return ibis.ifelse(whole < 0, 0, whole)


def level_balance(amount: Any, note_rate: Any, term_months: Any, age_months: Any) -> Any:
    """Dollars owed on a level-payment loan after a payment for each month of its age.

    Args:
        amount: dollars lent. note_rate: percent a year. term_months, age_months: months.

    Returns:
        To the cent; null where a part is missing or the rate is below `LEAST_RATE`.
    """
    growth = 1 + note_rate / 1200
    paid = ibis.ifelse(age_months > term_months, term_months, age_months)
    repaid = (growth**paid - 1) / (growth**term_months - 1)
    known = (note_rate >= LEAST_RATE) & (term_months > 0)
    return ibis.ifelse(known, to_places(amount - amount * repaid, 2), ibis.null("float64"))


def level_payment(balance: Any, note_rate: Any, months_left: Any) -> Any:
    """Dollars a month that repay a balance in the months left, to the cent; null as in `level_balance`."""
    monthly = note_rate / 1200
    payment = balance * monthly / (1 - (1 + monthly) ** -months_left)
    known = (note_rate >= LEAST_RATE) & (months_left > 0)
    return ibis.ifelse(known, to_places(payment, 2), ibis.null("float64"))
