"""The market: weekly mortgage survey, ten-year Treasury, a daily index and the Fed, asked by day.

Sources of what is shipped: Freddie Mac Primary Mortgage Market Survey, 2000 on (`tables/survey.csv`); Federal
Reserve Board, target range, statements and published calendars, 2000 to January 2028
(`tables/fed_meetings.csv`); Federal Reserve H.15, ten-year Treasury at constant maturity, mean of the days
from Friday to Thursday, dated on the Thursday, as surveys are (`tables/ten_year.csv`, our own arithmetic).
Weeks of which only quotations were seen are `weak`, for each term on its own; outcomes deduced from the
effective rate are `inferred`; an outcome that is not known is `unknown`.
"""

from __future__ import annotations

import hashlib
import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from campaign.errors import BadInput
from campaign.market import MarketSnapshot, Reading
from campaign.market_hours import NEW_YORK, statement_at
from campaign.rates import FedMeeting, SurveyRate
from tools.market.decisions import with_decisions
from tools.market.given import given_decisions, given_figures, with_readings, with_survey
from tools.market.published import rows_of

if TYPE_CHECKING:
    from tools.workspace import Workspace

WEEK = timedelta(days=7)
_OUTCOME = ("lower_before", "upper_before", "lower_after", "upper_after", "change_bps", "direction")


@dataclass(frozen=True, slots=True)
class Market:
    """What the market did, each series oldest first.

    Attributes:
        weeks: weekly survey of mortgage rates. treasury: ten-year Treasury yield, daily or weekly means.
        daily: a daily index of mortgage rates, where one was given.
        meetings: of the Fed, with all that is known today.
    """

    weeks: tuple[SurveyRate, ...]
    treasury: tuple[Reading, ...]
    daily: tuple[Reading, ...]
    meetings: tuple[FedMeeting, ...]

    def survey(self, on: date) -> SurveyRate:
        """The latest week published on or before a day; nothing later is looked at.

        The week may be old: the series ends where its publisher was last read. Compare `week` with `on`.

        Raises:
            BadInput: the day lies before the first week held here.
        """
        index = bisect_right(self.weeks, on, key=lambda week: week.week)
        if index == 0:
            starts = f" starts on {self.weeks[0].week}, after {on}" if self.weeks else " is empty"
            raise BadInput(f"The rate survey held here{starts}.", "Choose a later date.")
        return self.weeks[index - 1]

    def meetings_known(self, on: date) -> tuple[FedMeeting, ...]:
        """The calendar as it stood at the end of a day: scheduled ahead, decided behind, nothing from later.

        A meeting that was unscheduled and still ahead is left out, since nobody could know of it; one that
        was called off is there until the day on which that was said. A meeting held as `future` that lies
        behind `on` becomes `unknown`: its outcome is not recorded here.
        """
        return tuple(
            _as_known(meeting, on)
            for meeting in self.meetings
            if (meeting.scheduled or meeting.decides <= on) and not _called_off(meeting, on)
        )

    def next_meeting(self, after: date) -> FedMeeting | None:
        """The next scheduled meeting after a day, its outcome withheld; None where the calendar ends."""
        return next((meeting for meeting in self.meetings_known(after) if meeting.decides > after), None)

    def awaited(self, at: datetime) -> FedMeeting | None:
        """The scheduled meeting whose statement comes next after a moment, its outcome withheld."""
        day = at.astimezone(NEW_YORK).date() - timedelta(days=1)
        ahead = (one for one in self.meetings_known(day) if one.scheduled and one.decides > day)
        return next((meeting for meeting in ahead if statement_at(meeting.decides) > at), None)

    def outcomes_out(self, at: datetime, zone: tzinfo) -> date:
        """The last day whose outcomes are out at a moment: today, or yesterday until today's statement.

        Args:
            at: aware moment. zone: the lender's; no day that has not begun there counts, and none counts
                before its scheduled statement, which is at 14:00 in New York.
        """
        there, awaited = at.astimezone(NEW_YORK).date(), self.awaited(at)
        if awaited is not None and awaited.decides == there:
            there -= timedelta(days=1)
        return min(there, at.astimezone(zone).date())

    def meeting(self, decides: date) -> FedMeeting | None:
        """The meeting of a day with all that is known of it today."""
        return next((meeting for meeting in self.meetings if meeting.decides == decides), None)

    def target_range(self, on: date) -> FedMeeting | None:
        """The latest meeting with a known range, on or before a day.

        A later meeting whose outcome is `unknown` may have moved the range since; `unknown_since` names them.
        """
        decided = [meeting for meeting in self.meetings_known(on) if meeting.upper_after is not None]
        return decided[-1] if decided else None

    def unknown_since(self, on: date) -> tuple[FedMeeting, ...]:
        """Meetings on or before a day whose outcome is not known here, after the last known range."""
        known = self.target_range(on)
        return tuple(
            meeting
            for meeting in self.meetings_known(on)
            if meeting.status == "unknown"
            and meeting.decides <= on
            and (known is None or meeting.decides > known.decides)
        )

    def snapshot(self, on: date, *, outcomes: date | None = None) -> MarketSnapshot:
        """All that was known at the end of a day, named by its content.

        Args:
            outcomes: the last day whose Fed outcomes are out, where the day has not ended (`outcomes_out`).
        """
        index = bisect_right(self.weeks, on, key=lambda week: week.week)
        decided_by = outcomes or on
        known = self.target_range(decided_by)
        unnamed = MarketSnapshot(
            snapshot_id="",
            on=on,
            survey=self.weeks[index - 1] if index else None,
            treasury_10y=latest(self.treasury, on),
            daily=latest(self.daily, on),
            lower=known.lower_after if known else None,
            upper=known.upper_after if known else None,
            unknown_since=tuple(meeting.decides for meeting in self.unknown_since(decided_by)),
        )
        content = unnamed.model_dump_json(exclude={"snapshot_id"}).encode()
        return unnamed.model_copy(update={"snapshot_id": hashlib.sha256(content).hexdigest()[:8]})


def latest(readings: Sequence[Reading], on: date) -> Reading | None:
    """The last reading of a series on or before a day, None where it starts later or is empty."""
    index = bisect_right(readings, on, key=lambda reading: reading.day)
    return readings[index - 1] if index else None


def ten_year_week(market: Market, day: date) -> float | None:
    """Mean of the ten-year over the seven days that end on a day, percent; None where none is held.

    Of a weekly series it is the one value of those days, of a daily one the mean of their business days.
    """
    series = market.treasury
    first = bisect_right(series, day - WEEK, key=lambda reading: reading.day)
    found = series[first : bisect_right(series, day, key=lambda reading: reading.day)]
    return statistics.fmean(reading.percent for reading in found) if found else None


@lru_cache(maxsize=1)
def shipped_market() -> Market:
    """The market as far as the tables reach that are shipped with the product."""
    return Market(
        weeks=tuple(SurveyRate.model_validate(row) for row in _rows("survey")),
        treasury=tuple(Reading.model_validate({**row, "weekly": True}) for row in _rows("ten_year")),
        daily=(),
        meetings=tuple(FedMeeting.model_validate(row) for row in _rows("fed_meetings")),
    )


def open_market(workspace: Workspace) -> Market:
    """What is shipped, and what the workspace was given since; the newer of two contradicting values stands.

    Raises:
        Unreadable: a kept file was changed or cannot be read.
    """
    shipped = shipped_market()
    figures, decisions = given_figures(workspace), given_decisions(workspace)
    return Market(
        weeks=with_survey(shipped.weeks, figures),
        treasury=with_readings(shipped.treasury, figures, "treasury_10y"),
        daily=with_readings(shipped.daily, figures, "daily"),
        meetings=with_decisions(shipped.meetings, decisions),
    )


def _called_off(meeting: FedMeeting, on: date) -> bool:
    return meeting.cancelled_on is not None and meeting.cancelled_on <= on


def _as_known(meeting: FedMeeting, on: date) -> FedMeeting:
    if meeting.decides > on:
        blank: dict[str, object] = dict.fromkeys((*_OUTCOME, "cancelled_on"))
        ahead = {"status": "future", "source": "FOMC calendar", "provenance": "published"}
        return meeting.model_copy(update=blank | ahead)
    if meeting.status == "future":
        return meeting.model_copy(update={"status": "unknown"})
    return meeting


def _rows(table: str) -> list[dict[str, Any]]:
    return [{name: value or None for name, value in row.items()} for row in rows_of(table)]
