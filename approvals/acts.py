"""What people do besides deciding: withdraw, hand over, remark, have the rules read a piece again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from approvals.audit import record
from approvals.database import reading, writing
from approvals.decisions import reason_for
from approvals.desk_records import RemarkRow
from approvals.evidence import must_stand
from approvals.gate import Gate
from approvals.names import fold
from approvals.people import Actor, who_is
from approvals.permissions import Action, permit
from approvals.pieces import StoredPiece, find_piece, noun_hash, read_noun, stored_piece
from approvals.records import PieceRow
from approvals.screens import keep_screen
from approvals.statuses import Status, move
from campaign.errors import BadInput
from campaign.noun import Noun

LONGEST_REMARK = 4000


class Remark(Noun):
    """What one person said about one revision."""

    piece_id: str
    revision: int
    by: str
    at: datetime
    words: str


def withdraw(gate: Gate, piece_id: str, *, by: str, reason: str, at: datetime) -> None:
    """Take the latest revision out of the queue, or take an approval that nothing came of back.

    Raises:
        NotPermitted: they may not. BadInput: no reason. Refused: it is settled or out already.
    """
    why = reason_for("withdraw", reason, piece_id)
    with writing(gate.engine) as session:
        actor, _, stored = _at_hand(session, gate, piece_id, by, at, Action.WITHDRAW)
        name = (stored.piece.piece_id, stored.piece.revision)
        move(session, *name, expected=stored.status, to=Status.WITHDRAWN, by=actor.name, at=at, reason=why)


def assign(gate: Gate, piece_id: str, *, to: str, by: str, at: datetime) -> str:
    """Hand a piece to someone to look at; an empty name leaves it to everyone.

    Returns:
        The name as lender.toml has it.

    Raises:
        NotPermitted: they may not, or there is nobody of that name. Refused: it waits for nobody.
    """
    with writing(gate.engine) as session:
        actor, row, stored = _at_hand(session, gate, piece_id, by, at, Action.ASSIGN)
        person = who_is(session, gate.lender, to, at).name if to.strip() else ""
        row.assignee = fold(person)
        details = {"to_person": person}
        record(session, event="piece.assigned", subject=stored.title, by=actor.name, at=at, details=details)
    return person


def remark(gate: Gate, piece_id: str, words: str, *, by: str, at: datetime) -> Remark:
    """Say something about the latest revision, for everyone who reads it.

    Raises:
        BadInput: nothing is said, or too much. NotPermitted: nobody of that name is listed.
    """
    said = words.strip()
    if not said or len(said) > LONGEST_REMARK:
        raise BadInput(
            f"A remark needs 1 to {LONGEST_REMARK} characters; this one has {len(said)}.", "Shorten it."
        )
    with writing(gate.engine) as session:
        actor, row, stored = _at_hand(session, gate, piece_id, by, at, Action.COMMENT)
        made = Remark(piece_id=piece_id, revision=row.revision, by=actor.name, at=at, words=said)
        noun = made.model_dump_json()
        session.add(RemarkRow(piece_id=piece_id, revision=row.revision, at=at, noun=noun))
        details = {"remark": noun_hash(noun)}
        record(session, event="piece.remarked", subject=stored.title, by=actor.name, at=at, details=details)
    return made


def remarks_of(engine: Engine, piece_id: str) -> tuple[Remark, ...]:
    """Everything said about a piece, oldest first."""
    query = select(RemarkRow).where(RemarkRow.piece_id == piece_id).order_by(col(RemarkRow.row_id))
    with reading(engine) as session:
        return tuple(read_noun(Remark, row.noun, f"remark {row.row_id}") for row in session.exec(query))


def rescreen(gate: Gate, piece_id: str, *, by: str, at: datetime) -> Status:
    """Have the rules in force read a waiting or blocked revision again, and keep what they find.

    Returns:
        Where it stands now.

    Raises:
        NotPermitted: they may not. Refused: it is settled, or its record was changed.
    """
    with writing(gate.engine) as session:
        actor, row, stored = _at_hand(session, gate, piece_id, by, at, Action.RESCREEN)
        must_stand(session, row, stored, f"Cannot screen `{stored.title}` again")
        fresh = gate.screen(stored.piece, at)
        return keep_screen(session, gate, row, stored, fresh, at=at, by=actor.name)


def _at_hand(
    session: Session, gate: Gate, piece_id: str, by: str, at: datetime, action: Action
) -> tuple[Actor, PieceRow, StoredPiece]:
    """Who acts on what, once they may."""
    actor = who_is(session, gate.lender, by, at)
    row = find_piece(session, piece_id)
    stored = stored_piece(session, row)
    permit(actor, action, stored.status, stored.title, speaker=stored.speaker)
    return actor, row, stored
