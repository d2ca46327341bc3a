"""The queue: what waits for a person, and how a run stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from approvals.database import reading
from approvals.pieces import StoredPiece, stored_piece
from approvals.records import DecisionRow, FindingRow, PieceRow
from approvals.runs import find_run
from approvals.statuses import Status
from campaign.finding import Severity, Verdict
from campaign.noun import Noun

WAITING = (Status.PENDING, Status.BLOCKED)


class QueueItem(Noun):
    """One line of the queue: what a person needs to choose what to open.

    Attributes:
        rules: ids of the rules that found something, in the order of the piece.
    """

    piece: str
    revision: int
    channel: str
    segment: str
    states: tuple[str, ...]
    status: Status
    verdict: Verdict
    rules: tuple[str, ...]


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
    approved: int = 0
    rejected: int = 0
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
    engine: Engine, *, run_id: str | None = None, statuses: Collection[Status] = WAITING
) -> tuple[QueueItem, ...]:
    """The same as lines, without opening any piece: pending first, then in the order they came.

    Raises:
        UnknownName: there is no such run.
    """
    wanted = col(PieceRow.status).in_([status.value for status in statuses])
    query = select_columns(
        col(PieceRow.piece_id), col(PieceRow.revision), col(PieceRow.channel), col(PieceRow.segment),
        col(PieceRow.states), col(PieceRow.status),
    ).where(wanted)  # fmt: skip
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
            query = query.where(col(PieceRow.run_id) == run_id)
        rows = session.execute(query.order_by(col(PieceRow.row_id))).all()
        found = _findings(session, statuses)
    items = [_item(row, found[(row.piece_id, row.revision)]) for row in rows]
    return tuple(sorted(items, key=lambda item: item.status != Status.PENDING))


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


def _same_revision(other: type[FindingRow] | type[DecisionRow]) -> ColumnElement[bool]:
    return and_(col(PieceRow.piece_id) == col(other.piece_id), col(PieceRow.revision) == col(other.revision))


def _answers(run_id: str) -> Select[str]:
    answers = select_columns(col(DecisionRow.answer)).join(PieceRow, _same_revision(DecisionRow))
    return answers.where(col(PieceRow.run_id) == run_id)


def _findings(
    session: Session, statuses: Collection[Status]
) -> defaultdict[tuple[str, int], list[tuple[str, str]]]:
    """Rule and severity of every finding of the revisions listed."""
    query = (
        select_columns(
            col(FindingRow.piece_id), col(FindingRow.revision), col(FindingRow.rule), col(FindingRow.severity)
        )
        .join(PieceRow, _same_revision(FindingRow))
        .where(col(PieceRow.status).in_([status.value for status in statuses]))
        .order_by(col(FindingRow.position))
    )
    found: defaultdict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for piece_id, revision, rule, severity in session.execute(query):
        found[piece_id, revision].append((rule, severity))
    return found


def _item(row: Row[Any], found: Sequence[tuple[str, str]]) -> QueueItem:
    severities = {severity for _, severity in found}
    worst: Verdict = "warn" if Severity.WARN in severities else "pass"
    return QueueItem(
        piece=row.piece_id, revision=row.revision, channel=row.channel, segment=row.segment,
        states=tuple(row.states.split()), status=Status(row.status),
        verdict="block" if Severity.BLOCK in severities else worst,
        rules=tuple(dict.fromkeys(rule for rule, _ in found)),
    )  # fmt: skip
