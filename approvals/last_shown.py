"""When a piece was last shown to anyone: the day on which the clock of retention starts (12 CFR 1014.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from approvals.audit import AuditEvent
from approvals.deliveries import DeliveryState
from approvals.records import DeliveryRow, ReleaseRow
from campaign.channel import Channel

AT_ONCE = frozenset({Channel.EMAIL.value, Channel.SMS.value})
"""Channels in which a thing is shown when it arrives; elsewhere it stands until it is taken down."""
_OUT = (DeliveryState.DELIVERED.value, DeliveryState.SUBMITTING.value)
_STOPPED = ("piece.recalled", "piece.expired")

Revision = tuple[str, int]


def last_shown(
    channel: str, deliveries: Sequence[datetime], *, ends: datetime, events: Iterable[AuditEvent]
) -> datetime | None:
    """The last moment at which a piece can have been shown; None where nothing of it went out.

    Args:
        deliveries: moments of all that went out or may have. ends: of the campaign it stood in.
        events: of the revision; a recall or an expiry ends what stands.
    """
    if not deliveries:
        return None
    last = max(deliveries)
    if channel in AT_ONCE:
        return last
    stopped = min((event.at for event in events if event.event in _STOPPED), default=ends)
    return max(last, min(ends, stopped))


def deliveries_of(session: Session, run_id: str) -> Mapping[Revision, Sequence[datetime]]:
    """When something of each revision of a run went out, or may have."""
    query = (
        select(ReleaseRow.piece_id, ReleaseRow.revision, DeliveryRow.changed_at)
        .join(DeliveryRow, col(DeliveryRow.release_id) == col(ReleaseRow.release_id))
        .where(ReleaseRow.run_id == run_id, col(DeliveryRow.state).in_(_OUT))
    )
    found: dict[Revision, list[datetime]] = {}
    for piece_id, revision, at in session.exec(query):
        found.setdefault((piece_id, revision), []).append(at)
    return found
