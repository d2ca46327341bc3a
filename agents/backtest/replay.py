"""The whole backtest: every planner over the same days, the same book and the same terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agents.backtest.judging import Judged, Tally, judge, tally
from agents.backtest.market_days import MarketDay, market_days, must_cover, quarter_before
from agents.backtest.planners import PEERS, PLANNERS, Plan, Planner, Terms, campaign_of
from agents.backtest.windows import Windows
from campaign.calendar import BusinessCalendar
from campaign.rates import FedMeeting
from tools.market.series import Market


@dataclass(frozen=True, slots=True)
class Lane:
    """One planner over the days of a backtest.

    Attributes:
        days: one for each. plans: those made on them.
    """

    planner: Planner
    days: tuple[Judged, ...]
    plans: tuple[Plan, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the planners would have shown.

    Attributes:
        starts, ends: first and last day counted. source: the book, in words.
        terms: the same for all. windows: the book's counts.
        market: the days counted. meetings: of the Fed that decided on them.
        lanes: Vallum and the two calendars. peers: the calendars with a fairer rule.
    """

    starts: date
    ends: date
    source: str
    terms: Terms
    windows: Windows
    market: tuple[MarketDay, ...]
    meetings: tuple[FedMeeting, ...]
    lanes: tuple[Lane, ...]
    peers: tuple[Lane, ...]

    @property
    def window_days(self) -> int:
        """Days on which the refinance window was open."""
        return sum(day.window for day in self.lanes[0].days)


def backtest(
    windows: Windows,
    market: Market,
    *,
    terms: Terms,
    calendar: BusinessCalendar,
    starts: date,
    ends: date,
    source: str,
) -> Backtest:
    """Replay the market over a book.

    All planners start on the first working day of the quarter before `starts`, so that each has copy when
    counting begins.

    Args:
        windows: the book. market: its weekly survey and its meetings are used.
        calendar: when the lender's people work. starts, ends: first and last day counted.
        source: the book, in words.

    Raises:
        BadInput: the days are in the wrong order, or the survey does not cover them.
    """
    must_cover(market.weeks, starts=starts, ends=ends)
    days = market_days(market.weeks, calendar, starts=quarter_before(starts), ends=ends)

    def lane(planner: Planner) -> Lane:
        shown = campaign_of(planner, days, windows, terms, calendar)
        judged = judge(planner, shown, windows, terms, calendar)
        counted = tuple(one for one in judged if one.day >= starts)
        plans = tuple(one.made for one in shown if one.made is not None and one.day.day >= starts)
        return Lane(planner, counted, plans, tally(counted, plans))

    return Backtest(
        starts=starts,
        ends=ends,
        source=source,
        terms=terms,
        windows=windows,
        market=tuple(day for day in days if day.day >= starts),
        meetings=tuple(one for one in market.meetings_known(ends) if starts <= one.decides <= ends),
        lanes=tuple(lane(planner) for planner in PLANNERS),
        peers=tuple(lane(planner) for planner in PEERS),
    )
