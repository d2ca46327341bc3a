"""The store of masters and pieces: the only way into the queue.

A piece is kept as the exact noun that was screened; submitting writes drafted, screened and the verdict in
one transaction, so that no unscreened piece can be seen by anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from approvals.audit import record
from approvals.class_keys import class_key
from approvals.database import reading, writing
from approvals.facets import facets_of, keep_facets
from approvals.limits import due_at
from approvals.pieces import StoredPiece, load_piece, next_revision, noun_hash, read_noun, rows_of
from approvals.records import MasterRow, PieceRow
from approvals.requirements import Requirements
from approvals.runs import find_run
from approvals.screens import GATE, keep_findings, rules_of, screen_evidence
from approvals.statuses import TRANSITIONS, Status, move
from campaign.errors import BadInput
from campaign.finding import Finding
from campaign.lender import Lender
from campaign.master import Master
from campaign.piece import Piece

__all__ = [
    "StoredPiece",
    "load_piece",
    "masters_of",
    "next_revision",
    "save_masters",
    "submit",
]


def save_masters(
    engine: Engine,
    masters: Iterable[Master],
    *,
    run_id: str,
    at: datetime,
    round: int = 0,  # noqa: A002 - the noun's own word
) -> None:
    """Keep the masters of a run; a later round of the same master takes the place of the earlier."""
    with writing(engine) as session:
        find_run(session, run_id)
        hashes: dict[str, str] = {}
        for master in masters:
            noun = master.model_dump_json()
            session.merge(MasterRow(run_id=run_id, master_id=master.master_id, round=round, noun=noun))
            hashes[master.master_id] = noun_hash(noun)
        details = {"round": round, "masters": hashes}
        record(
            session, event="run.written", subject=f"run {run_id}", by="copywriting", at=at, details=details
        )


def masters_of(engine: Engine, run_id: str) -> tuple[Master, ...]:
    """The masters of a run, in their latest round, by id."""
    query = select(MasterRow).where(MasterRow.run_id == run_id).order_by(MasterRow.master_id)
    with reading(engine) as session:
        find_run(session, run_id)
        return tuple(read_noun(Master, row.noun, row.master_id) for row in session.exec(query))


def submit(
    engine: Engine,
    piece: Piece,
    *,
    run_id: str,
    placement_id: str,
    master_id: str,
    segment: str,
    angle: str,
    findings: Sequence[Finding],
    pack_version: str,
    sheet_id: str,
    survey_rate: float | None,
    lender: Lender,
    at: datetime,
    round: int = 0,  # noqa: A002 - the noun's own word
) -> Status:
    """Bring one screened revision into the queue, superseding the revision before it.

    Submitting the same revision of the same run again changes nothing and answers where it stands, so
    that a run killed here can go on.

    Args:
        lender: whose records say which class it belongs to, and whose rules until when it should be decided.

    Returns:
        `blocked` where a finding blocks, else `pending`; for a repeated submission its present status.

    Raises:
        UnknownName: there is no such run.
        BadInput: the revision does not follow the last one, or was submitted with another content.
    """
    stored = StoredPiece(
        piece=piece, status=Status.DRAFTED, findings=tuple(findings), run_id=run_id,
        placement_id=placement_id, master_id=master_id, segment=segment, angle=angle, round=round,
        pack_version=pack_version, sheet_id=sheet_id, survey_rate=survey_rate, submitted_at=at,
        content_hash=piece.content_hash,
    )  # fmt: skip
    with writing(engine) as session:
        find_run(session, run_id)
        before = rows_of(session, piece.piece_id)
        if any(row.revision == piece.revision for row in before):
            return _submitted_before(stored, before)
        if before and piece.revision != before[-1].revision + 1:
            raise BadInput(
                f"`{stored.title}` does not follow rev {before[-1].revision}.", "Number revisions one by one."
            )
        for row in before:
            supersede(session, row, stored.title, at)
        return enter(session, stored, lender)


def enter(session: Session, stored: StoredPiece, lender: Lender) -> Status:
    """Write one revision and take it through the screen's verdict."""
    piece, name = stored.piece, stored.title
    row = _piece_row(stored)
    row.class_key = class_key(
        piece, stored.findings, run_id=stored.run_id, lender=lender, at=stored.submitted_at
    )
    row.verdict, row.rules = stored.verdict, rules_of(stored.findings)
    hours = Requirements(session, lender).of(stored).hours
    row.due_at = due_at(stored.submitted_at, hours, lender)
    session.add(row)
    session.flush()
    assert row.row_id is not None
    keep_facets(session, row.row_id, facets_of(piece, stored.findings))
    keep_findings(session, piece, stored.findings)
    drafted = {
        "to": Status.DRAFTED.value, "run": stored.run_id, "placement": stored.placement_id,
        "channel": piece.channel, "authors": list(piece.authors), "content_hash": stored.content_hash,
        "record": noun_hash(row.noun),
    }  # fmt: skip
    record(
        session,
        event="piece.drafted",
        subject=name,
        by=_writer(piece),
        at=stored.submitted_at,
        details=drafted,
    )
    screened = {
        **screen_evidence(stored.findings),
        "pack": stored.pack_version,
        "sheet": stored.sheet_id,
    }
    verdict_status = Status.BLOCKED if stored.verdict == "block" else Status.PENDING
    of_piece = (session, piece.piece_id, piece.revision)
    move(
        *of_piece,
        expected=Status.DRAFTED,
        to=Status.SCREENED,
        by=GATE,
        at=stored.submitted_at,
        details=screened,
    )
    move(*of_piece, expected=Status.SCREENED, to=verdict_status, by=GATE, at=stored.submitted_at)
    return verdict_status


_COLUMNS = {
    "run_id", "placement_id", "master_id", "segment", "angle", "round", "pack_version", "sheet_id",
    "survey_rate", "submitted_at", "content_hash",
}  # fmt: skip


def _piece_row(stored: StoredPiece) -> PieceRow:
    piece = stored.piece
    return PieceRow(
        piece_id=piece.piece_id, revision=piece.revision, channel=piece.channel,
        states=" ".join(piece.states), noun=piece.model_dump_json(), status=stored.status.value,
        **stored.model_dump(include=_COLUMNS),
    )  # fmt: skip


def _submitted_before(stored: StoredPiece, rows: Sequence[PieceRow]) -> Status:
    row = next(row for row in rows if row.revision == stored.piece.revision)
    if (row.content_hash, row.run_id) != (stored.content_hash, stored.run_id):
        raise BadInput(
            f"`{stored.title}` was submitted before, with another content.",
            f"Submit it as rev {rows[-1].revision + 1}.",
        )
    return Status(row.status)


def supersede(session: Session, row: PieceRow, by_title: str, at: datetime) -> None:
    """Let a newer revision take the place of an older one, where the older is not settled."""
    if any(row.status == status and Status.SUPERSEDED in after for status, after in TRANSITIONS.items()):
        move(
            session, row.piece_id, row.revision, expected=Status(row.status), to=Status.SUPERSEDED, by=GATE,
            at=at, reason=f"{by_title} takes its place",
        )  # fmt: skip


def _writer(piece: Piece) -> str:
    return ", ".join(piece.authors) or "unknown"
