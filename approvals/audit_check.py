"""Whether the audit log stands as it was written, and which row does not where it does not (law 6).

The chain tells a changed, removed, exchanged or added row; the head tells a cut tail; anchors tell a log that
was rewritten from some event to its end, head and hashes included, or set back to an older copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from approvals.anchor_files import Anchor, AnchorSequence
from approvals.audit_faults import fault_of, shown
from approvals.audit_rows import HEAD, IN_ORDER, TABLE, rows_after
from approvals.chain import GENESIS, event_hash
from approvals.database import reading
from campaign.noun import Noun

ANCHORED = "log.anchored"
ANCHORS = "anchors"


class AuditReport(Noun):
    """What a check of the log found.

    Attributes:
        events: rows that were read and stand as they were written, from the first on.
        verified: nothing was changed, removed, reordered or added, and every anchor agrees.
        first_broken: number of the first event that does not stand, None where all do.
        event, subject: what stands there now, empty where nothing does.
        reason: what is wrong, one sentence; the first of `faults`.
        faults: everything that is wrong, a sentence each: with the log, then with the anchors.
        anchors: how many of them the log was held to.
    """

    events: int
    verified: bool
    first_broken: int | None = None
    event: str = ""
    subject: str = ""
    reason: str = ""
    faults: tuple[str, ...] = ()
    anchors: int = 0


class Break(NamedTuple):
    """Where a log stops standing: how many events before it do, the sentence, and what stands there."""

    checked: int
    fault: str
    event: str = ""
    subject: str = ""


class Whole(NamedTuple):
    """A log, or the rest of one, that stands: its length, and the hash of its last event."""

    events: int
    hash: str


def verify(engine: Engine, anchors: AnchorSequence | None = None) -> AuditReport:
    """Recompute the whole chain, and hold it to the head and to the anchors.

    Never raises for what a row holds: an unreadable row is a broken row. The log is read in batches.

    Args:
        anchors: as `anchor_files.read_anchors` gives them; None where there are none to hold it to.

    Raises:
        Busy, BadInput: the database itself cannot be opened.
    """
    held = anchors or AnchorSequence()
    with reading(engine) as session:
        found = check(session, held.anchors)
        unknown = list(_unlike_the_log(session, held)) if anchors and isinstance(found, Whole) else []
    beside = (*held.faults, *unknown)
    if isinstance(found, Whole):
        return AuditReport(
            events=found.events, verified=not beside, reason=beside[0] if beside else "", faults=beside,
            anchors=len(held.anchors),
        )  # fmt: skip
    return AuditReport(
        events=found.checked, verified=False, first_broken=found.checked + 1, event=found.event,
        subject=found.subject, reason=found.fault, faults=(found.fault, *beside), anchors=len(held.anchors),
    )  # fmt: skip


def check(session: Session, anchors: tuple[Anchor, ...] = (), since: Anchor | None = None) -> Whole | Break:
    """Walk the log, or what came since an anchor, to its head.

    Args:
        anchors: what the log has to hold besides. since: where to begin; None begins with the first event.
    """
    checked, last = (since.events, since.hash) if since else (0, GENESIS)
    proven, pins = checked, {(one.events, one.hash) for one in anchors}
    pinned = {one.events for one in anchors}
    try:
        with closing(rows_after(session, checked)) as rows:
            for row in rows:
                if not _stands(row, checked + 1, last):
                    return _named(checked, fault_of(session, row, checked + 1), row)
                checked, last = row[0], row[-1]
                if checked in pinned:
                    if any(events == checked and seen != last for events, seen in pins):
                        return _rewritten(session, proven, anchors, row)
                    proven = checked
        return _against_head(session, Whole(checked, last), anchors)
    except DBAPIError as error:
        said = str(error.orig).splitlines()[0]
        return Break(checked, f"The log cannot be read from event {checked + 1} on ({said}).")


def _stands(row: Row[Any], place: int, last: str) -> bool:
    """Whether a row is the one that was written at a place of the chain."""
    seq, event, subject, by, at, details, previous, kept = tuple(row)
    try:
        return bool(
            seq == place
            and previous == last
            and kept == event_hash(seq, event, subject, by, at, details, previous)
        )
    except (TypeError, UnicodeEncodeError):
        return False


def _rewritten(session: Session, proven: int, anchors: tuple[Anchor, ...], row: Row[Any]) -> Break:
    """The chain stands and an anchor saw another: all since the last anchor that agrees is in doubt."""
    anchor = next(one for one in anchors if one.events == row.seq and one.hash != row.hash)
    first = proven + 1
    span = f"Event {row.seq}" if first == row.seq else f"One of the events {first} to {row.seq}"
    fault = f"{span} was rewritten, and the chain with it: {anchor.title} saw another event {row.seq} than"
    begins = session.execute(select(*IN_ORDER).where(TABLE.c.seq == first)).one()
    return _named(proven, f"{fault} {shown(row)}.", begins)


def _against_head(session: Session, whole: Whole, anchors: tuple[Anchor, ...]) -> Whole | Break:
    heads = session.execute(select(HEAD)).all()
    longer = next((one for one in anchors if one.events > whole.events), None)
    if longer is not None:
        fault = (
            f"The log was cut back: {longer.title} saw {longer.events} events and it holds {whole.events}."
        )
    elif len(heads) != 1:
        fault = f"The log's head has {len(heads)} rows instead of one."
    elif heads[0].events != whole.events:
        fault = f"The log holds {whole.events} events and its head says {heads[0].events}."
    elif heads[0].hash != whole.hash or heads[0].head_id != 1:
        fault = f"The log's head does not name event {whole.events}, its last."
    else:
        return whole
    return Break(whole.events, fault)


def _unlike_the_log(session: Session, held: AnchorSequence) -> Iterator[str]:
    """Anchors that the log says were made, and that are not there or are others."""
    there = {one.number: one.digest for one in held.anchors}
    told = session.execute(
        select(TABLE.c.seq, TABLE.c.details)
        .where(TABLE.c.subject == ANCHORS, TABLE.c.event == ANCHORED)
        .order_by(TABLE.c.seq)
    )
    for seq, details in told:
        number, digest = _anchor_named(details)
        if number == 0:
            yield f"Event {seq} of the log names no anchor: it was rewritten."
        elif number not in there and held.whole:
            yield f"Anchor {number} is missing; event {seq} of the log says that it was made."
        elif there.get(number, digest) != digest:
            yield f"Anchor {number} is not the one that event {seq} of the log names."


def _anchor_named(details: str) -> tuple[int, str]:
    """Number and digest of an anchor as its event names it; 0 where it was rewritten and names none."""
    try:
        named = json.loads(details)
        return int(named["number"]), str(named["anchor"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0, ""


def _named(checked: int, fault: str, row: Row[Any]) -> Break:
    return Break(
        checked, fault, *(str(one) if isinstance(one, str) else "" for one in (row.event, row.subject))
    )
