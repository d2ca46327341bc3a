"""The publication ledger a page at a time: what went out, where, with which evidence, and what did not.

Nothing here reads more rows than a page shows, or than the deliveries of the releases on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Engine, Row, Select, and_, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from approvals.database import reading
from approvals.deliveries import DeliveryState
from approvals.names import unknown_name
from approvals.records import DeliveryRow, PieceRow, ReleaseRow, WithheldRow
from approvals.statuses import Status, title
from campaign.noun import Noun
from campaign.release import Withheld

Show = Literal["all", "due", "in_doubt", "held"]


class LedgerQuery(Noun):
    """Which releases to show; what is None is not asked.

    Attributes:
        show: `due` for what nobody has tried to publish yet, `in_doubt` where a delivery may or may not have
            gone out, `held` where something was kept back.
    """

    run: str | None = None
    channel: str | None = None
    show: Show = "all"


class LedgerPlace(Noun):
    """Where a page ends: the last line's moment and release."""

    tried_at: AwareDatetime | None
    release_id: str


class LedgerLine(Noun):
    """One release.

    Attributes:
        status: where its revision stands now. tried_at: last attempt, None where there was none.
        closed_at: since when nothing of it remains to be delivered.
        deliveries: how many stand where, by `DeliveryState`. latest: the last of their changes.
        target: where the evidence of one delivery is, empty where there is none.
        held: what was kept back last, None where nothing was. held_notes: how often something was.
    """

    release_id: str
    piece_id: str
    revision: int
    run_id: str
    channel: str
    segment: str
    placement_id: str
    status: Status
    tried_at: datetime | None
    closed_at: datetime | None
    deliveries: dict[str, int]
    latest: datetime | None
    target: str
    held: Withheld | None
    held_notes: int

    @property
    def title(self) -> str:
        """The revision that was released."""
        return title(self.piece_id, self.revision)

    @property
    def place(self) -> LedgerPlace:
        """From where the next page goes on."""
        return LedgerPlace(tried_at=self.tried_at, release_id=self.release_id)


class DeliveryLine(Noun):
    """One delivery; `target` is its evidence, `reason` why it was turned away."""

    key: str
    state: DeliveryState
    target: str
    reason: str
    changed_at: datetime

    @property
    def slot(self) -> str:
        """What within the release: the whole of it, or a recipient's hash."""
        return self.key.rpartition("/")[2]


def ledger(
    engine: Engine, wanted: LedgerQuery, *, after: LedgerPlace | None = None, limit: int
) -> tuple[LedgerLine, ...]:
    """Releases, the last tried first, those that nobody tried at the end.

    Args:
        after: `place` of the last line seen.
    """
    tried = col(ReleaseRow.tried_at)
    query = _releases().where(*_asked(wanted), *(() if after is None else (_beyond(after),)))
    with reading(engine) as session:
        rows = session.execute(
            query.order_by(tried.is_(None), tried.desc(), col(ReleaseRow.release_id).desc()).limit(limit)
        ).all()
        return _lines(session, rows)


def ledger_line(engine: Engine, release_id: str) -> LedgerLine:
    """One release.

    Raises:
        UnknownName: there is none of that id.
    """
    with reading(engine) as session:
        rows = session.execute(_releases().where(col(ReleaseRow.release_id) == release_id)).all()
        if not rows:
            raise unknown_name("release", release_id, (), "Look for it in the ledger.")
        return _lines(session, rows)[0]


def deliveries_of(
    engine: Engine, release_id: str, *, after: str = "", limit: int
) -> tuple[DeliveryLine, ...]:
    """The deliveries of a release by key, those after one that was seen."""
    of_release = (DeliveryRow.release_id == release_id, col(DeliveryRow.key) > after)
    query = select(DeliveryRow).where(*of_release).order_by(col(DeliveryRow.key)).limit(limit)
    with reading(engine) as session:
        return tuple(
            DeliveryLine.model_validate(row.model_dump(include=set(DeliveryLine.model_fields)))
            for row in session.exec(query)
        )


def held_of(engine: Engine, release_id: str, *, limit: int) -> tuple[tuple[datetime, Withheld], ...]:
    """What was kept back of a release, the last first, with the moment."""
    query = select(WithheldRow).where(WithheldRow.release_id == release_id)
    with reading(engine) as session:
        rows = session.exec(query.order_by(col(WithheldRow.row_id).desc()).limit(limit))
        return tuple((row.at, Withheld.model_validate_json(row.noun)) for row in rows)


def in_doubt_count(engine: Engine) -> int:
    """Deliveries of which nobody knows whether they went out; someone has to look."""
    query = select_columns(func.count()).where(col(DeliveryRow.state) == DeliveryState.SUBMITTING.value)
    with reading(engine) as session:
        return int(session.execute(query).scalar_one())


def _releases() -> Select[*tuple[Any, ...]]:
    same = and_(
        col(PieceRow.piece_id) == col(ReleaseRow.piece_id), col(PieceRow.revision) == col(ReleaseRow.revision)
    )
    return select_columns(
        col(ReleaseRow.release_id), col(ReleaseRow.piece_id), col(ReleaseRow.revision),
        col(ReleaseRow.run_id), col(ReleaseRow.tried_at), col(ReleaseRow.closed_at),
        col(PieceRow.channel), col(PieceRow.segment), col(PieceRow.placement_id), col(PieceRow.status),
    ).join(PieceRow, same)  # fmt: skip


def _asked(wanted: LedgerQuery) -> list[ColumnElement[bool]]:
    found = []
    if wanted.run is not None:
        found.append(col(ReleaseRow.run_id) == wanted.run)
    if wanted.channel is not None:
        found.append(col(PieceRow.channel) == wanted.channel)
    if wanted.show == "due":
        found += [col(ReleaseRow.tried_at).is_(None), col(ReleaseRow.closed_at).is_(None)]
    if wanted.show == "in_doubt":
        doubtful = select_columns(col(DeliveryRow.release_id))
        doubtful = doubtful.where(col(DeliveryRow.state) == DeliveryState.SUBMITTING.value)
        found.append(col(ReleaseRow.release_id).in_(doubtful))
    if wanted.show == "held":
        found.append(exists().where(col(WithheldRow.release_id) == col(ReleaseRow.release_id)))
    return found


def _beyond(seen: LedgerPlace) -> ColumnElement[bool]:
    tried, name = col(ReleaseRow.tried_at), col(ReleaseRow.release_id)
    if seen.tried_at is None:
        return and_(tried.is_(None), name < seen.release_id)
    same_moment = and_(tried == seen.tried_at, name < seen.release_id)
    return or_(tried < seen.tried_at, same_moment, tried.is_(None))


def _lines(session: Session, rows: Sequence[Row[Any]]) -> tuple[LedgerLine, ...]:
    names = [row.release_id for row in rows]
    delivered, held = _deliveries(session, names), _held(session, names)
    return tuple(
        LedgerLine(**{**row._mapping, "status": Status(row.status)}, **delivered[row.release_id],
                   **held.get(row.release_id, {"held": None, "held_notes": 0}))
        for row in rows
    )  # fmt: skip


def _deliveries(session: Session, names: Sequence[str]) -> defaultdict[str, dict[str, Any]]:
    found: defaultdict[str, dict[str, Any]] = defaultdict(
        lambda: {"deliveries": {}, "latest": None, "target": ""}
    )
    columns = (col(DeliveryRow.release_id), col(DeliveryRow.state))
    query = select_columns(
        *columns, func.count().label("n"), func.max(col(DeliveryRow.changed_at)).label("latest"),
        func.min(col(DeliveryRow.target)).label("target"),
    ).where(col(DeliveryRow.release_id).in_(names))  # fmt: skip
    for row in session.execute(query.group_by(*columns)).all():
        one = found[row.release_id]
        one["deliveries"][row.state] = row.n
        one["latest"] = max(filter(None, (one["latest"], row.latest)))
        if row.state == DeliveryState.DELIVERED:
            one["target"] = row.target
    return found


def _held(session: Session, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    of_page = col(WithheldRow.release_id).in_(names)
    last = select_columns(func.max(col(WithheldRow.row_id)).label("last"), func.count().label("n")).where(
        of_page
    )
    tallied = session.execute(last.group_by(col(WithheldRow.release_id)))
    notes: dict[int | None, int] = {row.last: row.n for row in tallied}
    rows = session.exec(select(WithheldRow).where(col(WithheldRow.row_id).in_(list(notes))))
    return {
        row.release_id: {"held": Withheld.model_validate_json(row.noun), "held_notes": notes[row.row_id]}
        for row in rows
    }
