"""What follows from a loan's terms and the calendar: payments made, balance owed, first reset, insurance.

Balances are those of a loan paid on time; a line of credit is drawn to a share of its own making.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tools.book.distributions import Numbers
from tools.book.generated_loans import HELD, Days, Loans, first_payment

RESET_MONTHS = 84
"""The example's adjustable loans are fixed for seven years."""
MI_PERCENT = {"conventional": 0.6, "jumbo": 0.6, "fha": 0.55, "usda": 0.35}
"""Percent of the amount a year; of conventional loans only above 80 % of the value."""
_ALWAYS_INSURED = ("fha", "usda")


def serviced(loans: Loans, rng: Generator, as_of: date) -> Loans:
    """The columns of `loans` that time decides; empty (`NaT`, `nan`) where a loan was not paid out.

    Args:
        loans: as drawn. rng: the source of chance, for lines of credit. as_of: the book's day.
    """
    held = np.isin(loans["status"], HELD)
    funded = np.where(held, loans["day"], np.datetime64("NaT", "D")).astype("datetime64[D]")
    first = first_payment(funded)
    adjustable = np.isin(loans["product"], ("arm", "heloc"))
    reset = np.where(loans["product"] == "arm", _months_later(first, RESET_MONTHS), np.datetime64("NaT", "D"))
    return {
        "funded_date": funded,
        "first_payment_date": first,
        "arm_reset_date": reset.astype("datetime64[D]"),
        "rate_type": np.where(adjustable, "adjustable", "fixed"),
        "current_balance": np.where(held, _balance(loans, first, rng, as_of), np.nan),
        "mi_monthly_usd": np.where(held, _insurance(loans), np.nan),
        "prepayment_penalty": np.full(funded.size, False),
    }


def _balance(loans: Loans, first: Days, rng: Generator, as_of: date) -> Numbers:
    """Dollars owed on `as_of` after level payments made on time."""
    amount = loans["original_amount"].astype(float)
    monthly = loans["note_rate"].astype(float) / 1_200
    term = loans["term_months"].astype(float)
    today = np.datetime64(as_of, "M").astype(np.int64)
    made = np.where(np.isnat(first), 0, today - first.astype("datetime64[M]").astype(np.int64) + 1)
    paid = np.clip(made, 0, term)
    left = -np.expm1(-(term - paid) * np.log1p(monthly)) / -np.expm1(-term * np.log1p(monthly))
    drawn = np.where(loans["product"] == "heloc", rng.beta(2, 2.2, amount.size), left)
    return np.asarray(np.round(amount * drawn, 2))


def _insurance(loans: Loans) -> Numbers:
    """Dollars a month; `nan` where none is charged."""
    amount, value = loans["original_amount"].astype(float), loans["property_value"].astype(float)
    yearly = np.array([MI_PERCENT.get(str(one), 0.0) for one in loans["product"]])
    always = np.isin(loans["product"], _ALWAYS_INSURED)
    charged = (loans["lien"].astype(int) == 1) & (always | (amount > 0.8 * value)) & (yearly > 0)
    return np.where(charged, np.round(amount * yearly / 1_200, 2), np.nan)


def _months_later(days: Days, months: int) -> NDArray[np.datetime64]:
    return np.asarray((days.astype("datetime64[M]") + np.timedelta64(months, "M")).astype("datetime64[D]"))
