"""Time limits: until when a piece should be decided, what is late or soon will be, and who gets it then.

A limit decides nothing. What is past it still waits; it is told of, and put on another desk, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, select
from sqlmodel import Session, col

from approvals.audit import record
from approvals.database import reading, writing
from approvals.gate import Gate
from approvals.names import fold
from approvals.people import delegations
from approvals.pieces import read_noun
from approvals.records import PieceRow
from approvals.screens import GATE
from approvals.statuses import Status, title
from campaign.calendar import add_business_hours
from campaign.errors import Unreadable
from campaign.lender import Lender
from campaign.lender_settings import Person
from campaign.noun import Noun
from campaign.piece import Piece

SHOWN = 20
ESCALATED_AT_ONCE = 500


class DuePiece(Noun):
    """A pending revision with a limit.

    Attributes:
        assignee: folded name of whoever has it on their desk; empty for everyone.
        due_at, escalated_at: aware, UTC; the latter None while it has stayed where it was.
    """

    piece: str
    revision: int
    run: str
    channel: str
    segment: str
    assignee: str
    due_at: datetime
    escalated_at: datetime | None = None


class Due(Noun):
    """What is late, or soon will be.

    Attributes:
        count: all of it. pieces: the first of them, those whose limit comes first at the front.
    """

    count: int = 0
    pieces: tuple[DuePiece, ...] = ()


class Escalation(Noun):
    """One piece that went to another desk because its limit passed.

    Attributes:
        before: folded name of whoever had it. after: whoever has it now, as lender.toml names them; both
            empty for everyone.
    """

    piece: str
    revision: int
    due_at: datetime
    before: str
    after: str
    at: datetime


def due_at(submitted_at: datetime, hours: float | None, lender: Lender) -> datetime | None:
    """The moment until which a piece should be decided.

    Args:
        submitted_at: aware. hours: business hours that the approval rules give; None where there is no limit.

    Returns:
        An aware moment in UTC, None where there is no limit.
    """
    if hours is None:
        return None
    return add_business_hours(submitted_at, hours, lender.calendar, lender.zone)


def overdue(engine: Engine, *, at: datetime, limit: int = SHOWN) -> Due:
    """What waits although its limit has passed; `limit` pieces of it are named."""
    with reading(engine) as session:
        return due_of(session, is_late(at), limit)


def nearing(engine: Engine, *, at: datetime, lender: Lender, limit: int = SHOWN) -> Due:
    """What will be late within the business hours that lender.toml gives; `limit` pieces of it are named."""
    with reading(engine) as session:
        return due_of(session, is_near(at, lender), limit)


def due_of(session: Session, wanted: ColumnElement[bool], limit: int) -> Due:
    """Every revision that fits a condition over `PieceRow`; `limit` of them are named."""
    columns = (
        col(PieceRow.piece_id), col(PieceRow.revision), col(PieceRow.run_id), col(PieceRow.channel),
        col(PieceRow.segment), col(PieceRow.assignee), col(PieceRow.due_at), col(PieceRow.escalated_at),
    )  # fmt: skip
    first = select(*columns).where(wanted).order_by(col(PieceRow.due_at), col(PieceRow.row_id)).limit(limit)
    count = session.execute(select(func.count()).select_from(PieceRow).where(wanted)).scalar_one()
    rows = session.execute(first).all()
    names = ("piece", "revision", "run", "channel", "segment", "assignee", "due_at", "escalated_at")
    return Due(count=count, pieces=tuple(DuePiece(**dict(zip(names, row, strict=True))) for row in rows))


def is_late(at: datetime) -> ColumnElement[bool]:
    """The condition that a revision waits past its limit."""
    return and_(col(PieceRow.status) == Status.PENDING.value, col(PieceRow.due_at) <= at)


def is_near(at: datetime, lender: Lender) -> ColumnElement[bool]:
    """The condition that a revision waits and its limit is near and not passed."""
    until = add_business_hours(at, lender.notices.before_hours, lender.calendar, lender.zone)
    within = and_(col(PieceRow.due_at) > at, col(PieceRow.due_at) <= until)
    return and_(col(PieceRow.status) == Status.PENDING.value, within)


def escalate(gate: Gate, *, at: datetime, most: int = ESCALATED_AT_ONCE) -> tuple[Escalation, ...]:
    """Put what is past its limit on the desk of whoever lender.toml names for that, each piece once.

    Nobody gets a piece that they had a hand in, and whoever is away is stood in for. Where nobody is left,
    the piece stays where it is and counts as escalated all the same.

    Args:
        at: aware. most: pieces in one call; the rest is left for the next.
    """
    with writing(gate.engine) as session:
        desks = tuple(_desks(session, gate.lender, at))
        return tuple(_escalate(session, row, desks, at) for row in _late_rows(session, at, most))


def _late_rows(session: Session, at: datetime, most: int) -> list[PieceRow]:
    late = and_(is_late(at), col(PieceRow.escalated_at).is_(None))
    query = select(PieceRow).where(late).order_by(col(PieceRow.due_at), col(PieceRow.row_id))
    return list(session.execute(query.limit(most)).scalars())


def _escalate(session: Session, row: PieceRow, desks: tuple[Person, ...], at: datetime) -> Escalation:
    """One piece, in the caller's transaction: the row, and the event that says so."""
    assert row.due_at is not None
    authors = {fold(name) for name in _authors(row)}
    able = [person.name for person in desks if fold(person.name) not in authors]
    others = [name for name in able if fold(name) != row.assignee]
    made = Escalation(
        piece=row.piece_id, revision=row.revision, due_at=row.due_at, before=row.assignee, at=at,
        after=next(iter(others or able), row.assignee),
    )  # fmt: skip
    row.escalated_at, row.assignee = at, fold(made.after)
    details = {"due_at": made.due_at.isoformat(), "from_person": made.before, "to_person": made.after}
    name = title(row.piece_id, row.revision)
    record(session, event="piece.escalated", subject=name, by=GATE, at=at, details=details)
    return made


def _authors(row: PieceRow) -> tuple[str, ...]:
    """Who had a hand in a revision; one whose record was changed beyond reading is refused when decided."""
    try:
        return read_noun(Piece, row.noun, row.piece_id).authors
    except Unreadable:
        return ()


def _desks(session: Session, lender: Lender, at: datetime) -> Iterator[Person]:
    """Who may be given what is late, in the order of lender.toml, stand-ins in place of those away."""
    away = {fold(one.absent): fold(one.stand_in) for one in delegations(session) if one.holds(at, lender)}
    listed = {fold(person.name): person for person in lender.people}
    for entry in lender.notices.escalate_to:
        for person in lender.notices.heard_by(entry, lender.people):
            name = away.get(fold(person.name), fold(person.name))
            if name in listed:
                yield listed[name]
