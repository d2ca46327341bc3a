"""What a loan is expected to bring in the next twelve months, by need, computed on the book's own engine.

Three sources of revenue, in dollars: refinancing this loan, drawing on its equity, financing the next home
(or, for a prospect, the first). How many act is published (prepayment by rate incentive and by loan age,
Freddie Mac); how many of them come to this lender and what it earns are assumptions, each stated with its
source in `agents/tables/value_assumptions.csv`. The figures rank people and spread a budget; they promise
nothing, and no borrower ever sees them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
from ibis import Table

from agents.reference_tables import figures, table
from tools.market.prepayment import prepayment_steps

REFINANCE, EQUITY, NEXT_HOME = "refinance_usd", "equity_usd", "next_home_usd"
VALUE_COLUMNS = (REFINANCE, EQUITY, NEXT_HOME)
_OWN = ("funded",)


def with_value(view: Table) -> Table:
    """The agents' view with three more columns, dollars expected per loan within twelve months.

    Args:
        view: as `tools.book.view.consumer_loans` makes it.
    """
    return view.mutate(**{REFINANCE: _refinance(view), EQUITY: _equity(view), NEXT_HOME: _next_home(view)})


def worth(view: Table) -> Any:
    """The three sources together, dollars expected per loan, as a column of the agents' view."""
    return _refinance(view) + _equity(view) + _next_home(view)


def _refinance(view: Table) -> Any:
    """Payoffs beyond ordinary turnover at this incentive, times capture, balance and margin."""
    given = figures("value_assumptions")
    starts, shares = prepayment_steps()
    yearly = _steps(view.rate_gap_bps, zip(starts, shares, strict=True))
    extra = (yearly - given["cold_turnover"]).clip(lower=0).fill_null(0.0)
    won = _by_status(view, {"funded": given["own_capture"], "elsewhere": given["rival_capture"]})
    return extra * won * _balance(view) * given["revenue_margin"]


def _equity(view: Table) -> Any:
    """Room up to the usual limit on the home's value, times the share drawn and its margin."""
    given = figures("value_assumptions")
    ratio = view.ltv.cast("float64")
    room = _balance(view) * (given["equity_limit_ltv"] / ratio.nullif(0.0) - 1.0)
    drawn = (
        room.clip(lower=0, upper=given["largest_room"]).fill_null(0.0)
        * given["equity_draw_rate"]
        * given["equity_draw_share"]
    )
    won = _by_status(view, {"funded": given["own_capture"], "elsewhere": given["rival_capture"]})
    return drawn * won * given["equity_margin"]


def _next_home(view: Table) -> Any:
    """Owners who move, by the age of their loan, and prospects who come to fund."""
    given = figures("value_assumptions")
    ages = ((float(row["age_from_months"]), float(row["yearly_share"])) for row in _turnover())
    moving = _steps(view.months_since_funding, ages).fill_null(given["cold_turnover"])
    won = _by_status(view, dict.fromkeys(_OWN, given["next_home_capture"]))
    funds = _by_status(
        view, {name: given[f"{name}_funds"] for name in ("preapproved", "applied", "withdrawn", "denied")}
    )
    return (moving * won + funds) * _counted(view.original_amount) * given["revenue_margin"]


def _turnover() -> tuple[dict[str, str], ...]:
    return table("turnover_by_loan_age")


def _balance(view: Table) -> Any:
    return _counted(view.current_balance.fill_null(view.original_amount))


def _counted(dollars: Any) -> Any:
    largest = figures("value_assumptions")["largest_amount"]
    return dollars.cast("float64").clip(lower=0, upper=largest).fill_null(0.0)


def _steps(column: Any, steps: Iterable[tuple[float, float]]) -> Any:
    """A step curve as one CASE expression: the share of the last step at or below the value."""
    ordered = sorted(steps)
    branches = [(column >= start, share) for start, share in reversed(ordered[1:])]
    return ibis.cases((column.isnull(), ibis.null("float64")), *branches, else_=ordered[0][1])


def _by_status(view: Table, shares: dict[str, float]) -> Any:
    return ibis.cases(*[(view.status == name, share) for name, share in shares.items()], else_=0.0)
