"""How mortgage rates moved in the weeks around past Fed meetings, and what those moves went along with.

Mortgage rates follow the ten-year Treasury, not the funds rate: a cut may come with a rise. So this is a
distribution of what was, by decision, and no forecast. The survey before a meeting is the last one published
by its day; since November 2022 a survey is of applications from Thursday to Wednesday, so that the first one
after a meeting that ends on a Wednesday was mostly collected before the statement.
"""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from campaign.market import Reading
from campaign.rates import SurveyRate
from tools.market.series import WEEK, Market, ten_year_week

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
HELD = ("decided", "unknown")
"""Statuses of meetings that took place with the rate at stake."""
_FEWEST_TO_COMPARE = 3
_HOLIDAY = timedelta(days=2)
"""How far a holiday may move a survey."""
LONGEST_WEEK = WEEK + _HOLIDAY


@dataclass(frozen=True, slots=True)
class MeetingMove:
    """What mortgage rates did around one meeting.

    Attributes:
        decides: day of the statement. scheduled: whether it was on the calendar.
        direction, change_bps: what the Fed decided, basis points on the upper bound; None where not known.
        before, after: 30-year survey rates, percent: the last week by that day, and some weeks later.
        move_bps: after minus before, basis points.
        treasury_bps: the same for the ten-year's mean of the two weeks, None where it is not held.
    """

    decides: date
    scheduled: bool
    direction: Literal["hike", "cut", "hold"] | None
    change_bps: int | None
    before: Reading
    after: Reading
    move_bps: float
    treasury_bps: float | None


@dataclass(frozen=True, slots=True)
class MoveDistribution:
    """Moves as a whole: how many, and in basis points the quantiles by their share (0.05 to 0.95)."""

    count: int
    quantiles: Mapping[float, float]


def moves_around(
    market: Market, *, weeks_after: int = 1, since: date | None = None, until: date | None = None
) -> tuple[MeetingMove, ...]:
    """What the 30-year survey rate did around every meeting that took place, oldest first.

    Args:
        market: the survey and the meetings. weeks_after: survey weeks after the last one before the meeting.
        since: first day of decision. until: nothing published later than this day is looked at.

    Returns:
        One move per meeting with both weeks; a meeting too recent for its later week has none yet.
    """
    weeks = [week for week in market.weeks if until is None or week.week <= until]
    moves = []
    for meeting in market.meetings_known(until or date.max):
        if meeting.status not in HELD or (since is not None and meeting.decides < since):
            continue
        place = bisect_right(weeks, meeting.decides, key=lambda week: week.week) - 1
        if place < 0 or meeting.decides - weeks[place].week > LONGEST_WEEK:
            continue
        before, after = weeks[place], _later(weeks, place, weeks_after)
        if after is None:
            continue
        moves.append(
            MeetingMove(
                decides=meeting.decides,
                scheduled=meeting.scheduled,
                direction=meeting.direction,
                change_bps=meeting.change_bps,
                before=_reading(before),
                after=_reading(after),
                move_bps=_bps(before.rate_30y, after.rate_30y),
                treasury_bps=_treasury_bps(market, before.week, after.week),
            )
        )
    return tuple(moves)


def distribution(moves: Sequence[MeetingMove] | Sequence[float]) -> MoveDistribution:
    """How far rates moved, as quantiles: between two moves the straight line is taken.

    Args:
        moves: of `moves_around`, or plain moves in basis points.
    """
    found = sorted(move.move_bps if isinstance(move, MeetingMove) else move for move in moves)
    if not found:
        return MoveDistribution(0, {})
    return MoveDistribution(len(found), {share: _quantile(found, share) for share in QUANTILES})


def other_weeks(market: Market, moves: Sequence[MeetingMove], *, weeks_after: int = 1) -> tuple[float, ...]:
    """Moves of the survey that started in no week of `moves`, basis points: what weeks without a meeting do.

    Args:
        moves: of `moves_around` with the same `weeks_after`; their first and last bound the time looked at.
    """
    if not moves:
        return ()
    starts = {move.before.day for move in moves}
    first, last = min(starts), max(starts)
    return tuple(
        _bps(week.rate_30y, after.rate_30y)
        for place, week in enumerate(market.weeks)
        if first <= week.week <= last
        and week.week not in starts
        and (after := _later(market.weeks, place, weeks_after)) is not None
    )


def correlation_with_treasury(moves: Sequence[MeetingMove]) -> float | None:
    """Pearson's correlation of the moves with those of the ten-year, None where too few are known."""
    return _correlation([(move.move_bps, move.treasury_bps) for move in moves])


def correlation_with_decision(moves: Sequence[MeetingMove]) -> float | None:
    """Pearson's correlation of the moves with the change of the funds rate, None where too few are known."""
    return _correlation([(move.move_bps, move.change_bps) for move in moves])


def _later(weeks: Sequence[SurveyRate], place: int, count: int) -> SurveyRate | None:
    """The survey some weeks later, None where it is not held: a gap in the series is no move."""
    if place + count >= len(weeks):
        return None
    after = weeks[place + count]
    return after if after.week - weeks[place].week <= count * WEEK + _HOLIDAY else None


def _correlation(pairs: Sequence[tuple[float, float | None]]) -> float | None:
    known = [(one, float(other)) for one, other in pairs if other is not None]
    first, second = [one for one, _ in known], [other for _, other in known]
    if len(known) < _FEWEST_TO_COMPARE or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return round(statistics.correlation(first, second), 3)


def _treasury_bps(market: Market, before: date, after: date) -> float | None:
    first, second = ten_year_week(market, before), ten_year_week(market, after)
    return None if first is None or second is None else _bps(first, second)


def _quantile(found: Sequence[float], share: float) -> float:
    place = share * (len(found) - 1)
    low = int(place)
    high = min(low + 1, len(found) - 1)
    return round(found[low] + (found[high] - found[low]) * (place - low), 1)


def _reading(week: SurveyRate) -> Reading:
    return Reading(day=week.week, percent=week.rate_30y, source=week.source)


def _bps(before: float, after: float) -> float:
    return round((after - before) * 100, 1)
