"""What a package is about: one run, or everything that was decided, shown or delivered in some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError, model_validator
from sqlalchemy import or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from approvals.audit_rows import TABLE
from approvals.audit_search import AuditQuery, conditions
from approvals.examination.names import safe_name
from approvals.records import PieceRow, ReleaseRow
from approvals.runs import find_run
from approvals.statuses import title
from campaign.errors import BadInput, Refused
from campaign.moment import end_of_day, parse_moment
from campaign.noun import Noun

_AT_ONCE = 400


class Scope(Noun):
    """One run, or the days from `starts` to `until`, both whole, in the lender's zone."""

    run_id: str | None = None
    starts: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        days = self.starts is not None and self.until is not None
        if (self.run_id is not None) is days or (self.starts is None) is not (self.until is None):
            raise ValueError("a package is about one run, or about the days from one to another")
        if self.starts and self.until and self.until < self.starts:
            raise ValueError(f"{self.until} lies before {self.starts}")
        return self

    @property
    def in_words(self) -> str:
        """How people name it."""
        return f"run {self.run_id}" if self.run_id is not None else f"{self.starts} to {self.until}"

    @property
    def folder(self) -> str:
        """How its folder is called."""
        if self.run_id is not None:
            return f"examination-{safe_name(self.run_id)}"
        return f"examination-{self.starts}-to-{self.until}"


def scope_of(run: str | None, starts: str | None, until: str | None, zone: ZoneInfo) -> Scope:
    """The scope that options ask for, days as they are typed.

    Raises:
        BadInput: neither a run nor both days, or both, or days that cannot be read or run backward.
    """
    days = [parse_moment(text, zone).astimezone(zone).date() if text else None for text in (starts, until)]
    try:
        return Scope(run_id=run, starts=days[0], until=days[1])
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise BadInput(
            f"This is no scope: {said}.", "Give `--run RUN`, or `--from DATE --to DATE`."
        ) from error


def rows_in(session: Session, scope: Scope, zone: ZoneInfo) -> Sequence[PieceRow]:
    """Every revision of every piece in scope, piece by piece in the order they came.

    A piece is in scope of some days when anything happened to any revision of it then: written, screened,
    decided, delivered, taken back.

    Raises:
        UnknownName: there is no such run. Refused: nothing is in scope.
    """
    if scope.run_id is not None:
        find_run(session, scope.run_id)
        query = select_rows(PieceRow).where(PieceRow.run_id == scope.run_id)
        rows = list(session.exec(query))
    else:
        rows = _of_days(session, scope, zone)
    if not rows:
        raise Refused(
            f"No piece is in scope ({scope.in_words}).", "See `vallum runs list`, or ask for other days."
        )
    first = {row.piece_id: row.row_id or 0 for row in sorted(rows, key=lambda row: -(row.row_id or 0))}
    return sorted(rows, key=lambda row: (first[row.piece_id], row.piece_id, row.revision))


def _of_days(session: Session, scope: Scope, zone: ZoneInfo) -> list[PieceRow]:
    assert scope.starts is not None
    assert scope.until is not None
    query = AuditQuery(
        starts=datetime.combine(scope.starts, time(), tzinfo=zone), until=end_of_day(scope.until, zone)
    )
    about = or_(TABLE.c.event.like("piece.%"), TABLE.c.event.like("delivery.%"))
    found = session.execute(select(TABLE.c.subject).where(about, *conditions(query)).distinct())
    subjects = set(found.scalars())
    released = select_rows(ReleaseRow.release_id, ReleaseRow.piece_id)
    names = {piece_id for release_id, piece_id in session.exec(released) if release_id in subjects}
    every = select_rows(PieceRow.piece_id, PieceRow.revision)
    names |= {piece_id for piece_id, revision in session.exec(every) if title(piece_id, revision) in subjects}
    return rows_of_pieces(session, sorted(names))


def rows_of_pieces(session: Session, names: Sequence[str]) -> list[PieceRow]:
    """Every revision of some pieces."""
    rows: list[PieceRow] = []
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        rows += session.exec(select_rows(PieceRow).where(col(PieceRow.piece_id).in_(part)))
    return rows
