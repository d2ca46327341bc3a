"""Many decisions at once: a class, or whatever a filter finds, exactly as it was shown (law 1).

What is shown first has a digest over every piece in it, its content and its findings. Deciding names it:
a piece that came, went, changed or was screened anew meanwhile makes it another, and nobody decides on what
they did not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from approvals.audit import record
from approvals.database import reading
from approvals.deciding import Answer, Deciding, action_of
from approvals.decisions import deciding, open_condition, reason_for, tidy
from approvals.filters import Filter, conditions
from approvals.gate import Gate
from approvals.kept import events_by_revision, kept_of
from approvals.permissions import PERMISSIONS, Action, permit
from approvals.records import PieceRow
from approvals.statuses import Status, title
from campaign.condition import Condition
from campaign.errors import Refused
from campaign.noun import Noun
from campaign.release import Decision


class Batch(Noun):
    """What a bulk decision would meet.

    Attributes:
        digest: over the revisions, their content and what the rules found; deciding names it.
        pieces: ids, in the order they came. classes: how many classes they are of.
    """

    digest: str
    pieces: tuple[str, ...]
    classes: int

    @property
    def count(self) -> int:
        """How many pieces."""
        return len(self.pieces)


class BatchRefusal(Noun):
    """One piece that a bulk decision left alone, and why."""

    piece_id: str
    fact: str
    remedy: str


class BatchDecision(Noun):
    """What became of a bulk decision."""

    decided: tuple[Decision, ...]
    refused: tuple[BatchRefusal, ...] = ()


def batch_of(engine: Engine, wanted: Filter) -> Batch:
    """The pending pieces that a filter finds, with the digest to decide them by."""
    with reading(engine) as session:
        return _batch(session, wanted)


def decide_batch(
    gate: Gate,
    wanted: Filter,
    answer: Answer,
    *,
    digest: str,
    by: str,
    at: datetime,
    reason: str = "",
    condition: Condition | None = None,
) -> BatchDecision:
    """Give one answer to every pending piece that a filter finds, in one transaction, one audit row each.

    A piece that cannot be answered so is left alone with its reason; the others go on. For a class, every
    member is held to belong to it still.

    Args:
        digest: of the batch as it was shown.
        by, at, reason, condition: as for one piece.

    Raises:
        BadInput: no reason where one is needed, a deadline that has passed, or `by` names nobody.
        NotPermitted: nobody of that name is listed, or their role answers nothing so.
        Refused: the batch is no longer what was shown, or is empty; nothing was decided.
    """
    open_condition(condition, at)
    asked = waiting(wanted)
    why = tidy(reason) if answer == "approve" else reason_for(answer, reason, asked.in_words)
    with deciding(gate, by, at) as desk:
        batch = _batch(desk.session, wanted)
        _may_answer(desk, action_of(answer, condition), batch)
        if not batch.pieces:
            raise Refused(f"Nothing waits that is {asked.in_words}.", "See `vallum queue`.")
        if batch.digest != digest:
            raise Refused(
                f"What waits is no longer what was shown: {batch.count} pieces now.", "Look at it again."
            )
        found = select(PieceRow).where(*conditions(asked)).order_by(col(PieceRow.row_id))
        rows = desk.session.exec(found).all()
        done = _decide(_at_once(desk, rows), rows, answer, why, condition, wanted.class_key or "")
        if done.decided:
            _note(desk, asked, batch, answer, why, done)
    return done


def _may_answer(desk: Deciding, action: Action, batch: Batch) -> None:
    """A role that answers no piece so is told once, not once a piece."""
    own = [name for name, role in desk.actor.places if role in PERMISSIONS[action].own]
    permit(desk.actor, action, Status.PENDING, f"{batch.count} pieces", speaker=next(iter(own), ""))


def _decide(
    desk: Deciding,
    rows: Sequence[PieceRow],
    answer: Answer,
    why: str,
    condition: Condition | None,
    of_class: str,
) -> BatchDecision:
    decided: list[Decision] = []
    refused: list[BatchRefusal] = []
    for row in rows:
        said: Decision | Refused
        try:
            if answer == "approve":
                said = desk.approve(row, why, condition, of_class)
            else:
                said = desk.turn_down(row, answer, why, of_class)
        except Refused as stopped:
            said = stopped
        if isinstance(said, Refused):
            refused.append(BatchRefusal(piece_id=row.piece_id, fact=said.fact, remedy=said.remedy))
        else:
            decided.append(said)
    return BatchDecision(decided=tuple(decided), refused=tuple(refused))


def _at_once(desk: Deciding, rows: Sequence[PieceRow]) -> Deciding:
    """The same person at the same desk, with what is kept of all the pieces at hand."""
    try:
        events = events_by_revision(desk.session, rows)
    except Refused:
        events = {}  # one history was changed: each piece is asked for its own
    return replace(desk, kept=kept_of(desk.session, rows), events=events)


def _note(
    desk: Deciding, wanted: Filter, batch: Batch, answer: Answer, why: str, done: BatchDecision
) -> None:
    details = {
        "filter": wanted.in_words, "digest": batch.digest, "pieces": batch.count, "answer": answer,
        "decided": len(done.decided), "refused": len(done.refused), "reason": why,
    }  # fmt: skip
    subject = f"class {wanted.class_key}" if wanted.class_key else "queue"
    record(
        desk.session, event="batch.decided", subject=subject, by=desk.actor.name, at=desk.at, details=details
    )


def _batch(session: Session, wanted: Filter) -> Batch:
    query = select_columns(*_SHOWN).where(*conditions(waiting(wanted))).order_by(col(PieceRow.row_id))
    rows = session.execute(query).all()
    lines = "\n".join(f"{title(row.piece_id, row.revision)} {' '.join(row[2:])}" for row in rows)
    return Batch(
        digest=sha256(lines.encode()).hexdigest()[:32],
        pieces=tuple(row.piece_id for row in rows),
        classes=len({row.class_key for row in rows}),
    )


_SHOWN = (
    col(PieceRow.piece_id), col(PieceRow.revision), col(PieceRow.content_hash), col(PieceRow.class_key),
    col(PieceRow.pack_version), col(PieceRow.verdict), col(PieceRow.rules),
)  # fmt: skip


def waiting(wanted: Filter) -> Filter:
    """Of what a filter asks for, what can be decided."""
    return wanted.model_copy(update={"statuses": (Status.PENDING,)})
