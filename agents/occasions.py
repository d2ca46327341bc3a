"""The nouns of the agenda, and the moments at which each kind of question comes up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from campaign.market_hours import NEW_YORK, statement_at
from campaign.noun import Noun

if TYPE_CHECKING:
    from campaign.lender import Lender
    from campaign.rates import FedMeeting, RateSheet
    from tools.market.series import Market

Kind = Literal["fomc", "sheet", "survey", "scenarios", "scan", "sweep"]
KINDS: tuple[Kind, ...] = ("fomc", "sheet", "survey", "scenarios", "scan", "sweep")
"""In this order where several are due since the same moment."""


class Occurrence(Noun):
    """One question that is due.

    Attributes:
        key: `kind` and what it is about, unique for ever. due_at: since when it could be answered, UTC.
        also: keys of earlier meetings that the same answer answers, with the moments of theirs.
    """

    key: str
    kind: Kind
    due_at: datetime
    also: Mapping[str, datetime] = {}

    @property
    def about(self) -> str:
        """What is asked about: a day, a sheet, a moment."""
        return self.key.partition(" ")[2]


class Waiting(Noun):
    """One question that is asked and cannot be answered yet, and what it waits for, in one sentence."""

    key: str
    kind: Kind
    reason: str


class Coming(Noun):
    """The next question of a kind; `at` is None where nobody can say when."""

    kind: Kind
    key: str = ""
    at: datetime | None = None


class Agenda(Noun):
    """Everything at one moment.

    Attributes:
        due: oldest first. waiting: asked, and not to be answered yet. coming: one for each kind.
    """

    at: datetime
    due: tuple[Occurrence, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    coming: tuple[Coming, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the agenda is made of.

    Attributes:
        market: with every meeting recorded. sheets: the lender's, in the order in which they open.
        answered: keys that are answered for good.
        since: when the first campaign was planned; earlier meetings are part of every plan. None for none.
        planned_rates: the 30-year rates that the standing campaigns rest on, percent.
    """

    market: Market
    sheets: tuple[RateSheet, ...]
    lender: Lender
    answered: frozenset[str] = frozenset()
    since: datetime | None = None
    planned_rates: tuple[float, ...] = ()


def slot_of(at: datetime, lender: Lender) -> datetime:
    """The last whole interval since midnight UTC: a change of clocks neither skips nor doubles one."""
    midnight = datetime.combine(at.astimezone(UTC).date(), time(0), tzinfo=UTC)
    interval = timedelta(minutes=lender.schedule.sweep_minutes)
    return midnight + (at - midnight) // interval * interval


def stated_at(meeting: FedMeeting) -> datetime:
    """When the statement was out; of an unscheduled meeting the hour is not on record, and its day counts."""
    if meeting.scheduled:
        return statement_at(meeting.decides)
    return datetime.combine(meeting.decides, time(0), tzinfo=NEW_YORK).astimezone(UTC)


def meetings_stated(market: Market, after: datetime, until: datetime) -> list[FedMeeting]:
    """The meetings whose statements came out after a moment and by another, oldest first."""
    known = market.meetings_known(until.astimezone(NEW_YORK).date())
    return [meeting for meeting in known if after < stated_at(meeting) <= until]


def answered_from(meeting: FedMeeting, lender: Lender) -> datetime:
    """When the lender wants a meeting answered, if a sheet has opened by then."""
    return stated_at(meeting) + timedelta(minutes=lender.schedule.after_statement_minutes)


def cases_at(meeting: FedMeeting, lender: Lender) -> datetime:
    """When the cases of a meeting are prepared."""
    return scan_hour(meeting.decides - timedelta(days=lender.schedule.scenarios_days), lender)


def scan_hour(day: date, lender: Lender) -> datetime:
    """When the daily scan of a day is due; at an hour that comes twice, the first time."""
    return datetime.combine(day, lender.schedule.scan_at, tzinfo=lender.zone).astimezone(UTC)


def fomc_key(meeting: FedMeeting) -> str:
    """The key of a meeting."""
    return key_of("fomc", meeting.decides)


def key_of(kind: Kind, about: object) -> str:
    """The key of a question: its kind and what it is about."""
    return f"{kind} {about}"
