"""Finding events in the audit log: who did what to what, when, and in which words; the newest first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, ValidationError
from sqlalchemy import ColumnElement, Engine, func, or_, select

from approvals.audit import AuditEvent, event_of
from approvals.audit_rows import TABLE
from approvals.database import reading
from campaign.errors import BadInput
from campaign.moment import parse_moment
from campaign.noun import Noun

MOST = 1_000
_COLUMNS = TABLE.c


def _printable(text: str) -> str:
    """Without what no event holds and no database takes."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


Asked = Annotated[str, AfterValidator(_printable), StringConstraints(max_length=200)]


class AuditQuery(Noun):
    """What is looked for; whatever is empty is not asked about, and letter case does not count.

    Attributes:
        subject, by: part of what it happened to, and of who did it.
        event: the whole name where it holds a dot (`piece.approved`), else a part of it.
        words: each of them has to stand somewhere in the event, its details included.
        starts, until: first and last moment, aware; the whole of the last second counts.
    """

    subject: Asked = ""
    by: Asked = ""
    event: Asked = ""
    words: Asked = ""
    starts: AwareDatetime | None = None
    until: AwareDatetime | None = None


class AuditPage(Noun):
    """Some events, newest first; the rest is asked for with `before`, None where there is none."""

    events: tuple[AuditEvent, ...]
    before: int | None = Field(default=None, ge=1)


def query_of(*, starts: str | None, until: str | None, zone: ZoneInfo, **asked: str) -> AuditQuery:
    """A query as it is typed: a bare first day begins with its first second, a last one ends with its last.

    Raises:
        BadInput: a day cannot be read, or something asked for is too long.
    """
    first = parse_moment(starts, zone) if starts else None
    if first and starts and len(starts) == 10:
        first = datetime.combine(first.astimezone(zone).date(), time(), tzinfo=zone)
    try:
        return AuditQuery(starts=first, until=parse_moment(until, zone) if until else None, **asked)
    except ValidationError as error:
        name = error.errors()[0]["loc"][0]
        raise BadInput(f"The `{name}` asked for is too long.", "Ask for fewer words.") from error


def search(engine: Engine, query: AuditQuery, *, before: int | None = None, limit: int = 50) -> AuditPage:
    """The newest events that fit a query.

    Args:
        before: only events with a smaller number, to read on. limit: at most so many, 1 to 1,000.

    Raises:
        Refused: an event among them was changed after it was written.
    """
    wanted = max(1, min(limit, MOST))
    found = select(TABLE).where(*conditions(query)).order_by(_COLUMNS.seq.desc()).limit(wanted + 1)
    if before is not None:
        found = found.where(_COLUMNS.seq < before)
    with reading(engine) as session:
        rows = session.execute(found).all()
    events = tuple(event_of(row) for row in rows[:wanted])
    return AuditPage(events=events, before=events[-1].seq if len(rows) > wanted else None)


def conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    """What a row of the log has to meet."""
    asked = [
        _holds(_COLUMNS[name], text)
        for name, text in (("subject", query.subject), ("by", query.by))
        if text
    ]  # fmt: skip
    if query.event:
        exact = _COLUMNS.event == query.event
        asked.append(exact if "." in query.event else _holds(_COLUMNS.event, query.event))
    for word in query.words.split():
        escaped = json.dumps(word, ensure_ascii=False)[1:-1]  # as it stands in the details
        places = [_holds(_COLUMNS[name], word) for name in ("event", "subject", "by")]
        asked.append(or_(*places, _holds(_COLUMNS.details, escaped)))
    second = func.substr(_COLUMNS.at, 1, 19)  # digits in fixed places: any collation orders them
    if query.starts:
        asked.append(second >= _second(query.starts))
    if query.until:
        asked.append(second <= _second(query.until))
    return asked


def _holds(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _second(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()[:19]
