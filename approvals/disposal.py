"""Disposal: after its period the content of a run is removed; that it was there, and who decided, stays.

What goes: texts, claims, targeting and records of every revision, findings, remarks, masters, and the files
written for channels. What stays: the log, every hash, who wrote, decided and waived what, the plan, and an
event for each revision. It is refused while anything is younger than its period, could still go out, is held,
or is not what the log says: what contradicts the log is evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlmodel import Session, col, select

from approvals.anchors import anchors_of
from approvals.audit import AuditEvent, record, verify
from approvals.database import reading, writing
from approvals.desk_records import FacetRow, RemarkRow
from approvals.evidence import contradiction
from approvals.gate import Gate
from approvals.holds import held_because
from approvals.kept import Kept, events_by_revision, kept_of
from approvals.last_shown import deliveries_of, last_shown
from approvals.people import who_is
from approvals.permissions import Action, permit
from approvals.pieces import noun_hash, stored_piece
from approvals.records import DeliveryRow, FindingRow, MasterRow, PieceRow, ReleaseRow
from approvals.retention import Retention, keep_until
from approvals.runs import Run, find_run, get_run, set_run_status
from approvals.statuses import Status, title
from campaign.errors import BadInput, Refused
from campaign.moment import end_of_day
from campaign.piece import Piece
from tools.workspace import Workspace

DISPOSED = "piece.disposed"
_WAITING = frozenset({Status.DRAFTED, Status.SCREENED, Status.PENDING})
_LIVE = frozenset({Status.APPROVED, Status.APPROVED_CONDITIONALLY, Status.RELEASED})
_STAYS = {"piece_id", "revision", "channel", "audience", "states", "products", "authors"}
_VERIFY = "Run `vallum audit verify`; what does not stand is evidence and has to be kept."


@dataclass(frozen=True, slots=True)
class Disposal:
    """What was removed: revisions whose content went now, and files of theirs."""

    run_id: str
    revisions: int
    files: int


def dispose(gate: Gate, workspace: Workspace, run_id: str, *, by: str, at: datetime) -> Disposal:
    """Remove the content of a run whose periods have all passed; doing it again removes what was left over.

    Raises:
        UnknownName: there is no such run. NotPermitted: `by` may not. BadInput: a file cannot be removed.
        Refused: a period has not passed, something could still go out, the run is held, or the log or a
            record does not stand.
    """
    with reading(gate.engine) as session:
        find_run(session, run_id)
        permit(who_is(session, gate.lender, by, at), Action.DISPOSE, None, f"run {run_id}")
    report = verify(gate.engine, anchors_of(workspace))
    if not report.verified:
        raise Refused(f"Cannot dispose of `run {run_id}`: {report.reason}", _VERIFY)
    run = get_run(gate.engine, run_id)
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        due = tuple(_due(gate, session, run, at))
        for row, period in due:
            _empty(session, row, period, by=actor.name, at=at)
        session.execute(delete(MasterRow).where(col(MasterRow.run_id) == run_id))
        if due:
            details = {"revisions": len(due)}
            subject = f"run {run_id}"
            record(session, event="run.disposed", subject=subject, by=actor.name, at=at, details=details)
    if run.status in ("planning", "parked"):
        set_run_status(gate.engine, run_id, "finished", at=at, by=by, reason="its content was disposed of")
    return Disposal(run_id, len(due), sum(map(_removed, _files(gate, workspace, run_id))))


def _due(gate: Gate, session: Session, run: Run, at: datetime) -> Iterator[tuple[PieceRow, Retention]]:
    """Every revision that still has content, with its period, once all of that has passed."""
    cannot = f"Cannot dispose of `run {run.run_id}`"
    if because := held_because(session, run.run_id):
        raise Refused(f"{cannot}: {because}.", "Have the hold lifted first.")
    query = select(PieceRow).where(PieceRow.run_id == run.run_id).order_by(col(PieceRow.row_id))
    rows = session.exec(query).all()
    events, kept = events_by_revision(session, rows), kept_of(session, rows)
    delivered = deliveries_of(session, run.run_id)
    ends = end_of_day(run.brief.ends, gate.lender.zone)
    for row in rows:
        key = (row.piece_id, row.revision)
        if any(event.event == DISPOSED for event in events[key]):
            continue
        _must_stand_still(session, row, kept[key], events[key], cannot)
        shown = last_shown(row.channel, delivered.get(key, ()), ends=ends, events=events[key])
        period = keep_until(stored_piece(session, row, kept[key]), gate.lender, shown)
        if at.astimezone(gate.lender.zone).date() <= period.until:
            raise Refused(
                f"{cannot}: `{title(*key)}` is to be kept until {period.until}, {period.because}.",
                f"Ask again from {period.until + timedelta(days=1)} on.",
            )
        yield row, period


def _must_stand_still(
    session: Session, row: PieceRow, kept: Kept, events: tuple[AuditEvent, ...], cannot: str
) -> None:
    """Nothing of a revision may still go out, and its records have to be what the log says."""
    name, status = title(row.piece_id, row.revision), Status(row.status)
    if status in _WAITING:
        raise Refused(f"{cannot}: `{name}` is {status.in_words}.", "Withdraw it first.")
    if status in _LIVE or (status is Status.PUBLISHED and _open(session, row)):
        raise Refused(f"{cannot}: more of `{name}` may go out ({status.in_words}).", "Recall it first.")
    if changed := contradiction(session, row, kept, events):
        raise Refused(f"{cannot}: of `{name}`, {changed}.", _VERIFY)


def _open(session: Session, row: PieceRow) -> bool:
    """Whether more of a published revision may still go out."""
    of_row = (ReleaseRow.piece_id == row.piece_id, ReleaseRow.revision == row.revision)
    query = select(ReleaseRow.release_id).where(*of_row, col(ReleaseRow.closed_at).is_(None))
    return session.exec(query).first() is not None


def _empty(session: Session, row: PieceRow, period: Retention, *, by: str, at: datetime) -> None:
    """One revision without its content, and the event that says so."""
    details = {
        "content_hash": row.content_hash,
        "record": noun_hash(row.noun),
        "kept_until": period.until.isoformat(),
        "because": period.because,
    }
    whole = Piece.model_validate_json(row.noun)
    row.noun = Piece(fields={}, **whole.model_dump(include=_STAYS)).model_dump_json()
    session.add(row)
    for table in (FindingRow, RemarkRow):
        of_row = (col(table.piece_id) == row.piece_id, col(table.revision) == row.revision)
        session.execute(delete(table).where(*of_row))
    session.execute(delete(FacetRow).where(col(FacetRow.row_id) == row.row_id))
    session.flush()
    name = title(row.piece_id, row.revision)
    record(session, event=DISPOSED, subject=name, by=by, at=at, details=details)


def _files(gate: Gate, workspace: Workspace, run_id: str) -> Sequence[Path]:
    """Whatever was written for channels; what lies elsewhere than in the workspace's folders is not ours."""
    query = (
        select(DeliveryRow.target)
        .join(ReleaseRow, col(ReleaseRow.release_id) == col(DeliveryRow.release_id))
        .where(ReleaseRow.run_id == run_id, DeliveryRow.target != "")
    )
    with reading(gate.engine) as session:
        return tuple(_within(session.exec(query), (workspace.outbox, workspace.ads)))


def _within(targets: Iterable[str], folders: Sequence[Path]) -> Iterator[Path]:
    roots = [folder.resolve() for folder in folders]
    for path in map(Path, targets):
        if path.is_absolute() and any(path.resolve().is_relative_to(root) for root in roots):
            yield path


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be removed: {error.strerror}.", "Mend its permissions and dispose again."
        ) from error
    return True
