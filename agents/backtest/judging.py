"""What counts against a planner: days with a stale rate in its copy, and days on which it missed a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agents.backtest.market_days import after_business_days
from agents.backtest.planners import Plan, Planner, Shown, Terms, beyond, needed
from agents.backtest.windows import Windows
from campaign.calendar import BusinessCalendar

STALE_BPS = 12.5
"""Distance from the market beyond which a rate in copy is stale, for every planner: an eighth of a point."""
PIECES_OF_A_PLAN = 104
PIECES_FOR_ENTRANTS = 66
"""What the street drafts on the example book for its brief of 26 February 2026 (`vallum demo`): in all, and
for the two refinance segments, which is what a plan for borrowers who entered is charged with."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One day of one planner.

    Attributes:
        day: the calendar day. live: the rate in its copy, percent, or None where none is live.
        stale: its copy shows a rate more than 12.5 bps from the market, and the business day after the move
            has passed. window: the refinance window is open. missed: it is, and its borrowers are not served.
    """

    day: date
    live: float | None
    stale: bool
    window: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum of a planner's days.

    Attributes:
        stale_days, missed_days: as in `Judged`. wrong_days: either. dark_days: nothing live.
        plans: made. pieces: to be written and approved for them.
    """

    stale_days: int
    missed_days: int
    wrong_days: int
    dark_days: int
    plans: int
    pieces: int


def judge(
    planner: Planner, shown: Sequence[Shown], windows: Windows, terms: Terms, calendar: BusinessCalendar
) -> tuple[Judged, ...]:
    """Look at each day as it ended.

    Args:
        shown: every day since the planner started, in order.
    """
    judged = []
    for place, today in enumerate(shown):
        since = _off_since(shown, place)
        stale = since is not None and today.day.day > after_business_days(since, 1, calendar)
        need = needed(windows, today.day, terms)
        window = windows.open_for(today.day) >= need
        missed = window and _unserved(planner, today, windows) >= need
        rate = None if today.live is None else today.live.made.rate
        judged.append(Judged(today.day.day, rate, stale, window, missed))
    return tuple(judged)


def tally(judged: Sequence[Judged], plans: Sequence[Plan]) -> Tally:
    """Add up days and plans."""
    entrants = sum(plan.reason == "borrowers entered" for plan in plans)
    return Tally(
        stale_days=sum(one.stale for one in judged),
        missed_days=sum(one.missed for one in judged),
        wrong_days=sum(one.stale or one.missed for one in judged),
        dark_days=sum(one.live is None for one in judged),
        plans=len(plans),
        pieces=entrants * PIECES_FOR_ENTRANTS + (len(plans) - entrants) * PIECES_OF_A_PLAN,
    )


def _off_since(shown: Sequence[Shown], place: int) -> date | None:
    """The day of the move that left the live copy off the market, or None while it is not.

    The move may lie before the copy went live: then approval was what came too late. It never lies before
    the plan, whose rate is the market of its day.
    """
    live = shown[place].live
    if live is None or not beyond(live, shown[place].day, STALE_BPS):
        return None
    while beyond(live, shown[place - 1].day, STALE_BPS):
        place -= 1
    return shown[place].day.day


def _unserved(planner: Planner, today: Shown, windows: Windows) -> int:
    """Borrowers with an open window for whom nothing is live."""
    if today.live is None:
        return windows.open_for(today.day)
    return 0 if planner.fresh_list else windows.uncovered(today.day, today.live.made)
