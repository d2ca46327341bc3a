"""What the Fed decided, read from the published target range: the range of the day after a statement.

A change that follows no meeting of the calendar is an unscheduled decision, which a person should record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from campaign.market import FedDecision
from tools.market.decisions import says_the_same

if TYPE_CHECKING:
    from campaign.rates import FedMeeting
    from tools.market.figures import Figure

Range = tuple[float, float]
EFFECTIVE_WITHIN = timedelta(days=4)
"""A range is in force on the business day after its statement, at most a long weekend later."""
_DECIDING = ("decided", "unknown", "future")


def target_ranges(figures: Sequence[Figure]) -> dict[date, Range]:
    """The range of every day of which both ends are among the figures, percent, oldest first."""
    ends = {(figure.series, figure.day): figure.percent for figure in figures}
    days = sorted({figure.day for figure in figures})
    return {
        day: (ends["target_lower", day], ends["target_upper", day])
        for day in days
        if ("target_lower", day) in ends and ("target_upper", day) in ends
    }


def decisions_in(
    ranges: Mapping[date, Range], meetings: Sequence[FedMeeting], *, source: str, at: datetime
) -> tuple[FedDecision, ...]:
    """The decisions that the ranges tell and that are not held yet, or are held otherwise.

    Args:
        ranges: of `target_ranges`. meetings: as held. source: where the ranges were read. at: aware moment.
    """
    found = []
    for meeting in meetings:
        after = _after(ranges, meeting.decides)
        if meeting.status not in _DECIDING or after is None:
            continue
        decision = FedDecision(
            decides=meeting.decides,
            scheduled=meeting.scheduled,
            lower=after[0],
            upper=after[1],
            source=source,
            recorded_at=at,
        )
        if not says_the_same(meeting, decision):
            found.append(decision)
    return tuple(found)


def unexplained(ranges: Mapping[date, Range], meetings: Sequence[FedMeeting]) -> tuple[date, ...]:
    """Days on which the range changed and that follow no meeting of the calendar."""
    decided = [meeting.decides for meeting in meetings if meeting.status in _DECIDING]
    return tuple(
        day
        for (_, before), (day, after) in pairwise(ranges.items())
        if before != after and not any(day - EFFECTIVE_WITHIN <= one <= day for one in decided)
    )


def _after(ranges: Mapping[date, Range], decides: date) -> Range | None:
    days = (decides + timedelta(days=more) for more in range(1, EFFECTIVE_WITHIN.days + 1))
    return next((ranges[day] for day in days if day in ranges), None)
