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
from approvals.counting import Counted, count_move
from approvals.records import PieceRow
from campaign.errors import Refused


class Status(StrEnum):
    """Where a revision stands."""

    DRAFTED = "drafted"
    SCREENED = "screened"
    BLOCKED = "blocked"
    PENDING = "pending"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    APPROVED_CONDITIONALLY = "approved_conditionally"
    REJECTED = "rejected"
    RELEASED = "released"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    RECALLED = "recalled"

    @property
    def meaning(self) -> str:
        """What the status says, in one sentence."""
        return MEANINGS[self]

    @property
    def in_words(self) -> str:
        """The status in a sentence."""
        return self.value.replace("_", " ")


MEANINGS: dict[Status, str] = {
    Status.DRAFTED: "It was written and nobody has looked at it.",
    Status.SCREENED: "The rules have read it; their verdict decides what comes next.",
    Status.BLOCKED: "A rule blocks it; only a new revision or a waiver by compliance can go on.",
    Status.PENDING: "It waits for a person to decide.",
    Status.RETURNED: "A person asked for changes; a new revision answers them.",
    Status.WITHDRAWN: "It was taken out of the queue by someone who stands behind it.",
    Status.APPROVED: "A person approved exactly these bytes; it may be published.",
    Status.APPROVED_CONDITIONALLY: "A person approved exactly these bytes if a rate falls in a band in time.",
    Status.REJECTED: "A person turned it down, with a reason.",
    Status.RELEASED: "A publisher has taken it through the gate; nothing of it is known to be out yet.",
    Status.PUBLISHED: "It has gone out at least once.",
    Status.SUPERSEDED: "A newer revision or a newer plan took its place.",
    Status.EXPIRED: "Its approval no longer holds; nothing more of it goes out.",
    Status.RECALLED: "It was public and was taken back.",
}

_OUT_OF_DATE = frozenset({Status.SUPERSEDED, Status.EXPIRED})
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.DRAFTED: frozenset({Status.SCREENED}),
    Status.SCREENED: frozenset({Status.BLOCKED, Status.PENDING}),
    # pending: compliance waived what blocks it
    Status.BLOCKED: frozenset({Status.PENDING, Status.WITHDRAWN, Status.SUPERSEDED}),
    # blocked: rules that are newer than the screen may object while it waits, or a waiver ends
    Status.PENDING: _OUT_OF_DATE
    | {
        Status.APPROVED,
        Status.APPROVED_CONDITIONALLY,
        Status.REJECTED,
        Status.RETURNED,
        Status.WITHDRAWN,
        Status.BLOCKED,
    },
    Status.RETURNED: frozenset({Status.WITHDRAWN, Status.SUPERSEDED}),
    Status.WITHDRAWN: frozenset({Status.SUPERSEDED}),
    Status.APPROVED: _OUT_OF_DATE | {Status.RELEASED, Status.WITHDRAWN},
    Status.APPROVED_CONDITIONALLY: _OUT_OF_DATE | {Status.RELEASED, Status.WITHDRAWN},
    Status.REJECTED: frozenset({Status.SUPERSEDED}),
    # recalled: what a publisher had in its hands when it stopped may be out
    Status.RELEASED: frozenset({Status.PUBLISHED, Status.RECALLED, Status.EXPIRED}),
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
        raise Refused(f"`{name}` is {expected.in_words} and cannot become {to.in_words}.", expected.meaning)
    statement = (
        update(PieceRow)
        .where(col(PieceRow.piece_id) == piece_id, col(PieceRow.revision) == revision)
        .where(col(PieceRow.status) == expected.value)
        .values(status=to.value)
        .returning(
            col(PieceRow.row_id), col(PieceRow.run_id), col(PieceRow.channel), col(PieceRow.verdict),
            col(PieceRow.class_key),
        )
    )  # fmt: skip
    # rows in memory are not brought up to date: whoever reads on refreshes, and hundreds move at once
    moved = session.execute(statement, execution_options={"synchronize_session": False}).one_or_none()
    if moved is None:
        raise Refused(
            f"`{name}` is no longer {expected.in_words}: another got there first.",
            f"Run `vallum show {piece_id}`.",
        )
    count_move(session, Counted(*moved), expected.value, to.value)
    told = {"from": expected.value, "to": to.value, "reason": reason, **(details or {})}
    record(session, event=f"piece.{to}", subject=name, by=by, at=at, details=told)
