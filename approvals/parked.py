"""What a run waits for while it is parked, and what was said to it there.

A remark comes from an inbox that names nobody: it is kept in the log, shown to whoever looks next, and
decides nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, select
from sqlmodel import Session, col

from approvals.audit import AuditEvent, events_of, record
from approvals.database import reading, writing
from approvals.filters import Filter
from approvals.queue import QueueItem, listing
from approvals.records import PieceRow, ReleaseRow
from approvals.runs import find_run
from approvals.standing import LIVE
from approvals.statuses import Status
from campaign.noun import Noun

INBOX = "an inbox"
_SHOWN = 5
_REMARKED = "run.remarked"


class RunRemark(Noun):
    """What somebody unnamed said to a parked run."""

    at: datetime
    words: str


class Parked(Noun):
    """What keeps a run open.

    Attributes:
        pending: revisions that wait for a decision, by channel. warned: how many of them carry warnings.
        returned: revisions that wait for changes. unsent: approved ones that are not out to everyone yet.
        first: the first that are pending. remarks: what was said to the run, oldest first.
    """

    pending: dict[str, int]
    warned: int
    returned: int
    unsent: int
    first: tuple[QueueItem, ...]
    remarks: tuple[RunRemark, ...]

    @property
    def keeps_open(self) -> bool:
        """Whether the run has anything left to wait for."""
        return bool(self.pending or self.returned or self.unsent)


def parked(engine: Engine, run_id: str) -> Parked:
    """What a run waits for, in numbers, without opening any piece.

    Raises:
        UnknownName: there is no such run. Refused: an event of the log was changed.
    """
    first = listing(engine, Filter(run=run_id, statuses=(Status.PENDING,)), limit=_SHOWN)
    of_run = col(PieceRow.run_id) == run_id
    pending = and_(of_run, col(PieceRow.status) == Status.PENDING.value)
    by_channel = select(col(PieceRow.channel), func.count().label("n")).where(pending)
    by_channel = by_channel.group_by(col(PieceRow.channel))
    with reading(engine) as session:
        find_run(session, run_id)
        return Parked(
            pending={row.channel: int(row.n) for row in session.execute(by_channel)},
            warned=_count(session, and_(pending, col(PieceRow.verdict) == "warn")),
            returned=_count(session, and_(of_run, col(PieceRow.status) == Status.RETURNED.value)),
            unsent=_unsent(session, run_id),
            first=first,
            remarks=tuple(_remark(event) for event in _remarks(session, run_id)),
        )


def keep_remark(engine: Engine, run_id: str, words: str, *, number: int, at: datetime) -> None:
    """Keep what was said to a run; the same number again changes nothing, so that a step may be repeated.

    Raises:
        UnknownName: there is no such run. Refused: an event of the log was changed.
    """
    with writing(engine) as session:
        find_run(session, run_id)
        if any(event.details["number"] == number for event in _remarks(session, run_id)):
            return
        details = {"number": number, "words": words}
        record(session, event=_REMARKED, subject=f"run {run_id}", by=INBOX, at=at, details=details)


def _remarks(session: Session, run_id: str) -> list[AuditEvent]:
    return [event for event in events_of(session, [f"run {run_id}"]) if event.event == _REMARKED]


def _remark(event: AuditEvent) -> RunRemark:
    return RunRemark(at=event.at, words=str(event.details["words"]))


def _count(session: Session, wanted: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(PieceRow).where(wanted)
    return int(session.execute(query).scalar_one())


def _unsent(session: Session, run_id: str) -> int:
    """Releases of which something may remain to be delivered."""
    same = and_(
        col(ReleaseRow.piece_id) == col(PieceRow.piece_id),
        col(ReleaseRow.revision) == col(PieceRow.revision),
    )
    still_open = and_(
        col(ReleaseRow.run_id) == run_id,
        col(ReleaseRow.closed_at).is_(None),
        col(PieceRow.status).in_([status.value for status in LIVE]),
    )
    query = select(func.count()).select_from(ReleaseRow).join(PieceRow, same).where(still_open)
    return int(session.execute(query).scalar_one())
