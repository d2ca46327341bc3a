"""Deliveries: one row per slot of a release, what became of it, and what was held back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from approvals.database import changed_rows, reading, writing
from approvals.records import AuditRow, DeliveryRow, ReleaseRow, WithheldRow
from approvals.runs import find_run
from campaign.release import Publication, Release, Withheld


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    POSTPONED = "postponed"
    DELIVERED = "delivered"
    ABANDONED = "abandoned"

    @property
    def meaning(self) -> str:
        """What the state says, in one sentence."""
        return _MEANINGS[self]


_MEANINGS: Mapping[DeliveryState, str] = {
    DeliveryState.CLAIMED: "A publisher took it and nothing has gone out; it may be taken again.",
    DeliveryState.SUBMITTING: "It was being handed over; whether it went out is not known.",
    DeliveryState.POSTPONED: "The other side refused for now; nothing went out and it may be taken again.",
    DeliveryState.DELIVERED: "It went out, with evidence.",
    DeliveryState.ABANDONED: "It was refused for good; nothing went out.",
}

MADE = "delivery.made"
_KEY = re.compile(r'"key":"([^"\\]*)"')

_ANSWERS = frozenset({DeliveryState.DELIVERED, DeliveryState.POSTPONED, DeliveryState.ABANDONED})

DELIVERY_TRANSITIONS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    # claimed to delivered: a file is looked up and adopted, so it is never in doubt
    DeliveryState.CLAIMED: _ANSWERS | {DeliveryState.SUBMITTING},
    DeliveryState.SUBMITTING: _ANSWERS,
    DeliveryState.POSTPONED: frozenset({DeliveryState.CLAIMED}),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.ABANDONED: frozenset(),
}


def delivery_key(release: Release, slot: str) -> str:
    """The idempotency key: one release, one slot, one delivery."""
    return f"{release.release_id}/{slot}"


def advance(session: Session, key: str, to: DeliveryState, *, at: datetime, **columns: str) -> bool:
    """Move one delivery where the table allows it, conditionally.

    Returns:
        False where it stands elsewhere, for example because another publisher moved it first.
    """
    sources = [state.value for state, targets in DELIVERY_TRANSITIONS.items() if to in targets]
    statement = (
        update(DeliveryRow)
        .where(col(DeliveryRow.key) == key, col(DeliveryRow.state).in_(sources))
        .values(state=to.value, changed_at=at, **columns)
    )
    return changed_rows(session, statement) == 1


def publications(engine: Engine, *, run_id: str | None = None) -> tuple[Publication, ...]:
    """Everything that went out, by key.

    Raises:
        UnknownName: there is no such run.
    """
    return tuple(publication(row) for row in _deliveries(engine, run_id, DeliveryState.DELIVERED))


def in_doubt(engine: Engine, *, run_id: str | None = None) -> tuple[str, ...]:
    """Keys of deliveries that were being handed over when their publisher stopped; someone has to look."""
    return tuple(row.key for row in _deliveries(engine, run_id, DeliveryState.SUBMITTING))


def made_by_the_log(session: Session, release_id: str) -> frozenset[str]:
    """Keys of a release that went out, as the log tells it; an event that cannot be read tells nothing."""
    told = select(AuditRow.details).where(AuditRow.subject == release_id, AuditRow.event == MADE)
    return frozenset(match[1] for details in session.exec(told) if (match := _KEY.search(str(details))))


def publication(row: DeliveryRow) -> Publication:
    """The evidence a delivered row holds."""
    return Publication(
        key=row.key, release_id=row.release_id, channel=row.channel, placement_id=row.placement_id,
        target=row.target, at=row.changed_at,
    )  # fmt: skip


def withhold(engine: Engine, withheld: Withheld, *, at: datetime) -> None:
    """Record something that did not go out, so that it is counted and listed."""
    with writing(engine) as session:
        keep_withheld(session, withheld, at)


def withheld_of(engine: Engine, *, run_id: str | None = None) -> tuple[Withheld, ...]:
    """Everything that was held back, oldest first.

    Raises:
        UnknownName: there is no such run.
    """
    query = _of_run(select(WithheldRow), WithheldRow.release_id, run_id).order_by(col(WithheldRow.row_id))
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
        return tuple(Withheld.model_validate_json(row.noun) for row in session.exec(query))


def keep_withheld(session: Session, withheld: Withheld, at: datetime) -> None:
    """As `withhold`, within a transaction."""
    session.add(WithheldRow(release_id=withheld.release_id, at=at, noun=withheld.model_dump_json()))


def close_release(engine: Engine, release: Release, *, at: datetime) -> None:
    """Say that nothing of a release remains to be delivered: it is no longer due."""
    with writing(engine) as session:
        close(session, release.release_id, at)


def close(session: Session, release_id: str, at: datetime) -> None:
    """As `close_release`, within a transaction; the first closing stands."""
    session.execute(
        update(ReleaseRow)
        .where(col(ReleaseRow.release_id) == release_id, col(ReleaseRow.closed_at).is_(None))
        .values(closed_at=at)
    )


def _deliveries(engine: Engine, run_id: str | None, state: DeliveryState) -> tuple[DeliveryRow, ...]:
    query = select(DeliveryRow).where(DeliveryRow.state == state.value).order_by(DeliveryRow.key)
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
        return tuple(session.exec(_of_run(query, DeliveryRow.release_id, run_id)))


def _of_run(query: Any, release_id: str, run_id: str | None) -> Any:
    """Narrow a query to the releases of one run, by the column that names them."""
    if run_id is None:
        return query
    of_run = select(ReleaseRow.release_id).where(ReleaseRow.run_id == run_id)
    return query.where(col(release_id).in_(of_run))
