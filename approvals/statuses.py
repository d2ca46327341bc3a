"""The life of a revision as data, and the one function that moves it (law 1).

A pair that stands in no row of `TRANSITIONS` cannot happen. `move` updates only where the status is still
the expected one, so of two people who decide at once one wins and the other reads a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from approvals.audit import record
from approvals.database import changed_rows
from approvals.records import PieceRow
from campaign.errors import Refused


class Status(StrEnum):
    """Where a revision stands."""

    DRAFTED = "drafted"
    SCREENED = "screened"
    BLOCKED = "blocked"
    PENDING = "pending"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    RECALLED = "recalled"

    @property
    def meaning(self) -> str:
        """What the status says, in one sentence."""
        return MEANINGS[self]


MEANINGS: dict[Status, str] = {
    Status.DRAFTED: "It was written and nobody has looked at it.",
    Status.SCREENED: "The rules have read it; their verdict decides what comes next.",
    Status.BLOCKED: "A rule blocks it; only a new revision can go on.",
    Status.PENDING: "It waits for a person to decide.",
    Status.RETURNED: "A person asked for changes; a new revision answers them.",
    Status.APPROVED: "A person approved exactly these bytes; it may be published.",
    Status.REJECTED: "A person turned it down, with a reason.",
    Status.PUBLISHED: "It has gone out at least once.",
    Status.SUPERSEDED: "A newer revision or a newer plan took its place.",
    Status.EXPIRED: "Its approval no longer holds; nothing more of it goes out.",
    Status.RECALLED: "It was public and was taken back.",
}

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.DRAFTED: frozenset({Status.SCREENED}),
    Status.SCREENED: frozenset({Status.BLOCKED, Status.PENDING}),
    Status.BLOCKED: frozenset({Status.SUPERSEDED}),
    # blocked: rules that are newer than the screen may object while it waits
    Status.PENDING: frozenset(
        {Status.APPROVED, Status.REJECTED, Status.RETURNED, Status.BLOCKED, Status.SUPERSEDED, Status.EXPIRED}
    ),
    Status.RETURNED: frozenset({Status.SUPERSEDED}),
    Status.APPROVED: frozenset({Status.PUBLISHED, Status.SUPERSEDED, Status.EXPIRED}),
    Status.REJECTED: frozenset({Status.SUPERSEDED}),
    # expired: part of an audience has it, the rest may no longer get it
    Status.PUBLISHED: frozenset({Status.RECALLED, Status.EXPIRED}),
    Status.SUPERSEDED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.RECALLED: frozenset(),
}


def title(piece_id: str, revision: int) -> str:
    """How a revision is named in sentences and in the audit log: `X rev 3`."""
    return f"{piece_id} rev {revision}"


def move(
    session: Session,
    piece_id: str,
    revision: int,
    *,
    expected: Status,
    to: Status,
    by: str,
    at: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Move one revision and write the event, in the caller's transaction.

    Args:
        session: of `database.writing`.
        expected: the status the caller saw; the move happens only if it still stands.
        details: what else the event should hold, plain JSON values.

    Raises:
        Refused: the table has no such transition, or another got there first.
    """
    name = title(piece_id, revision)
    if to not in TRANSITIONS[expected]:
        raise Refused(f"`{name}` is {expected} and cannot become {to}.", expected.meaning)
    statement = (
        update(PieceRow)
        .where(col(PieceRow.piece_id) == piece_id, col(PieceRow.revision) == revision)
        .where(col(PieceRow.status) == expected.value)
        .values(status=to.value)
    )
    if changed_rows(session, statement) != 1:
        raise Refused(
            f"`{name}` is no longer {expected}: another got there first.", f"Run `vallum show {piece_id}`."
        )
    told = {"from": expected.value, "to": to.value, "reason": reason, **(details or {})}
    record(session, event=f"piece.{to}", subject=name, by=by, at=at, details=told)
