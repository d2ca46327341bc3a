"""The annual percentage rate by the actuarial method, so that no stated APR has to be believed.

12 CFR 1026.22(a) and Appendix J (b)(8). With unit-period rate i, an advance A or a payment P that lies t
full unit-periods and a fraction f from the start is worth its amount over (1 + f i)(1 + i)^t; the rate is
the i at which advances and payments are worth the same, times the unit-periods in a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaign.errors import BadInput
from policies.payments import check_loan, monthly_payment
from policies.unit_periods import MONTH, unit_periods_between

# A unit-period rate above this (a hundredfold each period) is a slip of the pen, not a loan.
HIGHEST_RATE = 100.0
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Advance:
    """Money the consumer gets.

    Attributes:
        amount: dollars; for a mortgage the loan amount less its prepaid finance charges.
        full_periods: whole unit-periods from the start of the transaction.
        fraction: part of a unit-period besides, 0 to below 1.

    Raises:
        BadInput: a value cannot be used.
    """

    amount: float
    full_periods: int = 0
    fraction: float = 0.0

    def __post_init__(self) -> None:
        _check_place("advance", self.amount, self.full_periods, self.fraction)


@dataclass(frozen=True, slots=True)
class PaymentSeries:
    """Equal payments, one every unit-period.

    Attributes:
        amount: dollars each.
        count: how many.
        full_periods: whole unit-periods from the start to the first of them.
        fraction: part of a unit-period besides, 0 to below 1.

    Raises:
        BadInput: a value cannot be used.
    """

    amount: float
    count: int = 1
    full_periods: int = 1
    fraction: float = 0.0

    def __post_init__(self) -> None:
        _check_place("payment", self.amount, self.full_periods, self.fraction)
        if not 1 <= self.count <= 100_000:
            raise BadInput(
                f"A payment series of `{self.count}` payments is not between 1 and 100,000.",
                "Mend its count.",
            )


def _check_place(what: str, amount: float, full_periods: int, fraction: float) -> None:
    if not (math.isfinite(amount) and amount >= 0):
        raise BadInput(f"The {what} of `{amount:g}` dollars is below zero or no number.", "Mend its amount.")
    if not 0 <= full_periods <= 100_000:
        raise BadInput(
            f"The {what} of `{amount:g}` dollars lies `{full_periods}` unit-periods from the start.",
            "Use 0 to 100,000.",
        )
    if not 0 <= fraction < 1:
        raise BadInput(
            f"The {what} of `{amount:g}` dollars lies a fraction of `{fraction:g}` unit-periods off.",
            "Use 0 to below 1, and count whole unit-periods apart.",
        )


def annual_percentage_rate(
    advances: Sequence[Advance], payments: Sequence[PaymentSeries], unit_periods_per_year: float
) -> float:
    """Solve the general equation of Appendix J (b)(8) for any advances and payments.

    Args:
        advances: at least one above zero.
        payments: at least one above zero; together no less than the advances.
        unit_periods_per_year: 12 for months, 24, 26, 52, 365, 1, or 365 over the days of a single term.

    Returns:
        Percent a year, accurate to 1e-9; the lowest rate where irregular advances allow several.

    Raises:
        BadInput: nothing is advanced or repaid, less is repaid than advanced, or no rate solves it.
    """
    lent, repaid = _sums(advances, payments, unit_periods_per_year)
    if repaid <= lent * (1 + ROUNDING):
        return 0.0
    return 100.0 * unit_periods_per_year * _solve(advances, payments)


def _sums(
    advances: Sequence[Advance], payments: Sequence[PaymentSeries], unit_periods_per_year: float
) -> tuple[float, float]:
    """Dollars advanced and repaid in all, once they can have a rate."""
    if not (math.isfinite(unit_periods_per_year) and 0 < unit_periods_per_year <= 366):
        raise BadInput(
            f"`{unit_periods_per_year:g}` unit-periods a year are not between 0 and 366.",
            "Use 12 for months.",
        )
    lent = math.fsum(advance.amount for advance in advances)
    repaid = math.fsum(series.amount * series.count for series in payments)
    if lent <= 0 or repaid <= 0:
        raise BadInput(
            "Nothing is advanced or nothing is repaid.", "Give an advance and a payment above zero."
        )
    if repaid < lent * (1 - ROUNDING):
        raise BadInput(
            f"The payments add up to {repaid:,.2f} dollars, less than the {lent:,.2f} advanced.",
            "Mend the amounts or the number of payments.",
        )
    return lent, repaid


def apr_of_level_loan(
    amount: float,
    rate: float,
    term_months: int,
    finance_charges: float,
    first_payment: date | None = None,
    closing: date | None = None,
) -> float:
    """The APR of a loan repaid in level monthly payments, for rate sheets, examples and checks.

    Args:
        amount: loan amount, dollars.
        rate: note rate, percent a year.
        term_months: number of payments.
        finance_charges: all prepaid finance charges with the points, dollars; below zero for a credit.
        first_payment, closing: both or neither; without them the first period is one month. Interest
            collected at closing for odd days belongs in `finance_charges`.

    Returns:
        Percent a year.

    Raises:
        BadInput: the terms cannot be used, or only one date is given.
    """
    check_loan(amount, rate, term_months)
    full, fraction = _first_period(first_payment, closing)
    series = PaymentSeries(monthly_payment(amount, rate, term_months), term_months, full, fraction)
    return annual_percentage_rate([Advance(_financed(amount, finance_charges))], [series], 12)


def _financed(amount: float, finance_charges: float) -> float:
    financed = amount - finance_charges
    if not (math.isfinite(financed) and financed > 0):
        raise BadInput(
            f"Finance charges of {finance_charges:,.2f} dollars leave nothing of the {amount:,.2f} lent.",
            "Give the prepaid finance charges in dollars.",
        )
    return financed


def _first_period(first_payment: date | None, closing: date | None) -> tuple[int, float]:
    """Full months and the fraction of one from closing to the first payment; one month without dates."""
    if first_payment is None and closing is None:
        return 1, 0.0
    if first_payment is None or closing is None:
        raise BadInput("Only one of the closing and the first payment has a date.", "Give both or neither.")
    full, fraction = unit_periods_between(closing, first_payment, MONTH)
    if full == 0 and fraction == 0:
        raise BadInput(f"The first payment falls on the closing, {closing}.", "Give a later date.")
    return full, float(fraction)


def worth(amount: float, count: int, full_periods: int, fraction: float, rate: float) -> float:
    """What equal amounts are worth at the start of the transaction, at a unit-period rate (0.005, not 0.5 %).

    Args:
        amount: dollars each. count: how many, one every unit-period.
        full_periods, fraction: where the first of them lies.
        rate: per unit-period, at least 0.
    """
    return _worth_and_slope(amount, count, full_periods, fraction, rate)[0]


def _worth_and_slope(
    amount: float, count: int, full_periods: int, fraction: float, rate: float
) -> tuple[float, float]:
    """The worth, and its derivative by the rate."""
    growth = math.log1p(rate)
    shortened = 1.0 + fraction * rate
    single = amount * math.exp(-full_periods * growth) / shortened
    lean = -fraction / shortened - full_periods / (1.0 + rate)
    if count == 1:
        return single, single * lean
    if rate * count < 1e-5:
        together = count * (1.0 - rate * (count - 1) / 2.0 + rate * rate * (count * count - 1) / 6.0)
        return single * together, single * together * (lean - (count - 1) / 2.0)
    last = math.exp(-count * growth)
    gone = -math.expm1(-count * growth)
    together = gone * (1.0 + rate) / rate
    lean += count * last / (gone * (1.0 + rate)) - 1.0 / (rate * (1.0 + rate))
    return single * together, single * together * lean


def _solve(advances: Sequence[Advance], payments: Sequence[PaymentSeries]) -> float:
    """The lowest unit-period rate above zero: bracketed by doubling, then Newton inside the bracket."""
    terms = [(item.amount, 1, item.full_periods, item.fraction) for item in advances]
    terms += [(-item.amount, item.count, item.full_periods, item.fraction) for item in payments]
    low, high = 0.0, 1e-3
    while _balance(terms, high)[0] < 0:
        if high >= HIGHEST_RATE:
            raise BadInput(
                "No annual percentage rate solves this schedule.",
                "See that the advances come before the payments and that no amount is misplaced.",
            )
        low, high = high, min(2 * high, HIGHEST_RATE)
    rate = (low + high) / 2
    for _ in range(200):
        value, slope = _balance(terms, rate)
        if value < 0:
            low = rate
        else:
            high = rate
        step = rate - value / slope if slope > 0 else low
        following = step if low < step < high else (low + high) / 2
        if abs(following - rate) <= 1e-15 + 1e-14 * rate:
            break
        rate = following
    return following


def _balance(terms: Sequence[tuple[float, int, int, float]], rate: float) -> tuple[float, float]:
    """Worth of the advances less that of the payments, and its slope."""
    pairs = [_worth_and_slope(*term, rate) for term in terms]
    return math.fsum(value for value, _ in pairs), math.fsum(slope for _, slope in pairs)
