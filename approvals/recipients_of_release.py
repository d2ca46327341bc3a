"""Whom one e-mail release is for: its half of the audience, less those who were written to lately.

The ledger knows mailboxes by their hash only, and so does everything here that outlives a delivery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, func
from sqlmodel import col, select

from approvals.database import reading
from approvals.deliveries import DeliveryState, publication
from approvals.records import DeliveryRow
from campaign.channel import Channel
from campaign.lender import Lender
from campaign.plan import ALERT_MARK
from campaign.release import Publication, Release
from tools.book.recipients import Recipient

VARIANTS = "ab"
_TELL_EVERY = 1_000
# In doubt counts as gone out: nobody can say that it did not.
_OUT = (DeliveryState.DELIVERED.value, DeliveryState.SUBMITTING.value)


@dataclass(slots=True)
class Share:
    """The recipients that a variant may write to; the others are counted while they pass.

    Attributes:
        audience: everyone the placement speaks to.
        placement_id: salt, so that one person is not `a` in every campaign.
        variant: `a` or `b`; none writes to everyone.
        slot_of: a mailbox's slot, by its address.
        told: hears, every thousand people, how many have passed.
        kept: how many belong to the other variant.
        contacts: slot -> contact id, of those who passed.
    """

    audience: Iterable[Recipient]
    placement_id: str
    variant: str
    slot_of: Callable[[str], str]
    told: Callable[[int], None]
    kept: int = field(default=0, init=False)
    contacts: dict[str, str] = field(default_factory=dict, init=False)

    def __iter__(self) -> Iterator[Recipient]:
        for number, person in enumerate(self.audience, start=1):
            if number % _TELL_EVERY == 0:
                self.told(number)
            slot = self.slot_of(person.email)
            if self.variant in ("", variant_for(self.placement_id, slot)):
                self.contacts.setdefault(slot, person.contact_id)
                yield person
            else:
                self.kept += 1


def variant_for(placement_id: str, slot: str) -> str:
    """Which variant a mailbox gets: the same on every day and every machine, half of them each."""
    mark = hashlib.sha256(f"{placement_id}/{slot}".encode()).digest()[0]
    return VARIANTS[mark % len(VARIANTS)]


def variant_of(release: Release) -> str:
    """The variant a release carries, by its piece's id `<run>.<placement>.<variant>...`; empty for none."""
    name = release.piece.piece_id.partition(f"{release.placement_id}.")[2].split(".")[0]
    return name if name and name in VARIANTS else ""


def reason_for_the_other_half(release: Release, share: Share, together: Iterable[Release]) -> str:
    """Why a half stays unwritten to, or nothing where its variant goes out `together` with this one."""
    if not share.kept:
        return ""
    other = next(name for name in VARIANTS if name != share.variant)
    going = {(one.run_id, one.placement_id, variant_of(one)) for one in together}
    if (release.run_id, release.placement_id, other) in going:
        return ""
    return f"this half of the audience is for variant `{other}`, which is not in this round"


def settled_slots(engine: Engine, release: Release) -> frozenset[str]:
    """Slots of a release that are delivered or given up: there is nothing left to do for them."""
    return _slots(engine, release, (DeliveryState.DELIVERED.value, DeliveryState.ABANDONED.value))


def doubtful_slots(engine: Engine, release: Release) -> frozenset[str]:
    """Slots of a release whose publisher stopped in the middle."""
    return _slots(engine, release, (DeliveryState.SUBMITTING.value,))


def recovered(engine: Engine, release: Release, slots: frozenset[str]) -> tuple[Publication, ...]:
    """Evidence for those of the slots that have been found to be delivered."""
    if not slots:
        return ()
    wanted = [f"{release.release_id}/{slot}" for slot in sorted(slots)]
    query = select(DeliveryRow).where(
        col(DeliveryRow.key).in_(wanted), DeliveryRow.state == DeliveryState.DELIVERED.value
    )
    with reading(engine) as session:
        return tuple(publication(row) for row in session.exec(query))


def rested_slots(
    engine: Engine, release: Release, lender: Lender, *, days: int, at: datetime
) -> frozenset[str]:
    """Mailboxes that a letter must leave alone: written to lately, or alerted within the lender's interval.

    Args:
        days: between two letters of any kind. at: aware moment of sending.
    """
    rested = _written(engine, at - timedelta(days=days), release)
    if ALERT_MARK not in release.placement_id:
        return rested
    between = timedelta(days=lender.triggers.days_between_alerts)
    alerts = col(DeliveryRow.placement_id).contains(ALERT_MARK, autoescape=True)
    return rested | _written(engine, at - between, release, alerts)


def alerted_too(release: Release, lender: Lender) -> str:
    """What a rate alert adds to the reason for leaving somebody alone; nothing for other letters."""
    days = lender.triggers.days_between_alerts
    return f", or alerted within the last {days}" if ALERT_MARK in release.placement_id else ""


def sent_on_the_day_of(engine: Engine, channel: str, at: datetime, zone: ZoneInfo) -> int:
    """How much a channel has sent on the lender's calendar day that holds `at`."""
    day = at.astimezone(zone).date()
    starts = datetime.combine(day, time(), tzinfo=zone)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    query = select(func.count()).where(
        DeliveryRow.channel == channel,
        col(DeliveryRow.state).in_(_OUT),
        DeliveryRow.changed_at >= starts,
        DeliveryRow.changed_at < ends,
    )
    with reading(engine) as session:
        return int(session.exec(query).one())


def _slots(engine: Engine, release: Release, states: tuple[str, ...]) -> frozenset[str]:
    query = select(DeliveryRow.key).where(
        DeliveryRow.release_id == release.release_id, col(DeliveryRow.state).in_(states)
    )
    with reading(engine) as session:
        return frozenset(key.removeprefix(f"{release.release_id}/") for key in session.exec(query))


def _written(
    engine: Engine, since: datetime, besides: Release, *which: ColumnElement[bool]
) -> frozenset[str]:
    """Slots of other releases that e-mail has served since a moment."""
    query = select(DeliveryRow.key, DeliveryRow.release_id).where(
        DeliveryRow.channel == Channel.EMAIL.value,
        col(DeliveryRow.state).in_(_OUT),
        DeliveryRow.changed_at > since,
        DeliveryRow.release_id != besides.release_id,
        *which,
    )
    with reading(engine) as session:
        return frozenset(key.removeprefix(f"{release_id}/") for key, release_id in session.exec(query))
