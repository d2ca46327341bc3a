"""Fed meetings with their decisions, so that the team knows what was decided and when the next answer comes.

Source: Federal Reserve Board, target range, statements and published calendars, 2018 to January 2028,
restated in `tables/fed_meetings.csv`. Two outcomes of 2026 were inferred from the effective rate, and one is
not known; each says so.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from campaign.rates import FedMeeting
from tools.market.published import rows_of

_OUTCOME = ("lower_before", "upper_before", "lower_after", "upper_after", "change_bps", "direction")


@lru_cache(maxsize=1)
def meetings() -> tuple[FedMeeting, ...]:
    """Every meeting held here with all that is known today, oldest first."""
    return tuple(
        FedMeeting.model_validate({name: value or None for name, value in row.items()})
        for row in rows_of("fed_meetings")
    )


def meetings_known(on: date) -> tuple[FedMeeting, ...]:
    """The calendar as it stood at the end of a day: scheduled ahead, decided behind, no outcome from later.

    A meeting that was unscheduled and still ahead is left out, since nobody could know of it. A meeting that
    the table holds as `future` and that lies behind `on` becomes `unknown`: its outcome is not recorded here.
    """
    return tuple(
        _as_known(meeting, on) for meeting in meetings() if meeting.scheduled or meeting.decides <= on
    )


def _as_known(meeting: FedMeeting, on: date) -> FedMeeting:
    if meeting.decides > on:
        blank: dict[str, object] = dict.fromkeys(_OUTCOME)
        ahead = {"status": "future", "source": "FOMC calendar", "provenance": "published"}
        return meeting.model_copy(update=blank | ahead)
    if meeting.status == "future":
        return meeting.model_copy(update={"status": "unknown"})
    return meeting


def next_meeting(after: date) -> FedMeeting | None:
    """The next scheduled meeting after a day, its outcome withheld; None where the calendar ends."""
    return next((meeting for meeting in meetings_known(after) if meeting.decides > after), None)


def meetings_between(a: date, b: date) -> tuple[FedMeeting, ...]:
    """Meetings that decide after `a` and on or before `b`, as known at the end of `b`."""
    return tuple(meeting for meeting in meetings_known(b) if a < meeting.decides <= b)


def target_range(on: date) -> FedMeeting | None:
    """The latest meeting with a known range, on or before a day.

    A later meeting whose outcome is `unknown` may have moved the range since; `unknown_since` names those.
    """
    decided = [meeting for meeting in meetings_known(on) if meeting.upper_after is not None]
    return decided[-1] if decided else None


def unknown_since(on: date) -> tuple[FedMeeting, ...]:
    """Meetings on or before a day whose outcome is not known here, after the last known range."""
    known = target_range(on)
    return tuple(
        meeting
        for meeting in meetings_known(on)
        if meeting.status == "unknown"
        and meeting.decides <= on
        and (known is None or meeting.decides > known.decides)
    )
