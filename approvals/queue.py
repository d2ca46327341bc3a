"""The queue: what waits for a person, and how a run stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, Row, Select, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from approvals.database import reading
from approvals.desk_records import TallyRow
from approvals.filters import WAITING, Filter, conditions
from approvals.pieces import StoredPiece, stored_piece, unreadable
from approvals.records import DecisionRow, PieceRow
from approvals.runs import find_run
from approvals.statuses import Status, title
from campaign.finding import Verdict
from campaign.noun import Noun


class QueueItem(Noun):
    """One line of the queue: what a person needs to choose what to open.

    Attributes:
        row: its place in the order they came.
        rules: ids of the rules that found something, in the order of the piece.
        class_key, assignee, due_at, submitted_at: the class it is of, who looks at it (folded name), until
            when it should be decided, since when it waits.
    """

    row: int
    piece: str
    revision: int
    channel: str
    segment: str
    states: tuple[str, ...]
    status: Status
    verdict: Verdict
    rules: tuple[str, ...]
    class_key: str
    assignee: str = ""
    due_at: datetime | None = None
    submitted_at: datetime


class Tally(Noun):
    """How a run's pieces stand.

    Attributes:
        pieces: different pieces. revisions: all their revisions.
        drafted ... recalled: revisions that have this status now.
        approvals, rejections: decisions ever made.
    """

    pieces: int = 0
    revisions: int = 0
    drafted: int = 0
    screened: int = 0
    blocked: int = 0
    pending: int = 0
    returned: int = 0
    withdrawn: int = 0
    approved: int = 0
    approved_conditionally: int = 0
    rejected: int = 0
    released: int = 0
    published: int = 0
    superseded: int = 0
    expired: int = 0
    recalled: int = 0
    approvals: int = 0
    rejections: int = 0


def queue(
    engine: Engine, *, run_id: str | None = None, statuses: Collection[Status] = WAITING
) -> tuple[StoredPiece, ...]:
    """Whole pieces with one of some statuses, in the order they came.

    Raises:
        UnknownName: there is no such run. Unreadable: a record was changed beyond reading.
    """
    query = select(PieceRow).where(col(PieceRow.status).in_([status.value for status in statuses]))
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
            query = query.where(PieceRow.run_id == run_id)
        return tuple(stored_piece(session, row) for row in session.exec(query.order_by(col(PieceRow.row_id))))


def listing(
    engine: Engine, wanted: Filter | None = None, *, after: int = 0, limit: int | None = None
) -> tuple[QueueItem, ...]:
    """Revisions as lines, without opening any piece, in the order they came.

    Args:
        wanted: which; None takes what waits and what is blocked.
        after: the `row` of the last line seen. limit: most lines, None for all.

    Raises:
        UnknownName: there is no such run. Unreadable: a line was changed beyond reading.
    """
    asked = wanted or Filter()
    query = select_columns(*_LINE).where(*conditions(asked), col(PieceRow.row_id) > after)
    with reading(engine) as session:
        if asked.run is not None:
            find_run(session, asked.run)
        rows = session.execute(query.order_by(col(PieceRow.row_id)).limit(limit)).all()
    return tuple(_item(row) for row in rows)


class Counts(Noun):
    """How many revisions there are, by status, and of those that wait by channel and by verdict."""

    by_status: dict[str, int]
    by_channel: dict[str, int]
    by_verdict: dict[str, int]

    @property
    def pending(self) -> int:
        """What waits for a person."""
        return self.by_status.get(Status.PENDING, 0)


def counts(engine: Engine, run_id: str | None = None) -> Counts:
    """The counts kept beside every move; asking costs the same however much waits.

    Raises:
        UnknownName: there is no such run.
    """
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
        return counted(session, run_id)


def counted(session: Session, run_id: str | None = None) -> Counts:
    """As `counts`, within a transaction."""
    kinds = (col(TallyRow.status), col(TallyRow.channel), col(TallyRow.verdict))
    query = select_columns(*kinds, func.sum(col(TallyRow.n))).group_by(*kinds)
    if run_id is not None:
        query = query.where(col(TallyRow.run_id) == run_id)
    by_status: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    by_verdict: Counter[str] = Counter()
    for status, channel, verdict, number in session.execute(query).all():
        by_status[status] += number
        if status in WAITING:
            by_channel[channel] += number
            by_verdict[verdict] += number
    return Counts(by_status=dict(+by_status), by_channel=dict(+by_channel), by_verdict=dict(+by_verdict))


def tally(engine: Engine, run_id: str) -> Tally:
    """How the pieces of a run stand.

    Raises:
        UnknownName: there is no such run.
    """
    of_run = col(PieceRow.run_id) == run_id
    with reading(engine) as session:
        find_run(session, run_id)
        counts: Counter[str] = Counter()
        by_status = select_columns(col(PieceRow.status), func.count()).where(of_run)
        for status, count in session.execute(by_status.group_by(col(PieceRow.status))):
            counts[status] = count
        pieces = session.execute(
            select_columns(func.count(col(PieceRow.piece_id).distinct())).where(of_run)
        ).scalar_one()
        answers = Counter(session.execute(_answers(run_id)).scalars())
    return Tally(
        pieces=pieces, revisions=counts.total(), approvals=answers["approve"], rejections=answers["reject"],
        **{status.value: counts[status.value] for status in Status},
    )  # fmt: skip


_LINE = (
    col(PieceRow.row_id), col(PieceRow.piece_id), col(PieceRow.revision), col(PieceRow.channel),
    col(PieceRow.segment), col(PieceRow.states), col(PieceRow.status), col(PieceRow.verdict),
    col(PieceRow.rules), col(PieceRow.class_key), col(PieceRow.assignee), col(PieceRow.due_at),
    col(PieceRow.submitted_at),
)  # fmt: skip


def _answers(run_id: str) -> Select[str]:
    same = and_(
        col(PieceRow.piece_id) == col(DecisionRow.piece_id),
        col(PieceRow.revision) == col(DecisionRow.revision),
    )
    answers = select_columns(col(DecisionRow.answer)).join(PieceRow, same)
    return answers.where(col(PieceRow.run_id) == run_id)


def _item(row: Row[Any]) -> QueueItem:
    try:
        return QueueItem(
            row=row.row_id, piece=row.piece_id, revision=row.revision, channel=row.channel,
            segment=row.segment, states=tuple(row.states.split()), status=row.status, verdict=row.verdict,
            rules=tuple(row.rules.split()), class_key=row.class_key, assignee=row.assignee, due_at=row.due_at,
            submitted_at=row.submitted_at,
        )  # fmt: skip
    except ValidationError as error:
        raise unreadable(title(row.piece_id, row.revision)) from error
