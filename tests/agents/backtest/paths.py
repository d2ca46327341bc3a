"""Short rate paths and small books of which the days can be counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from agents.backtest.planners import Terms
from agents.backtest.replay import Backtest, Lane, backtest
from agents.backtest.windows import LoanCount, Windows, windows_of
from campaign.calendar import BusinessCalendar
from campaign.rates import SurveyRate
from tools.market.series import Market

FIRST_WEEK = date(2024, 9, 26)
STARTS, ENDS = date(2025, 1, 1), date(2025, 3, 31)
EVERY_WEEKDAY = BusinessCalendar(holidays="none")


def weekly(rates: Sequence[float]) -> Market:
    """A survey on each Thursday from 26 September 2024."""
    return Market(
        weeks=tuple(
            SurveyRate(
                week=FIRST_WEEK + timedelta(weeks=place), rate_30y=rate, source="s", provenance="published"
            )
            for place, rate in enumerate(rates)
        ),
        treasury=(),
        daily=(),
        meetings=(),
    )


def path(begins: float, changes: Mapping[date, float] | None = None) -> Market:
    """A market that stands still but on the Thursdays named."""
    rates, rate = [], begins
    for place in range(28):
        rate = (changes or {}).get(FIRST_WEEK + timedelta(weeks=place), rate)
        rates.append(rate)
    return weekly(rates)


def book(*loans: tuple[float, date, int], trigger_bps: float = 50) -> Windows:
    """A book of 30-year loans: note rate in percent, a day in the month of funding, how many."""
    return windows_of(
        [LoanCount(False, round(rate * 1000), on.year * 12 + on.month - 1, many) for rate, on, many in loans],
        trigger_bps=trigger_bps,
    )


NOBODY = book((1.0, date(2015, 1, 1), 100))
"""A book for which no window ever opens."""


def replayed(
    market: Market, windows: Windows = NOBODY, calendar: BusinessCalendar = EVERY_WEEKDAY, **terms: float
) -> Backtest:
    return backtest(
        windows,
        market,
        terms=Terms.model_validate(terms),
        calendar=calendar,
        starts=STARTS,
        ends=ENDS,
        source="a book",
    )


def lanes(result: Backtest) -> dict[str, Lane]:
    return {lane.planner.key: lane for lane in (*result.lanes, *result.peers)}
