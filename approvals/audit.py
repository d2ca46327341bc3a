"""The audit log: every decision leaves evidence that cannot be changed unnoticed (law 6).

Each event is hashed together with the hash before it, and a head kept apart holds the length and the last
hash. Whoever changes, removes, reorders or adds a row breaks the chain or the head; `verify` says where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session, col

from approvals.audit_check import AuditReport, verify
from approvals.audit_rows import HEAD, TABLE
from approvals.chain import COLUMNS, canonical, event_hash
from approvals.database import changed_rows
from approvals.records import AuditHeadRow, AuditRow
from campaign.errors import Refused
from campaign.noun import Noun

__all__ = ["AuditEvent", "AuditReport", "canonical", "event_of", "events_of", "record", "verify"]


class AuditEvent(Noun):
    """One event as people and packages read it; `details` are plain JSON values."""

    seq: int
    event: str
    subject: str
    by: str
    at: datetime
    details: dict[str, Any]


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
    head = session.execute(select(HEAD.c.events, HEAD.c.hash)).one_or_none()
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
    row.hash = event_hash(row.seq, *(getattr(row, name) for name in COLUMNS))
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
        select(TABLE).where(TABLE.c.subject.in_(list(subjects))).order_by(TABLE.c.seq)
    ).all()
    return tuple(event_of(row) for row in rows)


def event_of(row: Row[Any]) -> AuditEvent:
    """One row of the log as an event.

    Raises:
        Refused: it is not what was written.
    """
    values = [getattr(row, name) for name in COLUMNS]
    try:
        if row.hash == event_hash(row.seq, *values):
            return AuditEvent(
                seq=row.seq, event=row.event, subject=row.subject, by=row.by,
                at=datetime.fromisoformat(row.at), details=json.loads(row.details),
            )  # fmt: skip
    except (TypeError, ValueError, RecursionError):
        pass  # a hash made anew over what is no event; said below
    raise Refused(f"Event {row.seq} of the audit log was changed.", "Run `vallum audit verify`.")
