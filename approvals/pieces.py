"""Pieces as the gate keeps them: one revision with all that is known of it, read back as validated nouns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from approvals.audit import AuditEvent, events_of
from approvals.database import reading
from approvals.kept import Kept, kept_of
from approvals.names import unknown_name
from approvals.records import PieceRow
from approvals.statuses import Status, title
from campaign.condition import Condition
from campaign.errors import Unreadable
from campaign.finding import Finding, Verdict, verdict
from campaign.noun import Noun
from campaign.piece import Piece
from campaign.release import Decision
from campaign.waiver import Waiver

_Read = TypeVar("_Read", bound=Noun)


class StoredPiece(Noun):
    """One revision with everything the gate knows about it.

    Attributes:
        piece: exactly what was screened. status: where it stands.
        findings: of the last screen, in order.
        run_id, placement_id, master_id: where it belongs. segment: name people read. angle: what it tries.
        round: 0 for a first draft, then one per revision round.
        pack_version, sheet_id, survey_rate: rules and rates of that screen; rate in percent.
        submitted_at: aware datetime.
        content_hash: as computed when it was submitted; the record stands only while `piece` still gives it.
        decision: the answer that settled it, None while there is none.
        endorsements: approvals given before the last of several. waivers: exceptions in force or past.
        class_key, due_at, assignee: the class it belongs to, until when it should be decided, by whom.
    """

    piece: Piece
    status: Status
    findings: tuple[Finding, ...] = ()
    run_id: str
    placement_id: str
    master_id: str
    segment: str
    angle: str
    round: int = 0
    pack_version: str
    sheet_id: str
    survey_rate: float | None = None
    submitted_at: datetime
    content_hash: str
    decision: Decision | None = None
    endorsements: tuple[Decision, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    class_key: str = ""
    due_at: datetime | None = None
    assignee: str = ""

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Everybody's approval, the settling one last."""
        last = (self.decision,) if self.decision and self.decision.answer == "approve" else ()
        return (*self.endorsements, *last)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must come true before anything goes out: every condition of every approver."""
        return tuple(one.condition for one in self.approvals if one.condition is not None)

    @property
    def speaker(self) -> str:
        """The originator in whose name it speaks; empty for nobody's."""
        return self.piece.originator.name if self.piece.originator else ""

    @property
    def title(self) -> str:
        """How sentences and the audit log name it."""
        return title(self.piece.piece_id, self.piece.revision)

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings."""
        return verdict(self.findings)


def load_piece(engine: Engine, piece_id: str, revision: int | None = None) -> StoredPiece:
    """One revision of a piece, the latest where none is named.

    Raises:
        UnknownName: there is no such piece or revision.
        Unreadable: its record was changed beyond reading.
    """
    with reading(engine) as session:
        return load(session, piece_id, revision)


def next_revision(engine: Engine, piece_id: str) -> int:
    """The number the next revision of a piece has to carry; 1 where the piece is new."""
    with reading(engine) as session:
        rows = rows_of(session, piece_id)
    return rows[-1].revision + 1 if rows else 1


def history(engine: Engine, piece_id: str) -> tuple[AuditEvent, ...]:
    """What happened to every revision of a piece, oldest first.

    Raises:
        Refused: an event of the log was changed.
    """
    with reading(engine) as session:
        names = [title(row.piece_id, row.revision) for row in rows_of(session, piece_id)]
        return events_of(session, names)


def load(session: Session, piece_id: str, revision: int | None = None) -> StoredPiece:
    """As `load_piece`, within a transaction."""
    return stored_piece(session, find_piece(session, piece_id, revision))


def find_piece(session: Session, piece_id: str, revision: int | None = None) -> PieceRow:
    """The row of one revision, the latest where none is named.

    Raises:
        UnknownName: there is none; the message names near ones.
    """
    query = select(PieceRow).where(PieceRow.piece_id == piece_id)
    if revision is not None:
        query = query.where(PieceRow.revision == revision)
    row = session.exec(query.order_by(col(PieceRow.revision).desc()).limit(1)).first()
    if row is not None:
        return row
    if rows := rows_of(session, piece_id):
        raise unknown_name(
            "piece", title(piece_id, revision or 0), (), f"Its last is rev {rows[-1].revision}."
        )
    known = session.exec(select(PieceRow.piece_id).distinct()).all()
    raise unknown_name("piece", piece_id, known, "Run `vallum queue`.")


_LISTED = {
    "row_id", "piece_id", "revision", "channel", "states", "noun", "verdict", "rules", "escalated_at",
}  # fmt: skip


def stored_piece(session: Session, row: PieceRow, kept: Kept | None = None) -> StoredPiece:
    """Everything known of one row.

    Args:
        kept: what is kept beside it, where it was read for many at once.

    Raises:
        Unreadable: a record was changed beyond reading.
    """
    name = title(row.piece_id, row.revision)
    beside = kept or kept_of(session, [row])[row.piece_id, row.revision]
    try:
        return StoredPiece(
            piece=read_noun(Piece, row.noun, name),
            findings=tuple(read_noun(Finding, noun, name) for noun in beside.findings),
            decision=None if beside.decision is None else read_noun(Decision, beside.decision, name),
            endorsements=tuple(read_noun(Decision, noun, name) for noun in beside.endorsements),
            waivers=tuple(read_noun(Waiver, noun, name) for noun in beside.waivers),
            **row.model_dump(exclude=_LISTED),
        )
    except ValidationError as error:
        raise unreadable(name) from error


def rows_of(session: Session, piece_id: str) -> Sequence[PieceRow]:
    """Every revision of a piece, in order."""
    query = select(PieceRow).where(PieceRow.piece_id == piece_id).order_by(col(PieceRow.revision))
    return session.exec(query).all()


def waiver_name(waiver: Waiver) -> str:
    """How a waiver is named, in `revoke` and in the database."""
    return noun_hash(waiver.model_dump_json())[:16]


def noun_hash(noun: str) -> str:
    """The hash of a whole stored noun, authors included; the log holds it, so that an edit by hand shows."""
    return sha256(noun.encode("utf-8", "surrogateescape")).hexdigest()


def read_noun(kind: type[_Read], noun: str, name: str) -> _Read:
    """A noun from its stored text.

    Raises:
        Unreadable: it was changed beyond reading; `name` says what.
    """
    try:
        return kind.model_validate_json(noun)
    except ValidationError as error:
        raise unreadable(name) from error


def unreadable(name: str) -> Unreadable:
    """The sentence for a record that somebody changed to what it cannot be."""
    return Unreadable(
        f"`{name}`", "its stored record was changed and cannot be read.", "Run `vallum audit verify`."
    )
