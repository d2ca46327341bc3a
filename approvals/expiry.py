"""Taking back what is not out: what a newer plan supersedes, what a moved rate expires."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import col, select

from approvals.database import writing
from approvals.records import PieceRow
from approvals.runs import find_run
from approvals.screens import GATE
from approvals.statuses import Status, move


def supersede_pending(
    engine: Engine, run_id: str, *, reason: str, at: datetime, pieces: Collection[str] | None = None
) -> int:
    """Take what has not been decided for good out of the queue, because a newer plan answers for it.

    Args:
        reason: one sentence for the record. pieces: only these ids; None means all of the run.

    Returns:
        How many revisions were superseded.

    Raises:
        UnknownName: there is no such run.
    """
    waiting = (Status.PENDING, Status.RETURNED, Status.WITHDRAWN, Status.BLOCKED)
    return _take_back(engine, run_id, waiting, Status.SUPERSEDED, reason=reason, at=at, pieces=pieces)


def expire_approved(
    engine: Engine, run_id: str, *, reason: str, at: datetime, pieces: Collection[str] | None = None
) -> int:
    """End approvals whose values moved before anything went out; arguments as in `supersede_pending`."""
    approved = (Status.APPROVED, Status.APPROVED_CONDITIONALLY)
    return _take_back(engine, run_id, approved, Status.EXPIRED, reason=reason, at=at, pieces=pieces)


def _take_back(
    engine: Engine,
    run_id: str,
    statuses: Collection[Status],
    to: Status,
    *,
    reason: str,
    at: datetime,
    pieces: Collection[str] | None,
) -> int:
    """Move every fitting revision of a run in one transaction: all of them or none."""
    query = (
        select(PieceRow.piece_id, PieceRow.revision, PieceRow.status)
        .where(PieceRow.run_id == run_id, col(PieceRow.status).in_([status.value for status in statuses]))
        .order_by(col(PieceRow.row_id))
    )
    with writing(engine) as session:
        find_run(session, run_id)
        rows = [row for row in session.exec(query) if pieces is None or row[0] in pieces]
        for piece_id, revision, status in rows:
            move(session, piece_id, revision, expected=Status(status), to=to, by=GATE, at=at, reason=reason)
    return len(rows)
