"""Classes of pieces, as a person decides them: one master, a table of who differs, and the odd ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from approvals.chain import text_hash
from approvals.class_keys import slot_values, template, verified_slots
from approvals.database import reading
from approvals.desk_records import ClassRow
from approvals.filters import Filter, conditions
from approvals.gate import Gate
from approvals.kept import kept_of
from approvals.pieces import StoredPiece, stored_piece
from approvals.records import DecisionRow, PieceRow
from approvals.statuses import Status
from campaign.errors import UnknownName
from campaign.finding import Verdict
from campaign.noun import Noun
from campaign.piece import FieldText

SAMPLE = 5
OUTLIERS = 8


class PieceClass(Noun):
    """One line of the queue of classes.

    Attributes:
        class_key: names it. pending, blocked: members that wait, and that a rule blocks.
        first: id of the member that came first; `row` its place in the order.
        channel, segment, master_id, verdict, rules: of that member, and so of all.
        submitted_at, due_at: of that member.
    """

    class_key: str
    row: int
    run_id: str
    pending: int
    blocked: int
    first: str
    channel: str
    segment: str
    master_id: str
    verdict: Verdict
    rules: tuple[str, ...]
    submitted_at: datetime
    due_at: datetime | None = None


class Member(Noun):
    """One piece of a class: what it shows in the slots that may differ, and what is odd about it."""

    piece_id: str
    revision: int
    states: tuple[str, ...]
    slots: dict[str, str]
    odd: str = ""


class ClassView(Noun):
    """A class as it is decided.

    Attributes:
        key: names it. digest is that of `bulk.batch_of` for the class.
        template: the master, slots of identity shown as `{{slot}}`.
        slots: the table's columns, in alphabetical order.
        members: pending ones; outliers: the odd ones, why first. sample: some by chance.
        first: one member, whole. before: the last approved member of the same master, None for none.
    """

    key: str
    template: dict[str, FieldText]
    slots: tuple[str, ...]
    members: tuple[Member, ...]
    outliers: tuple[Member, ...]
    sample: tuple[Member, ...]
    first: StoredPiece
    before: StoredPiece | None = None


def waiting_classes(
    engine: Engine, wanted: Filter | None = None, *, after: int = 0, limit: int | None = 50
) -> tuple[PieceClass, ...]:
    """Classes in which something waits or is blocked, in the order they came.

    Args:
        wanted: only classes with a member that fits; None takes all.
        after: the `row` of the last class seen. limit: most classes, None for all.
    """
    open_ones = col(ClassRow.pending) + col(ClassRow.blocked) > 0
    if wanted is not None and wanted.statuses == (Status.PENDING,):
        open_ones = col(ClassRow.pending) > 0
    query = (
        select_columns(ClassRow, PieceRow)
        .join(PieceRow, and_(col(PieceRow.row_id) == col(ClassRow.first_row)))
        .where(open_ones, col(ClassRow.first_row) > after)
    )
    if wanted is not None and (asked := conditions(wanted)):
        fitting = select_columns(col(PieceRow.class_key)).where(*asked)
        query = query.where(col(ClassRow.class_key).in_(fitting))
    with reading(engine) as session:
        rows = session.execute(query.order_by(col(ClassRow.first_row)).limit(limit)).all()
        return tuple(_line(of_class, first) for of_class, first in rows)


def class_view(gate: Gate, key: str, *, at: datetime, seed: int = 0) -> ClassView:
    """One class with its pending members.

    Args:
        at: moment at which identity is verified. seed: of the sample.

    Raises:
        UnknownName: no piece of that class waits.
    """
    with reading(gate.engine) as session:
        of_class = (PieceRow.class_key == key, PieceRow.status == Status.PENDING.value)
        rows = session.exec(select(PieceRow).where(*of_class).order_by(col(PieceRow.row_id))).all()
        if not rows:
            raise UnknownName(f"No piece of a class `{key}` waits.", "See `vallum queue --classes`.")
        kept = kept_of(session, rows)
        pieces = [stored_piece(session, row, kept[row.piece_id, row.revision]) for row in rows]
        before = approved_before(session, pieces[0])
    first = pieces[0]
    verified = verified_slots(first.piece, gate.lender, at)
    members = tuple(_member(one, verified) for one in pieces)
    return ClassView(
        key=key, template=template(first.piece, verified), slots=tuple(sorted(_differing(members))),
        members=members, outliers=outliers(members),
        sample=sample(members, f"{seed}{key}"),
        first=first, before=before,
    )  # fmt: skip


def outliers(members: Sequence[Member]) -> tuple[Member, ...]:
    """The members most likely to look wrong, each with why: rarest states, longest and shortest values."""
    if len(members) < 2:
        return ()
    found: dict[str, Member] = {}
    for one, why in (*_rarest(members), *_longest_and_shortest(members)):
        before = found.get(one.piece_id)
        odd = f"{before.odd}, {why}" if before else why
        found[one.piece_id] = one.model_copy(update={"odd": odd})
    return tuple(found.values())[:OUTLIERS]


def sample(members: Sequence[Member], seed: str) -> tuple[Member, ...]:
    """Some members by chance: the same for the same seed, on every machine."""
    by_chance = sorted(members, key=lambda one: text_hash(f"{seed} {one.piece_id}"))
    return tuple(by_chance[:SAMPLE])


def _rarest(members: Sequence[Member]) -> list[tuple[Member, str]]:
    """A member of each of the two states that fewest have; a state of all is no oddity."""
    counted = Counter(state for one in members for state in one.states)
    rare = sorted((count, state) for state, count in counted.items() if count < len(members))[:2]
    return [
        (
            next(one for one in members if state in one.states),
            f"{state} is in {count} of {len(members)}",
        )
        for count, state in rare
    ]


def _longest_and_shortest(members: Sequence[Member]) -> list[tuple[Member, str]]:
    """Every slot's longest value, then every slot's shortest, where they are not all as long."""
    longest: list[tuple[Member, str]] = []
    shortest: list[tuple[Member, str]] = []
    for slot in sorted(_differing(members)):
        ranked = sorted(members, key=lambda one: (len(one.slots.get(slot, "")), one.piece_id))
        if len(ranked[0].slots.get(slot, "")) < len(ranked[-1].slots.get(slot, "")):
            longest.append((ranked[-1], f"longest {slot}"))
            shortest.append((ranked[0], f"shortest {slot}"))
    return [*longest, *shortest]


def _differing(members: Sequence[Member]) -> set[str]:
    """Slots that not all members fill alike."""
    names = {slot for one in members for slot in one.slots}
    return {slot for slot in names if len({one.slots.get(slot) for one in members}) > 1}


def _member(stored: StoredPiece, verified: frozenset[str]) -> Member:
    piece = stored.piece
    return Member(
        piece_id=piece.piece_id, revision=piece.revision, states=piece.states,
        slots=slot_values(piece, verified),
    )  # fmt: skip


def approved_before(session: Session, stored: StoredPiece) -> StoredPiece | None:
    """The last other revision approved of the same master and channel in any run, whatever became of it."""
    piece = stored.piece
    same = and_(
        col(DecisionRow.piece_id) == col(PieceRow.piece_id),
        col(DecisionRow.revision) == col(PieceRow.revision),
    )
    query = (
        select(PieceRow)
        .join(DecisionRow, same)
        .where(PieceRow.master_id == stored.master_id, PieceRow.channel == piece.channel)
        .where(DecisionRow.answer == "approve")
        .where(or_(col(PieceRow.piece_id) != piece.piece_id, col(PieceRow.revision) != piece.revision))
        .order_by(col(PieceRow.row_id).desc())
    )
    row = session.exec(query.limit(1)).first()
    return None if row is None else stored_piece(session, row)


def _line(of_class: ClassRow, first: PieceRow) -> PieceClass:
    return PieceClass(
        class_key=of_class.class_key, row=of_class.first_row, run_id=of_class.run_id,
        pending=of_class.pending, blocked=of_class.blocked, first=first.piece_id, channel=first.channel,
        segment=first.segment, master_id=first.master_id, rules=tuple(first.rules.split()),
        verdict=first.verdict, submitted_at=first.submitted_at, due_at=first.due_at,
    )  # fmt: skip
