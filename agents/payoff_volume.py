"""How many loans are paid off and how many applications come, from cells of rate, age and holder.

The engine adds loans up into cells; everything after that is arithmetic on a few hundred of them. A rate of
today moves applications at once and payoffs two months later, as the response was fitted; so payoffs of the
first two months follow rates that are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import expm1, hypot, sqrt
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from agents.reference_tables import figures
from agents.response_curves import count_interval
from campaign.rate_forecast import Expected
from tools.book.view import SHORT_TERM_MONTHS
from tools.market.prepayment_response import LAG_MONTHS, Numbers, PayoffResponse, shipped_response
from tools.market.series import Market

MONTH = timedelta(days=30)
MONTHS = 3
OWN, RIVAL = "funded", "elsewhere"
UNKNOWN_AGE_MONTHS = 36
"""Loans of unknown age count as three years old, the middle of the plateau."""
TURNOVER_BPS = -25.0
"""Incentive at which payoffs count as moves and sales; what goes beyond them at the same age refinances."""
_NORMAL = 1.2816
"""Standard deviations from the middle to either end of an 80 % interval."""


@dataclass(frozen=True, slots=True)
class LoanCells:
    """Loans added up by holder, term, rate and age, one entry a cell.

    Attributes:
        own: True where this lender holds them. short: True up to 15 years.
        rate: note rate, percent. age: months since funding. loans: how many. usd: owed on them, dollars.
    """

    own: NDArray[np.bool_]
    short: NDArray[np.bool_]
    rate: Numbers
    age: Numbers
    loans: Numbers
    usd: Numbers


class Volume(NamedTuple):
    """What is expected after one move of rates; see `campaign.rate_forecast.Shock`."""

    payoffs_30: Expected
    payoffs_90: Expected
    applications_30: Expected
    applications_90: Expected
    refinances_90: float
    usd_90: Expected


def loan_cells(view: Any) -> tuple[LoanCells, int]:
    """The cells of the loans that the response speaks of, and how many others are held.

    It speaks of first liens at a fixed rate, ours or at another lender.

    Args:
        view: as `tools.book.view.consumer_loans` makes it, worked out or not.
    """
    held = view.filter(view.status.isin((OWN, RIVAL)))
    fixed = (held.rate_type != "adjustable").fill_null(True)
    level = held["product"].notin(("heloc", "arm")).fill_null(True)
    told = held.mutate(
        fits=fixed & level & (held.lien == 1).fill_null(True) & held.note_rate.notnull(),
        own=held.status == OWN,
        short=(held.term_months <= SHORT_TERM_MONTHS).fill_null(False),
        bps=(held.note_rate * 100).round().cast("int64"),
        age=held.months_since_funding.fill_null(UNKNOWN_AGE_MONTHS),
    )
    grouped = told.group_by(["fits", "own", "short", "bps", "age"])
    counted = grouped.aggregate(loans=told.count(), usd=told.current_balance.sum()).to_pyarrow()
    inside = counted.filter(counted["fits"])
    return _cells(inside), sum(counted["loans"].to_pylist()) - sum(inside["loans"].to_pylist())


def volume(cells: LoanCells, market: Market, *, on: date, shift_bps: float) -> Volume:
    """Payoffs and applications of the next 30 and 90 days after a move of rates.

    Args:
        cells: of the book. market: as known; nothing after `on` is read. on: the day.
        shift_bps: of the survey, from this day on.
    """
    response, given = shipped_response(), figures("value_assumptions")
    incentive = _incentive(cells, market, on, on, shift_bps)
    today = response.monthly(incentive, cells.age)
    turnover = np.minimum(today, response.monthly(TURNOVER_BPS, cells.age))
    capture = np.where(cells.own, given["own_capture"], given["rival_capture"])
    refinancing = cells.loans * (today - turnover) * capture / given["applied_funds"]
    moving = cells.loans * cells.own * turnover * given["next_home_capture"] / given["applied_funds"]
    leaving = _payoffs(cells, market, on, today, response)
    alive = np.cumprod([np.ones_like(today), *(1 - month for month in leaving)], axis=0)[:MONTHS]
    lost = [cells.loans * cells.own * there * month for there, month in zip(alive, leaving, strict=True)]
    come = [there * (refinancing + moving) for there in alive]
    doubt = _Doubt(response, response.cell(incentive, cells.age))
    return Volume(
        payoffs_30=doubt.interval(lost[:1], won=False),
        payoffs_90=doubt.interval(lost, won=False),
        applications_30=doubt.interval(come[:1], won=True),
        applications_90=doubt.interval(come, won=True),
        refinances_90=round(float((alive * refinancing).sum()), 1),
        usd_90=doubt.dollars(come, cells),
    )


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What strays: chance, the year that comes, cells within it, and what this lender wins.

    Attributes:
        cell: which cell of the response each entry belongs to; entries of one cell stray together.
    """

    response: PayoffResponse
    cell: NDArray[np.int64]

    def interval(self, months: Sequence[Numbers], *, won: bool) -> Expected:
        """80 % of a count that is expected month by month."""
        by_entry = np.sum(months, axis=0)
        return count_interval(float(by_entry.sum()), sqrt(expm1(self._spread(by_entry, won=won) ** 2)))

    def dollars(self, months: Sequence[Numbers], cells: LoanCells) -> Expected:
        """The interval of the count, at the mean amount of those expected to come."""
        by_entry = np.sum(months, axis=0)
        mean = np.divide(cells.usd, cells.loans, out=np.zeros_like(cells.usd), where=cells.loans > 0)
        expected, usd = float(by_entry.sum()), float((by_entry * mean).sum())
        if expected <= 0:
            return 0.0, 0.0, 0.0
        low, _, high = self.interval(months, won=True)
        return round(usd * low / expected), round(usd), round(usd * high / expected)

    def _spread(self, by_entry: Numbers, *, won: bool) -> float:
        shares = np.bincount(self.cell, by_entry) / max(float(by_entry.sum()), 1e-12)
        payoff = self.response.width(float((shares**2).sum())) / _NORMAL
        return hypot(payoff, figures("forecast_assumptions")["capture_doubt"] if won else 0.0)


def _cells(rows: pa.Table) -> LoanCells:
    def column(name: str) -> Numbers:
        return np.array([value or 0 for value in rows[name].to_pylist()], dtype=np.float64)

    return LoanCells(
        own=column("own") > 0,
        short=column("short") > 0,
        rate=column("bps") / 100,
        age=column("age"),
        loans=column("loans"),
        usd=column("usd"),
    )


def _payoffs(
    cells: LoanCells, market: Market, on: date, today: Numbers, response: PayoffResponse
) -> list[Numbers]:
    """Share paid off in each month: by rates already known first, by the move once the lag has passed."""
    known = [
        response.monthly(_incentive(cells, market, on - MONTH * (LAG_MONTHS - month), on, 0.0), cells.age)
        for month in range(LAG_MONTHS)
    ]
    return [*known, *[today] * (MONTHS - LAG_MONTHS)]


def _incentive(cells: LoanCells, market: Market, day: date, on: date, shift_bps: float) -> Numbers:
    """Note rate above the survey of a day, basis points; short loans against the survey's 15-year rate.

    For a day before `on` the weeks of the month that follows it, for `on` itself the latest week.
    """
    weeks = [week for week in market.weeks if day < week.week <= min(day + MONTH, on)] if day < on else []
    read = weeks or [market.survey(min(day + MONTH, on) if day < on else on)]
    long = float(np.mean([week.rate_30y for week in read]))
    fifteen = [week.rate_15y for week in read if week.rate_15y is not None]
    short = float(np.mean(fifteen)) if fifteen else long
    return np.round((cells.rate - np.where(cells.short, short, long)) * 100 - shift_bps, 6)
