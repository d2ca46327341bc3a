"""Counts kept beside every move, so that the queue says how much waits without counting it.

They are for listings alone: nothing is decided on them.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import Session, col

from approvals.database import changed_rows
from approvals.desk_records import ClassRow, TallyRow

_PASSING = ("drafted", "screened")  # nobody sees a revision stand there: it moves on in the same transaction
_WAITING = ("pending", "blocked")


class Counted(NamedTuple):
    """What a revision is counted under."""

    row_id: int
    run_id: str
    channel: str
    verdict: str
    class_key: str


def count_move(session: Session, one: Counted, before: str, after: str) -> None:
    """One revision went from one status to another."""
    if before not in _PASSING:
        _add(session, one, one.verdict, before, -1)
    if after not in _PASSING:
        _add(session, one, one.verdict, after, 1)
    steps = {name: (after == name) - (before == name) for name in _WAITING}
    if any(steps.values()):
        _add_to_class(session, one, steps["pending"], steps["blocked"])


def count_verdict(session: Session, one: Counted, status: str, verdict: str) -> None:
    """A newer screen, or a waiver, changed a revision's verdict where it stands."""
    if verdict != one.verdict and status not in _PASSING:
        _add(session, one, one.verdict, status, -1)
        _add(session, one, verdict, status, 1)


def count_class(session: Session, one: Counted, status: str, class_key: str) -> None:
    """A newer screen moved a revision to another class where it stands."""
    if class_key == one.class_key or status not in _WAITING:
        return
    pending = int(status == "pending")
    _add_to_class(session, one, -pending, pending - 1)
    _add_to_class(session, one._replace(class_key=class_key), pending, 1 - pending)


def _add(session: Session, one: Counted, verdict: str, status: str, step: int) -> None:
    kind = (one.run_id, one.channel, verdict, status)
    of_kind = (
        col(TallyRow.run_id) == kind[0], col(TallyRow.channel) == kind[1],
        col(TallyRow.verdict) == kind[2], col(TallyRow.status) == kind[3],
    )  # fmt: skip
    statement = update(TallyRow).where(*of_kind).values(n=TallyRow.n + step)
    if changed_rows(session, statement) == 0:
        session.add(TallyRow(run_id=kind[0], channel=kind[1], verdict=kind[2], status=kind[3], n=step))
        session.flush()


def _add_to_class(session: Session, one: Counted, pending: int, blocked: int) -> None:
    statement = (
        update(ClassRow)
        .where(col(ClassRow.class_key) == one.class_key)
        .values(pending=ClassRow.pending + pending, blocked=ClassRow.blocked + blocked)
    )
    if changed_rows(session, statement) == 0:
        session.add(
            ClassRow(
                class_key=one.class_key, run_id=one.run_id, first_row=one.row_id, pending=pending,
                blocked=blocked,
            )
        )  # fmt: skip
        session.flush()
