"""What each planner does day by day: when it plans, what is live at the end of each day, what it takes down.

All are the same machine with another calendar. Each acts on a day on what was published by that day; nothing
here can see a later one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Literal

from pydantic import Field

from agents.backtest.market_days import MarketDay, after_business_days
from agents.backtest.windows import Windows
from campaign.calendar import BusinessCalendar
from campaign.noun import Noun

Rhythm = Literal["quarter", "month", "market"]
Reason = Literal["calendar", "nothing live", "rate moved", "borrowers entered"]


class Terms(Noun):
    """What holds for every planner alike.

    Attributes:
        approval_days: business days from a plan to its copy being live.
        recall_days: business days until copy that is pulled is really down.
        tolerance_bps: a move beyond this makes those who watch the market plan again and pull.
        trigger_bps: how far above the market a borrower stands who would save.
        window_share: share of the seasoned borrowers (0 to 1) from which a window counts as open.
    """

    approval_days: int = Field(default=1, ge=0, le=15)
    recall_days: int = Field(default=0, ge=0, le=15)
    tolerance_bps: float = Field(default=12.5, gt=0, le=200)
    trigger_bps: float = Field(default=50, gt=0, le=500)
    window_share: float = Field(default=0.01, gt=0, le=1)


@dataclass(frozen=True, slots=True)
class Planner:
    """A way of keeping a campaign up to date.

    Attributes:
        key: in documents. name: for people. rule: what it does, one sentence.
        rhythm: when it plans. watches: whether it compares copy with the market every working day, pulls what
            is beyond tolerance and holds back what became so while it was approved.
        fresh_list: whether it draws up its list of borrowers every day, whatever its copy says.
    """

    key: str
    name: str
    rule: str
    rhythm: Rhythm
    watches: bool = False
    fresh_list: bool = False


PLANNERS = (
    Planner(
        "vallum", "Vallum", "Plans when the rate or the borrowers moved, pulls stale copy.", "market", True
    ),
    Planner("monthly", "Monthly plan", "Plans on the first working day of the month.", "month"),
    Planner("quarterly", "Quarterly plan", "Plans on the first working day of the quarter.", "quarter"),
)
PEERS = (
    Planner("monthly_pulling", "Monthly, pulls by hand",
            "Plans by the month, and takes stale copy down at once.",
            "month", watches=True),
    Planner("quarterly_pulling", "Quarterly, pulls by hand",
            "Plans by the quarter, and takes stale copy down at once.",
            "quarter", watches=True),
    Planner("quarterly_fresh_list", "Quarterly, list of the day",
            "The copy of the quarter, sent to whoever triggers on the day.", "quarter", fresh_list=True),
)  # fmt: skip
"""The calendars with a fairer rule than their name asks for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan: the market it was priced in, why it was made, and the day its copy is approved."""

    made: MarketDay
    reason: Reason
    live_on: date


@dataclass(frozen=True, slots=True)
class Shown:
    """What a planner shows at the end of a day: the plan whose copy is live, and the one made on that day."""

    day: MarketDay
    live: Plan | None
    made: Plan | None


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies on a planner's desk: live copy, copy being approved, and when what was pulled is down."""

    live: Plan | None = None
    pending: Plan | None = None
    down_on: date | None = None


def campaign_of(
    planner: Planner,
    days: Sequence[MarketDay],
    windows: Windows,
    terms: Terms,
    calendar: BusinessCalendar,
) -> tuple[Shown, ...]:
    """What a planner would have shown, day by day.

    Args:
        days: in order; the planner starts on the first with an empty desk.
        windows: the book. terms: the same for all. calendar: when its people work.
    """
    desk, shown = _Desk(), []
    for day in days:
        newest = desk.pending or desk.live
        desk = _arrived(planner, desk, day, terms)
        reason = _reason(planner, newest, desk, day, windows, terms)
        if planner.watches:
            desk = _pulled(desk, day, terms, calendar)
        plan = None
        if reason is not None:
            plan = Plan(day, reason, after_business_days(day.day, terms.approval_days, calendar))
            desk = _arrived(planner, replace(desk, pending=plan), day, terms)
        shown.append(Shown(day, desk.live, plan))
    return tuple(shown)


def needed(windows: Windows, day: MarketDay, terms: Terms) -> int:
    """How many borrowers make a window on a day."""
    return max(1, ceil(round(windows.seasoned(day) * terms.window_share, 6)))


def beyond(plan: Plan, day: MarketDay, bps: float) -> bool:
    """Whether the market of a day stands farther than that from the rate in a plan's copy."""
    return abs(round((plan.made.rate - day.rate) * 100, 4)) > bps


def _reason(
    planner: Planner, newest: Plan | None, desk: _Desk, day: MarketDay, windows: Windows, terms: Terms
) -> Reason | None:
    """Why a planner plans on a day, or None."""
    if planner.rhythm == "month":
        return "calendar" if day.opens_month else None
    if planner.rhythm == "quarter":
        return "calendar" if day.opens_quarter else None
    if not (day.works or day.published):
        return None
    if newest is None:
        return "nothing live"
    if beyond(newest, day, terms.tolerance_bps):
        return "rate moved"
    entered = desk.pending is None and windows.uncovered(day, newest.made) >= needed(windows, day, terms)
    return "borrowers entered" if entered else None


def _arrived(planner: Planner, desk: _Desk, day: MarketDay, terms: Terms) -> _Desk:
    """Approved copy goes live in place of the old; who watches holds back what is stale by then."""
    if desk.pending is None or desk.pending.live_on > day.day:
        return desk
    if planner.watches and beyond(desk.pending, day, terms.tolerance_bps):
        return replace(desk, pending=None)
    return _Desk(live=desk.pending)


def _pulled(desk: _Desk, day: MarketDay, terms: Terms, calendar: BusinessCalendar) -> _Desk:
    """Stale copy is on its way down, and gone when its day has come."""
    if desk.live is None:
        return desk
    if desk.down_on is None and beyond(desk.live, day, terms.tolerance_bps):
        desk = replace(desk, down_on=after_business_days(day.day, terms.recall_days, calendar))
    if desk.down_on is not None and desk.down_on <= day.day:
        return replace(desk, live=None, down_on=None)
    return desk
