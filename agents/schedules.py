"""What is due: which questions of the market, and of the day, nobody has answered yet.

Nothing here runs, waits or reads a clock. From what is known at a moment it says what is due, what waits for
something else, and what comes next, so that a worker that slept finds the same as one that watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from agents.occasions import (
    KINDS,
    Agenda,
    Coming,
    Kind,
    Known,
    Occurrence,
    Waiting,
    answered_from,
    cases_at,
    fomc_key,
    key_of,
    meetings_stated,
    scan_hour,
    slot_of,
    stated_at,
)
from campaign.market_hours import NEW_YORK, last_survey_day, next_survey_day, statement_at, survey_at
from tools.market.sheets import in_force, opens

if TYPE_CHECKING:
    from campaign.lender import Lender
    from campaign.rates import FedMeeting, RateSheet

_NO_SHEET = "No rate sheet is in force; import one with `vallum rates import SHEET`."
_NO_CAMPAIGN = "No campaign is planned yet; plan one with `vallum plan`."


def agenda(known: Known, at: datetime) -> Agenda:
    """What is due at a moment, what waits, and what comes next.

    Meetings that were slept through are answered by one replan: the latest that can be answered answers the
    earlier ones too, since rates of their day are no longer anybody's. A daily scan that was missed is gone.

    Args:
        at: aware.
    """
    found = [one for look in _LOOKS for one in look(known, at)]
    due = [one for one in found if isinstance(one, Occurrence)]
    return Agenda(
        at=at,
        due=tuple(sorted(due, key=lambda one: (one.due_at, KINDS.index(one.kind)))),
        waiting=tuple(one for one in found if isinstance(one, Waiting)),
        coming=tuple(_coming(known, at)),
    )


Found = Iterator[Occurrence | Waiting]


def _meetings(known: Known, at: datetime) -> Found:
    open_ones = _unanswered(known, at)
    sheet = in_force(known.sheets, at)
    ready: list[tuple[FedMeeting, datetime]] = []
    for meeting in open_ones:
        from_then = answered_from(meeting, known.lender)
        if sheet is None or _priced_from(sheet, at) < stated_at(meeting):
            yield Waiting(key=fomc_key(meeting), kind="fomc", reason=_no_sheet_since(meeting, sheet))
        elif from_then > at:
            shown = from_then.astimezone(known.lender.zone)
            reason = f"The statement of {meeting.decides} is out; it is answered from {shown:%H:%M %Z} on."
            yield Waiting(key=fomc_key(meeting), kind="fomc", reason=reason)
        else:
            ready.append((meeting, max(from_then, _first_priced(known, stated_at(meeting), at))))
    if ready:
        (latest, due_at), earlier = ready[-1], ready[:-1]
        also = {fomc_key(meeting): moment for meeting, moment in earlier}
        yield Occurrence(key=fomc_key(latest), kind="fomc", due_at=due_at, also=also)


def _sheets(known: Known, at: datetime) -> Found:
    sheet = in_force(known.sheets, at)
    best = sheet.best("conventional", 360, at) if sheet else None
    if sheet is None or best is None:
        return
    tolerance = known.lender.rates.tolerance_bps
    if all(abs(best.rate - planned) * 100 <= tolerance for planned in known.planned_rates):
        return
    since = best.effective_at
    if any(since >= stated_at(meeting) for meeting in _unanswered(known, at)):
        return  # the answer to that meeting takes it
    changed = "" if since == opens(sheet) else f" {since.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    yield from _once(known, "sheet", f"{sheet.sheet_id}{changed}", since)


def _priced_from(sheet: RateSheet, at: datetime) -> datetime:
    """Since when the price of now is offered: a sheet may have rows for several times of a day."""
    best = sheet.best("conventional", 360, at)
    return best.effective_at if best else opens(sheet)


def _first_priced(known: Known, since: datetime, at: datetime) -> datetime:
    """When the first price of after a moment opened; there is one in force."""
    opened = (offer.effective_at for sheet in known.sheets for offer in sheet.offers)
    return min(moment for moment in opened if since <= moment <= at)


def _survey(known: Known, at: datetime) -> Found:
    delay = timedelta(minutes=known.lender.schedule.after_survey_minutes)
    day = last_survey_day(at, delay=delay)
    yield from _once(known, "survey", day, survey_at(day) + delay)


def _scenarios(known: Known, at: datetime) -> Found:
    ahead = [meeting for meeting in _scheduled(known, at) if statement_at(meeting.decides) > at]
    if ahead and at >= (due_at := cases_at(ahead[0], known.lender)):
        for one in _once(known, "scenarios", ahead[0].decides, due_at):
            yield _waits(one, _NO_CAMPAIGN) if known.since is None else _priced(one, known, at)


def _scan(known: Known, at: datetime) -> Found:
    today = at.astimezone(known.lender.zone).date()
    due_at = scan_hour(today, known.lender)
    if known.lender.calendar.works_on(today) and due_at <= at:
        for one in _once(known, "scan", today, due_at):
            yield _priced(one, known, at)


def _sweep(known: Known, at: datetime) -> Found:
    slot = slot_of(at, known.lender)
    yield from _once(known, "sweep", f"{slot:%Y-%m-%d %H:%MZ}", slot)


_LOOKS: tuple[Callable[[Known, datetime], Found], ...] = (
    _meetings, _sheets, _survey, _scenarios, _scan, _sweep,
)  # fmt: skip


def _once(known: Known, kind: Kind, about: object, due_at: datetime) -> Iterator[Occurrence]:
    if key_of(kind, about) not in known.answered:
        yield Occurrence(key=key_of(kind, about), kind=kind, due_at=due_at)


def _priced(one: Occurrence, known: Known, at: datetime) -> Occurrence | Waiting:
    """What needs a price today, or its wait for one."""
    return one if in_force(known.sheets, at) else _waits(one, _NO_SHEET)


def _waits(one: Occurrence, reason: str) -> Waiting:
    return Waiting(key=one.key, kind=one.kind, reason=reason)


def _unanswered(known: Known, at: datetime) -> list[FedMeeting]:
    """Meetings whose statement is out, that no plan could know of and nobody answered, oldest first."""
    if known.since is None:
        return []
    return [
        meeting
        for meeting in meetings_stated(known.market, known.since, at)
        if meeting.status != "no_rate_decision" and fomc_key(meeting) not in known.answered
    ]


def _no_sheet_since(meeting: FedMeeting, sheet: RateSheet | None) -> str:
    said = f"The statement of {meeting.decides} is out"
    return f"{said}; no rate sheet is in force." if sheet is None else f"{said}; no rate sheet opened since."


def _scheduled(known: Known, at: datetime) -> list[FedMeeting]:
    known_then = known.market.meetings_known(at.astimezone(NEW_YORK).date())
    return [meeting for meeting in known_then if meeting.scheduled]


def _coming(known: Known, at: datetime) -> Iterator[Coming]:
    lender = known.lender
    ahead = _scheduled(known, at)
    next_one = next(((one, when) for one in ahead if (when := answered_from(one, lender)) > at), None)
    yield _next("fomc", *((next_one[0].decides, next_one[1]) if next_one else ()))
    later = [sheet for sheet in known.sheets if opens(sheet) > at]
    yield _next("sheet", *((later[0].sheet_id, opens(later[0])) if later else ()))
    delay = timedelta(minutes=lender.schedule.after_survey_minutes)
    day = next_survey_day(at, delay=delay)
    yield _next("survey", day, survey_at(day) + delay)
    case = next(((one, when) for one in ahead if (when := cases_at(one, lender)) > at), None)
    yield _next("scenarios", *((case[0].decides, case[1]) if case else ()))
    scan = _next_scan(lender, at)
    yield _next("scan", scan, scan_hour(scan, lender))
    slot = slot_of(at, lender) + timedelta(minutes=lender.schedule.sweep_minutes)
    yield _next("sweep", f"{slot:%Y-%m-%d %H:%MZ}", slot)


def _next(kind: Kind, about: object = None, at: datetime | None = None) -> Coming:
    return Coming(kind=kind, key=key_of(kind, about) if at else "", at=at if at else None)


def _next_scan(lender: Lender, at: datetime) -> date:
    day = at.astimezone(lender.zone).date()
    while not lender.calendar.works_on(day) or scan_hour(day, lender) <= at:
        day += timedelta(days=1)
    return day
