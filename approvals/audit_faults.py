"""What is wrong with a row of the audit log that does not stand, as one sentence that names it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from approvals.audit_rows import TABLE
from approvals.chain import COLUMNS, event_hash


def fault_of(session: Session, row: Row[Any], place: int) -> str:
    """What is wrong with the row that stands where event number `place` should."""
    said = shown(row)
    if row.seq != place:
        if row.seq < place:
            return f"Event {row.seq} ({said}) was added: numbers begin at 1."
        return f"Event {place} is missing; event {row.seq} ({said}) stands in its place."
    values = [getattr(row, name) for name in COLUMNS]
    if not all(isinstance(value, str) for value in (*values, row.hash)):
        return f"Event {place} ({said}) cannot be read."
    if _its_own(row, place, values):
        if place == 1:
            return f"Event 1 ({said}) does not begin the log."
        return (
            f"Event {place} ({said}) does not follow event {place - 1}: that one was changed or added and "
            "its hash made anew, or one between them was removed."
        )
    length = session.execute(select(func.count()).select_from(TABLE)).scalar_one()
    number = next((n for n in range(1, length + 2) if _its_own(row, n, values)), None)
    if number is not None:
        return f"Event {place} ({said}) was written as event {number}: rows were exchanged, added or removed."
    return f"Event {place} ({said}) was changed after it was written."


def _its_own(row: Row[Any], number: int, values: list[Any]) -> bool:
    """Whether a row's hash is that of its content under a number."""
    try:
        return bool(row.hash == event_hash(number, *values))
    except UnicodeEncodeError:
        return False


def shown(row: Row[Any]) -> str:
    """What a row says of itself, as far as it can be read: `piece.approved` of `letter rev 1`."""
    event, subject = (
        value if isinstance(value, str) and value.isprintable() else ascii(value)
        for value in (row.event, row.subject)
    )
    return f"`{event:.60}` of `{subject:.120}`"
