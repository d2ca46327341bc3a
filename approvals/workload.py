"""What waits at the gate, in numbers: counted for the people who are told of it, never decided on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from approvals.database import reading
from approvals.deliveries import DeliveryState
from approvals.desk_records import ClassRow, EndorsementRow
from approvals.gate import Gate
from approvals.limits import Due, nearing, overdue
from approvals.pieces import read_noun
from approvals.queue import counted
from approvals.records import DecisionRow, DeliveryRow, PieceRow
from approvals.statuses import Status
from approvals.switch import paused
from campaign.errors import Unreadable
from campaign.noun import Noun
from campaign.release import Decision

LARGEST = 10
_HANDING_OVER = timedelta(minutes=15)  # longer than any channel takes with one delivery


class ClassLoad(Noun):
    """One class in which something waits; `first` is the id of its first piece."""

    class_key: str
    first: str
    channel: str
    segment: str
    pending: int


class Lapse(Noun):
    """One conditional approval that soon can no longer be met."""

    piece: str
    revision: int
    before: datetime
    condition: str


class DeskLoad(Noun):
    """What one person has on their desk."""

    pending: int = 0
    late: int = 0


class Workload(Noun):
    """Everything a digest tells of.

    Attributes:
        at: when it was counted.
        pending, blocked: revisions. classes: in which something is pending.
        largest: the classes with most pending, largest first.
        oldest: when the first that is still pending came; None where none is.
        late, near: pending ones past their limit, and soon to be.
        in_doubt: deliveries that were being handed over when a publisher stopped.
        paused: who stopped all publishing and why; empty while it runs.
        conditional: pieces approved on a condition. lapsing: those whose time ends within a digest's hours.
        desks: folded name -> what that person has been handed.
    """

    at: datetime
    pending: int = 0
    blocked: int = 0
    classes: int = 0
    largest: tuple[ClassLoad, ...] = ()
    oldest: datetime | None = None
    late: Due = Due()
    near: Due = Due()
    in_doubt: int = 0
    paused: str = ""
    conditional: int = 0
    lapsing: tuple[Lapse, ...] = ()
    desks: dict[str, DeskLoad] = Field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether there is anything a person should look at."""
        return bool(self.pending or self.blocked or self.in_doubt or self.paused or self.lapsing)


def workload(gate: Gate, *, at: datetime) -> Workload:
    """Count what waits at a moment."""
    soon = at + timedelta(hours=gate.lender.notices.digest_hours)
    late = overdue(gate.engine, at=at)
    near = nearing(gate.engine, at=at, lender=gate.lender)
    with reading(gate.engine) as session:
        counts = counted(session).by_status
        stopped = paused(session)
        lapsing = sorted(_lapses(session, at, soon), key=lambda one: (one.before, one.piece))
        return Workload(
            at=at, pending=counts.get(Status.PENDING, 0), blocked=counts.get(Status.BLOCKED, 0),
            classes=_waiting_classes(session), largest=tuple(_largest(session)), oldest=_oldest(session),
            late=late, near=near, in_doubt=_in_doubt(session, at),
            paused=f"{stopped.by}: {stopped.reason}" if stopped else "",
            conditional=counts.get(Status.APPROVED_CONDITIONALLY, 0), lapsing=tuple(lapsing),
            desks=_desks(session, at),
        )  # fmt: skip


def _waiting_classes(session: Session) -> int:
    return int(session.execute(select(func.count()).where(col(ClassRow.pending) > 0)).scalar_one())


def _largest(session: Session) -> Iterator[ClassLoad]:
    query = (
        select(ClassRow, col(PieceRow.piece_id), col(PieceRow.channel), col(PieceRow.segment))
        .join(PieceRow, col(PieceRow.row_id) == col(ClassRow.first_row))
        .where(col(ClassRow.pending) > 0)
        .order_by(col(ClassRow.pending).desc(), col(ClassRow.first_row))
    )
    for row, first, channel, segment in session.execute(query.limit(LARGEST)):
        yield ClassLoad(
            class_key=row.class_key, first=first, channel=channel, segment=segment, pending=row.pending
        )


def _oldest(session: Session) -> datetime | None:
    waiting = select(col(PieceRow.submitted_at)).where(col(PieceRow.status) == Status.PENDING.value)
    return session.execute(waiting.order_by(col(PieceRow.row_id)).limit(1)).scalar_one_or_none()


def _in_doubt(session: Session, at: datetime) -> int:
    """Those that are not in the hands of a publisher at work."""
    stopped = and_(
        col(DeliveryRow.state) == DeliveryState.SUBMITTING.value,
        col(DeliveryRow.changed_at) < at - _HANDING_OVER,
    )
    return int(session.execute(select(func.count()).where(stopped)).scalar_one())


def _desks(session: Session, at: datetime) -> dict[str, DeskLoad]:
    late = func.sum(case((col(PieceRow.due_at) <= at, 1), else_=0))
    query = (
        select(col(PieceRow.assignee), func.count(), late)
        .where(col(PieceRow.status) == Status.PENDING.value, col(PieceRow.assignee) != "")
        .group_by(col(PieceRow.assignee))
    )
    return {name: DeskLoad(pending=n, late=passed) for name, n, passed in session.execute(query)}


def _lapses(session: Session, at: datetime, soon: datetime) -> Iterator[Lapse]:
    """Conditional approvals that can be met now and no longer can be `soon`."""
    for table in (DecisionRow, EndorsementRow):
        of_piece = and_(
            col(table.piece_id) == col(PieceRow.piece_id), col(table.revision) == col(PieceRow.revision)
        )
        query = select(col(table.piece_id), col(table.revision), col(table.noun)).join(PieceRow, of_piece)
        conditional = col(PieceRow.status) == Status.APPROVED_CONDITIONALLY.value
        for piece_id, revision, noun in session.execute(query.where(conditional)):
            before, condition = _condition(noun, at)
            if condition and at <= before <= soon:
                yield Lapse(piece=piece_id, revision=revision, before=before, condition=condition)


def _condition(noun: str, at: datetime) -> tuple[datetime, str]:
    """Until when a conditional approval can be met, and what it asks for; no words where it asks nothing."""
    try:
        asked = read_noun(Decision, noun, "a conditional approval").condition
    except Unreadable:
        return at, "its record cannot be read, run `vallum audit verify`"
    return (asked.before, asked.in_words) if asked else (at, "")
