"""The audit log: every decision leaves evidence that cannot be changed unnoticed (law 6).

Each event is hashed together with the hash before it, and a head kept apart holds the length and the last
hash. Whoever changes, removes, reorders or adds a row breaks the chain or the head; `verify` says where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from approvals.database import changed_rows, reading
from approvals.records import AuditHeadRow, AuditRow
from campaign.errors import Refused
from campaign.noun import Noun

GENESIS = "0" * 64
_TABLE = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it to every table class
_HEAD = AuditHeadRow.__table__  # type: ignore[attr-defined]
_COLUMNS = ("event", "subject", "by", "at", "details", "previous")
_BATCH = 1000


class AuditEvent(Noun):
    """One event as people and packages read it; `details` are plain JSON values."""

    seq: int
    event: str
    subject: str
    by: str
    at: datetime
    details: dict[str, Any]


class AuditReport(Noun):
    """What a check of the log found.

    Attributes:
        events: rows that were read and stand as they were written, from the first on.
        verified: nothing was changed, removed, reordered or added.
        first_broken: number of the first event that does not stand, None where all do.
        reason: what is wrong there, one sentence.
    """

    events: int
    verified: bool
    first_broken: int | None = None
    reason: str = ""


def record(
    session: Session, *, event: str, subject: str, by: str, at: datetime, details: Mapping[str, Any]
) -> int:
    """Append one event in the caller's transaction, so that the deed and its evidence stand or fall together.

    Args:
        session: of `database.writing`.
        event: `noun.what_happened`. subject: what it happened to. by: who did it.
        details: plain JSON values.

    Returns:
        The event's number, from 1.

    Raises:
        Refused: the log's head does not stand as it should, or another writer moved it.
    """
    head = session.execute(select(_HEAD.c.events, _HEAD.c.hash)).one_or_none()
    if head is None:
        raise Refused(
            "The audit log has lost its head, so nothing can be recorded.", "Run `vallum audit verify`."
        )
    row = AuditRow(
        seq=head.events + 1,
        event=event,
        subject=subject,
        by=by,
        at=at.astimezone(UTC).isoformat(),
        details=canonical(details),
        previous=head.hash,
        hash="",
    )
    row.hash = _hash(row.seq, [getattr(row, name) for name in _COLUMNS])
    session.add(row)
    longer = (
        update(AuditHeadRow)
        .where(col(AuditHeadRow.events) == head.events)
        .values(events=row.seq, hash=row.hash)
    )
    if changed_rows(session, longer) != 1:
        raise Refused("Another process wrote to the audit log at the same moment.", "Run the command again.")
    return row.seq


def events_of(session: Session, subjects: Sequence[str]) -> tuple[AuditEvent, ...]:
    """What happened to some subjects, oldest first.

    Raises:
        Refused: an event cannot be read.
    """
    rows = session.execute(
        select(_TABLE).where(_TABLE.c.subject.in_(list(subjects))).order_by(_TABLE.c.seq)
    ).all()
    return tuple(_event(row) for row in rows)


def verify(engine: Engine) -> AuditReport:
    """Recompute the whole chain and compare it with the head.

    Never raises for what a row holds: an unreadable row is a broken row. The log is read in batches.

    Raises:
        Busy, BadInput: the database itself cannot be opened.
    """
    with reading(engine) as session:
        checked, last = 0, GENESIS
        try:
            with closing(_rows(session)) as rows:
                for row in rows:
                    if fault := _fault(row, checked + 1, last):
                        return _broken(checked, fault)
                    checked, last = checked + 1, row.hash
            return _against_head(session, checked, last)
        except DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            return _broken(checked, f"The log cannot be read from there on ({said}).")


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed: sorted keys, no spaces, real characters."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _rows(session: Session) -> Generator[Row[Any]]:
    """Every row in order; bytes that are no text come as bytes or odd characters, never as an error."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    query = select(_TABLE).order_by(_TABLE.c.seq).execution_options(yield_per=_BATCH)
    lenient = session.get_bind().dialect.name == "sqlite"
    if lenient:
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        with session.execute(query) as result:
            yield from result
    finally:
        if lenient:
            driver.text_factory = str


def _fault(row: Row[Any], seq: int, last: str) -> str:
    """What is wrong with one row, or nothing."""
    values = [getattr(row, name) for name in _COLUMNS]
    if row.seq != seq:
        return f"Event {seq} is missing; event {row.seq} stands in its place."
    if not all(isinstance(value, str) for value in (*values, row.hash)):
        return f"Event {seq} cannot be read."
    if row.previous != last:
        return f"Event {seq} does not follow the one before it."
    return "" if row.hash == _hash(seq, values) else f"Event {seq} was changed after it was written."


def _against_head(session: Session, checked: int, last: str) -> AuditReport:
    heads = session.execute(select(_HEAD)).all()
    if len(heads) != 1:
        reason = f"The log's head has {len(heads)} rows instead of one."
    elif heads[0].events != checked:
        reason = f"The log holds {checked} events and its head says {heads[0].events}."
    elif heads[0].hash != last or heads[0].head_id != 1:
        reason = "The log's head does not name the last event."
    else:
        return AuditReport(events=checked, verified=True)
    return _broken(checked, reason)


def _broken(checked: int, reason: str) -> AuditReport:
    return AuditReport(events=checked, verified=False, first_broken=checked + 1, reason=reason)


def _hash(seq: int, values: Sequence[str]) -> str:
    content = canonical({"seq": seq, **dict(zip(_COLUMNS, values, strict=True))})
    return hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()


def _event(row: Row[Any]) -> AuditEvent:
    values = [getattr(row, name) for name in _COLUMNS]
    if not all(isinstance(value, str) for value in values) or row.hash != _hash(row.seq, values):
        raise Refused(f"Event {row.seq} of the audit log was changed.", "Run `vallum audit verify`.")
    return AuditEvent(
        seq=row.seq, event=row.event, subject=row.subject, by=row.by,
        at=datetime.fromisoformat(row.at), details=json.loads(row.details),
    )  # fmt: skip
