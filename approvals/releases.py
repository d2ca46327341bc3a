"""Releases that are due, and the ledger that lets each of their slots out once (laws 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, and_, or_, update
from sqlmodel import Session, col, select

from approvals.audit import record
from approvals.database import reading, writing
from approvals.deliveries import (
    MADE,
    DeliveryState,
    advance,
    close,
    delivery_key,
    made_by_the_log,
    publication,
)
from approvals.gate import Gate
from approvals.passage import not_in_force, pass_through, take, void, withhold
from approvals.pieces import stored_piece
from approvals.records import DeliveryRow, PieceRow, ReleaseRow
from approvals.runs import find_run
from approvals.screens import GATE
from approvals.standing import LIVE, Standing, release_of
from approvals.statuses import Status, move
from campaign.errors import Refused
from campaign.piece import Piece
from campaign.rates import RateSheet
from campaign.release import Publication, Release

WHOLE_RELEASE = "file"  # the slot of a channel that takes a release in one delivery


def releases_due(
    engine: Engine, *, run_id: str | None = None, untried_at: datetime | None = None
) -> tuple[Release, ...]:
    """Passes of which something may remain to be delivered, in the order their pieces came.

    That is every approved piece, and every published one whose release was not closed (an audience that is
    served over days, a publisher that was killed half-way). What already went out is not claimed twice.

    Args:
        run_id: one run; None takes all.
        untried_at: leave out what was tried at this moment or later (`note_tried`), so that a release that
            cannot go out now is not tried again and again.

    Raises:
        UnknownName: there is no such run. Unreadable: a record was changed beyond reading.
    """
    same_revision = (
        col(ReleaseRow.piece_id) == col(PieceRow.piece_id),
        col(ReleaseRow.revision) == col(PieceRow.revision),
    )
    query = (
        select(PieceRow)
        .join(ReleaseRow, and_(*same_revision))
        .where(col(PieceRow.status).in_([status.value for status in LIVE]))
        .where(col(ReleaseRow.closed_at).is_(None))
        .order_by(col(PieceRow.row_id))
    )
    with reading(engine) as session:
        if run_id is not None:
            find_run(session, run_id)
            query = query.where(PieceRow.run_id == run_id)
        if untried_at is not None:
            tried = col(ReleaseRow.tried_at)
            query = query.where(or_(tried.is_(None), tried < untried_at))
        pieces = [stored_piece(session, row) for row in session.exec(query)]
    return tuple(release_of(stored) for stored in pieces if stored.decision is not None)


def note_tried(engine: Engine, releases: Iterable[Release], *, at: datetime) -> None:
    """Remember that publishing these was tried at `at`, whatever came of it."""
    names = [release.release_id for release in releases]
    with writing(engine) as session:
        session.execute(update(ReleaseRow).where(col(ReleaseRow.release_id).in_(names)).values(tried_at=at))


class SqlLedger:
    """The gate's books for publishers: implements `campaign.release.Ledger` on the gate's database.

    Args:
        gate: the records, the rules, the lender and the rates in force.
    """

    def __init__(self, gate: Gate) -> None:
        self._engine = gate.engine
        self._standing = Standing(gate)
        self._sheet = gate.sheet
        self._pack_version = gate.pack.version
        self._logged: dict[str, frozenset[str]] = {}

    @property
    def engine(self) -> Engine:
        """The database behind the books, for what publishers ask besides (who was written to lately)."""
        return self._engine

    @property
    def sheet(self) -> RateSheet | None:
        """The prices in force, under which releases are judged."""
        return self._sheet

    def claim(self, release: Release, slot: str, *, at: datetime) -> bool:
        """Claim one delivery, checking the approval again in the same transaction.

        Returns:
            True where this caller must now deliver: the slot is new, or was claimed by a publisher that
            stopped before handing anything over. False where it is done, abandoned or in doubt.

        Raises:
            NotInForce: the approval is void, or this release is not what was approved.
        """
        with writing(self._engine) as session:
            objection = self._standing.objection(session, release, at)
            if objection is None:
                taken = not self._is_logged(session, release, slot) and take(session, release, slot, at)
                if taken:
                    pass_through(session, release, at)
                return taken
            void(session, release, objection, at)
        raise not_in_force(release, objection)

    def objection_to(self, approved: Piece, rendering: Piece, *, at: datetime) -> str:
        """Why one recipient's rendering may not go out; empty where it may."""
        return self._standing.to_rendering(approved, rendering, at)

    def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
        """Record that delivery begins now; of two publishers that claimed the same slot one gets through.

        Raises:
            NotInForce: the approval ended since the claim.
            Refused: another publisher is delivering this slot or has done so.
        """
        with writing(self._engine) as session:
            objection = self._standing.objection(session, release, at)
            if objection is None:
                key = delivery_key(release, slot)
                if not advance(session, key, DeliveryState.SUBMITTING, at=at):
                    raise Refused(f"`{key}` is in the hands of another publisher.", "There is nothing to do.")
                return
            void(session, release, objection, at)
        raise not_in_force(release, objection)

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        """Record that one delivery was made, with its evidence; recording it twice changes nothing.

        Raises:
            Refused: the slot was not being delivered.
        """
        key = delivery_key(release, slot)
        with writing(self._engine) as session:
            moved = advance(session, key, DeliveryState.DELIVERED, at=at, target=target)
            row = session.get(DeliveryRow, key)
            if row is None or row.state != DeliveryState.DELIVERED:
                raise Refused(f"`{key}` was not being delivered.", "Claim it first.")
            if moved:
                self._keep_delivery(session, release, slot, row)
            return publication(row)

    def postpone(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        """Record that the other side refused for now (nothing went out); the slot may be claimed again.

        Raises:
            Refused: the slot is not under way.
        """
        self._turned_away(release, slot, DeliveryState.POSTPONED, reason, at)

    def abandon(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        """Record that a claimed delivery was refused for good (nothing went out).

        Raises:
            Refused: the slot is not under way.
        """
        self._turned_away(release, slot, DeliveryState.ABANDONED, reason, at)

    def state(self, release: Release, slot: str) -> DeliveryState | None:
        """Where one delivery stands, None where nobody claimed it; for looking up what is in doubt."""
        with reading(self._engine) as session:
            row = session.get(DeliveryRow, delivery_key(release, slot))
        return None if row is None else DeliveryState(row.state)

    def _is_logged(self, session: Session, release: Release, slot: str) -> bool:
        """Whether the log said that a slot went out when its release was first looked at.

        Whatever the row of the delivery says: one that somebody took out would go out again.
        """
        name = release.release_id
        if name not in self._logged:
            self._logged[name] = made_by_the_log(session, name)
        return delivery_key(release, slot) in self._logged[name]

    def _turned_away(self, release: Release, slot: str, to: DeliveryState, reason: str, at: datetime) -> None:
        key = delivery_key(release, slot)
        with writing(self._engine) as session:
            if not advance(session, key, to, at=at, reason=reason):
                raise Refused(f"`{key}` is not under way, so it cannot be {to}.", "Claim it first.")
            withhold(session, release, reason, at)
            details = {"key": key, "reason": reason}
            name = release.release_id
            record(session, event=f"delivery.{to}", subject=name, by=GATE, at=at, details=details)

    def _keep_delivery(self, session: Session, release: Release, slot: str, row: DeliveryRow) -> None:
        """The evidence of one delivery; the first one makes its piece published."""
        details = {"key": row.key, "target": row.target, "pack": self._pack_version}
        name = release.release_id
        record(session, event=MADE, subject=name, by=GATE, at=row.changed_at, details=details)
        of_piece = (release.piece.piece_id, release.piece.revision)
        status = session.exec(
            select(PieceRow.status).where(PieceRow.piece_id == of_piece[0], PieceRow.revision == of_piece[1])
        ).one()
        if status == Status.RELEASED:
            move(
                session, *of_piece, expected=Status.RELEASED, to=Status.PUBLISHED, by=GATE, at=row.changed_at,
                details={"key": row.key},
            )  # fmt: skip
        if slot == WHOLE_RELEASE:
            close(session, release.release_id, row.changed_at)
