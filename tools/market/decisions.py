"""Decisions of the Fed as somebody read them, laid over the calendar.

A range before a meeting is the one after the meeting before, so that only the range after it is recorded.
Where an outcome in between is not known, the change is not known either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from campaign.errors import BadInput
from campaign.market import FedDecision
from campaign.market_hours import NEW_YORK, statement_at
from campaign.rates import FedMeeting

if TYPE_CHECKING:
    from datetime import date

_OPEN = ("unknown", "future")
WIDEST = 0.5
"""Percentage points a target range is wide at most; it has been a quarter since December 2008."""
HIGHEST = 20.0


def read_decision(
    meetings: Sequence[FedMeeting], day: date, *, lower: float, upper: float, source: str,
    scheduled: bool, at: datetime,
) -> FedDecision:  # fmt: skip
    """A decision as it may be recorded, checked against the calendar and the clock.

    Args:
        meetings: the calendar. day: of the statement, US Eastern. lower, upper: target range, percent.
        source: where it was read. scheduled: whether the meeting is on the calendar. at: aware moment.

    Raises:
        BadInput: no such meeting is on the calendar, it has not decided yet, or the range is none.
    """
    on_calendar = any(one.decides == day and one.scheduled for one in meetings if one.status != "cancelled")
    if scheduled and not on_calendar:
        raise BadInput(
            f"No scheduled meeting decides on {day}.", "See `vallum fed calendar`, or give --unscheduled."
        )
    if not scheduled and on_calendar:
        raise BadInput(f"The meeting of {day} is on the calendar.", "Leave --unscheduled out.")
    if scheduled and at < statement_at(day):
        raise BadInput(f"The statement of {day} comes at 14:00 New York time.", "Record it after that.")
    if day > at.astimezone(NEW_YORK).date():
        raise BadInput(f"{day} has not come yet.", "Record a decision after it was made.")
    if not 0 <= lower <= upper <= HIGHEST or upper - lower > WIDEST:
        raise BadInput(
            f"{lower:g} to {upper:g} percent is no target range.",
            f"Give --lower and --upper in percent, at most {WIDEST:g} apart, as 3.50 and 3.75.",
        )
    if not source.strip():
        raise BadInput("The decision names no source.", "Say where it was read with --source.")
    named = source.strip()[:300]
    return FedDecision(
        decides=day, scheduled=scheduled, lower=lower, upper=upper, source=named, recorded_at=at
    )


def says_the_same(meeting: FedMeeting | None, decision: FedDecision) -> bool:
    """Whether a decision was held already; one that was only inferred is worth recording."""
    return (
        meeting is not None
        and meeting.provenance == "published"
        and (meeting.lower_after, meeting.upper_after) == (decision.lower, decision.upper)
    )


def with_decisions(
    meetings: tuple[FedMeeting, ...], decisions: Sequence[FedDecision]
) -> tuple[FedMeeting, ...]:
    """The calendar with recorded decisions laid over it, oldest first; the last one for a day stands."""
    if not decisions:
        return meetings
    held = {meeting.decides: meeting for meeting in meetings}
    for decision in decisions:
        known = held.get(decision.decides)
        held[decision.decides] = FedMeeting(
            starts=known.starts if known and known.status != "cancelled" else decision.decides,
            decides=decision.decides,
            scheduled=decision.scheduled,
            status="decided",
            lower_after=decision.lower,
            upper_after=decision.upper,
            source=decision.source,
            provenance="published",
        )
    return tuple(_continued(held[day] for day in sorted(held)))


def _continued(meetings: Iterator[FedMeeting]) -> Iterator[FedMeeting]:
    """Each decision with the range that the one before it left; none where an outcome between is open."""
    last: FedMeeting | None = None
    for meeting in meetings:
        if meeting.status == "decided":
            last = _after(meeting, last)
            yield last
            continue
        if meeting.status in _OPEN:
            last = None
        yield meeting


def _after(meeting: FedMeeting, last: FedMeeting | None) -> FedMeeting:
    if last is None or last.upper_after is None or meeting.upper_after is None:
        return meeting
    change = round((meeting.upper_after - last.upper_after) * 100)
    return meeting.model_copy(
        update={
            "lower_before": last.lower_after,
            "upper_before": last.upper_after,
            "change_bps": change,
            "direction": "hike" if change > 0 else "cut" if change < 0 else "hold",
        }
    )
