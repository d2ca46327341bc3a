"""Level payments of an amortising loan: the arithmetic behind every stated instalment."""

from __future__ import annotations

import math

from campaign.errors import BadInput


def monthly_payment(amount: float, rate: float, months: int) -> float:
    """Principal and interest that repay a loan in equal monthly payments, so copy can be recomputed.

    Args:
        amount: loan amount, dollars, above zero.
        rate: note rate, percent a year; 0 gives equal parts of the principal.
        months: number of payments.

    Returns:
        Dollars a month, not rounded to cents.

    Raises:
        BadInput: an argument is not finite, the amount or term is not above zero, or the rate is below zero.
    """
    check_loan(amount, rate, months)
    monthly = rate / 1200.0
    if monthly == 0.0:
        return amount / months
    return amount * monthly / -math.expm1(-months * math.log1p(monthly))


def remaining_balance(amount: float, rate: float, months: int, paid: int) -> float:
    """Dollars still owed after `paid` level payments, which is what a balloon or a new rate starts from.

    Raises:
        BadInput: as `monthly_payment`, or `paid` lies outside 0 to `months`.
    """
    check_loan(amount, rate, months)
    if not 0 <= paid <= months:
        raise BadInput(f"{paid} payments cannot have been made of {months}.", f"Use 0 to {months}.")
    monthly = rate / 1200.0
    if monthly == 0.0:
        return amount * (months - paid) / months
    growth = math.log1p(monthly)
    return amount * math.expm1(-(months - paid) * growth) / math.expm1(-months * growth)


def check_loan(amount: float, rate: float, months: int) -> None:
    """Refuse the terms of a loan that no payment can be computed for.

    Raises:
        BadInput: naming the term that cannot be used.
    """
    if not (math.isfinite(amount) and amount > 0):
        raise BadInput(f"The loan amount `{amount:g}` is not above zero.", "Give it in dollars, as 400000.")
    if not (math.isfinite(rate) and 0 <= rate < 100):
        raise BadInput(f"The rate `{rate:g}` is not between 0 and 100.", "Give percent a year, as 6.125.")
    if not 1 <= months <= 1200:
        raise BadInput(
            f"A term of `{months}` months is not between 1 and 1,200.", "Give whole months, as 360."
        )
