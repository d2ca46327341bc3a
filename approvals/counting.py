"""Counts kept beside every move, so that the queue says how much waits without counting it.

They are for listings alone: nothing is decided on them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import event, exists, func, or_, select, update
from sqlmodel import Session, col

from approvals.database import changed_rows
from approvals.desk_records import ClassRow, TallyRow
from approvals.records import PieceRow

_PASSING = ("drafted", "screened")  # nobody sees a revision stand there: it moves on in the same transaction
_WAITING = ("pending", "blocked")
_STEPS = "vallum_steps"


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
    if before in _PASSING and after in _WAITING:
        _join(session, one.class_key, one.row_id)
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
    _leave(session, one.class_key, one.row_id)
    _join(session, class_key, one.row_id)
    _add_to_class(session, one, -pending, pending - 1)
    _add_to_class(session, one._replace(class_key=class_key), pending, 1 - pending)


def _join(session: Session, class_key: str, row_id: int) -> None:
    """A class is told of by the first of its own, and not by one that was screened into another class."""
    still = exists().where(
        col(PieceRow.row_id) == col(ClassRow.first_row), col(PieceRow.class_key) == class_key
    )
    of_class = update(ClassRow).where(col(ClassRow.class_key) == class_key)
    changed_rows(
        session, of_class.where(or_(col(ClassRow.first_row) > row_id, ~still)).values(first_row=row_id)
    )


def _leave(session: Session, class_key: str, row_id: int) -> None:
    """The first of a class went to another: the next is the first now."""
    others = select(func.min(col(PieceRow.row_id))).where(
        col(PieceRow.class_key) == class_key, col(PieceRow.row_id) != row_id
    )
    if (first := session.execute(others).scalar()) is not None:
        of_class = (col(ClassRow.class_key) == class_key, col(ClassRow.first_row) == row_id)
        changed_rows(session, update(ClassRow).where(*of_class).values(first_row=first))


def _add(session: Session, one: Counted, verdict: str, status: str, step: int) -> None:
    _steps(session).tallies[one.run_id, one.channel, verdict, status] += step


def _add_to_class(session: Session, one: Counted, pending: int, blocked: int) -> None:
    steps = _steps(session)
    steps.pending[one.class_key] += pending
    steps.blocked[one.class_key] += blocked
    steps.first.setdefault(one.class_key, one)


@dataclass(slots=True)
class _Steps:
    """What one transaction adds to the counts; written once, before it commits."""

    tallies: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    pending: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    first: dict[str, Counted] = field(default_factory=dict)


def _steps(session: Session) -> _Steps:
    if _STEPS not in session.info:
        session.info[_STEPS] = _Steps()
        event.listen(session, "before_commit", _write, once=True)
    steps: _Steps = session.info[_STEPS]
    return steps


def _write(session: Any) -> None:
    steps: _Steps = session.info.pop(_STEPS)
    for (run_id, channel, verdict, status), step in steps.tallies.items():
        of_kind = (
            col(TallyRow.run_id) == run_id, col(TallyRow.channel) == channel,
            col(TallyRow.verdict) == verdict, col(TallyRow.status) == status,
        )  # fmt: skip
        statement = update(TallyRow).where(*of_kind).values(n=TallyRow.n + step)
        if step and changed_rows(session, statement) == 0:
            session.add(TallyRow(run_id=run_id, channel=channel, verdict=verdict, status=status, n=step))
    for key, one in steps.first.items():
        pending, blocked = steps.pending[key], steps.blocked[key]
        of_class = update(ClassRow).where(col(ClassRow.class_key) == key)
        grown = of_class.values(pending=ClassRow.pending + pending, blocked=ClassRow.blocked + blocked)
        if changed_rows(session, grown) == 0:
            session.add(
                ClassRow(
                    class_key=key, run_id=one.run_id, first_row=one.row_id, pending=pending, blocked=blocked
                )
            )  # fmt: skip
