"""Passing through the gate: what a claim writes, and what is written where an approval no longer holds."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from approvals.deliveries import DeliveryState, advance, delivery_key, keep_withheld
from approvals.records import DeliveryRow, PieceRow
from approvals.screens import GATE
from approvals.standing import Objection
from approvals.statuses import Status, move
from campaign.errors import NotInForce
from campaign.release import Release, Withheld


def take(session: Session, release: Release, slot: str, at: datetime) -> bool:
    """Claim a slot that is new, or that a publisher let go before handing anything over."""
    key = delivery_key(release, slot)
    row = session.get(DeliveryRow, key)
    if row is not None:
        return row.state == DeliveryState.CLAIMED or advance(session, key, DeliveryState.CLAIMED, at=at)
    session.add(
        DeliveryRow(
            key=key, release_id=release.release_id, channel=release.piece.channel,
            placement_id=release.placement_id, state=DeliveryState.CLAIMED.value, changed_at=at,
        )
    )  # fmt: skip
    return True


def pass_through(session: Session, release: Release, at: datetime) -> None:
    """The first claim takes an approved piece through the gate."""
    piece = release.piece
    of_piece = (PieceRow.piece_id == piece.piece_id, PieceRow.revision == piece.revision)
    status = Status(session.exec(select(PieceRow.status).where(*of_piece)).one())
    if status in (Status.APPROVED, Status.APPROVED_CONDITIONALLY):
        move(
            session, piece.piece_id, piece.revision, expected=status, to=Status.RELEASED, by=GATE, at=at,
            details={"release": release.release_id},
        )  # fmt: skip


def void(session: Session, release: Release, objection: Objection, at: datetime) -> None:
    """End an approval that no longer holds; a release that is merely wrong leaves the piece alone."""
    if not objection.void:
        return
    piece = release.piece
    row = session.exec(
        select(PieceRow).where(PieceRow.piece_id == piece.piece_id, PieceRow.revision == piece.revision)
    ).one()
    move(
        session, piece.piece_id, piece.revision, expected=Status(row.status), to=Status.EXPIRED, by=GATE,
        at=at, reason=objection.reason,
    )  # fmt: skip
    withhold(session, release, objection.reason, at)


def withhold(session: Session, release: Release, reason: str, at: datetime) -> None:
    """Write down that a release did not go out."""
    withheld = Withheld(
        release_id=release.release_id,
        channel=release.piece.channel,
        placement_id=release.placement_id,
        reason=reason,
    )
    keep_withheld(session, withheld, at)


def not_in_force(release: Release, objection: Objection) -> NotInForce:
    """The sentence for a publisher whose release may not go out."""
    return NotInForce(f"Cannot publish `{release.release_id}`: {objection.reason}.", objection.remedy)
