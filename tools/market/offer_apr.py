"""The APR of an offer, computed from its own terms, so that no sheet can bring one of its own.

Assumptions, stated wherever the figure is shown: the example amount is advanced on one day, the first payment
falls one month later, payments are monthly and level, points and fees are prepaid finance charges (12 CFR
1026.4), and yearly mortgage insurance is charged on the average balance of each loan year for the whole term.
"""

from __future__ import annotations

from policies.apr import Advance, PaymentSeries, annual_percentage_rate, apr_of_level_loan
from policies.payments import monthly_payment


def offer_apr(
    *,
    amount: float,
    rate: float,
    term_months: int,
    points: float,
    fees_usd: float,
    mi_annual_percent: float = 0,
) -> float:
    """The annual percentage rate of an offer by Appendix J to 12 CFR 1026, percent to three decimals.

    Args:
        amount: example loan amount, dollars. rate: note rate, percent. term_months: months.
        points: percent of the amount. fees_usd: other prepaid finance charges, dollars.
        mi_annual_percent: yearly insurance or guarantee, percent of the average balance.
    """
    charges = amount * points / 100 + fees_usd
    if mi_annual_percent == 0:
        return round(apr_of_level_loan(amount, rate, term_months, charges), 3)
    payments = _payments_with_insurance(amount, rate, term_months, mi_annual_percent)
    return round(annual_percentage_rate([Advance(amount - charges, 0, 0)], payments, 12), 3)


def _payments_with_insurance(amount: float, rate: float, months: int, yearly: float) -> list[PaymentSeries]:
    payment = monthly_payment(amount, rate, months)
    monthly = rate / 1200
    balance, series = amount, []
    for first in range(1, months + 1, 12):
        count = min(12, months - first + 1)
        balances = []
        for _ in range(count):
            balances.append(balance)
            balance = balance * (1 + monthly) - payment
        insurance = sum(balances) / count * yearly / 1200
        series.append(PaymentSeries(round(payment + insurance, 2), count, first, 0))
    return series
