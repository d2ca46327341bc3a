"""How often borrowers pay off early at a given rate incentive, so that expectations rest on real outcomes.

Source: Freddie Mac Single-Family Loan-Level Dataset, 14.4 million 30-year fixed loans, performance 2006 to
September 2023, aggregated by note rate minus the survey rate two months earlier. It counts every voluntary
payoff: refinance, sale and payment in full. It holds no vintage of 2020Q2 to 2022Q1.

The figures as published, for ranking and for the example book; what is forecast goes through
`tools.market.prepayment_response`, which knows age and how years differ.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from tools.market.published import rows_of


@lru_cache(maxsize=1)
def prepayment_steps() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The curve as steps: lower ends of the incentive buckets (basis points), and each one's yearly share."""
    rows = rows_of("prepayment_by_incentive")
    return tuple(float(row["incentive_bps_from"]) for row in rows), tuple(float(row["cpr"]) for row in rows)


def annual_prepayment(incentive_bps: float) -> float:
    """Share of loans paid off early within a year (0 to 1) at an incentive.

    Args:
        incentive_bps: note rate minus market rate, basis points; beyond the first and the last bucket the
            curve stays level.
    """
    starts, shares = prepayment_steps()
    return shares[max(0, bisect_right(starts, incentive_bps) - 1)]
