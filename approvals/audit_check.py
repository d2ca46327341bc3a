"""Whether the audit log stands as it was written, and which row does not where it does not (law 6).

The chain tells a changed, removed, exchanged or added row; the head tells a cut tail; anchors tell a log that
was rewritten from some event to its end, head and hashes included, or set back to an older copy.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from approvals.anchor_files import Anchor, AnchorSequence
from approvals.chain import COLUMNS, GENESIS, event_hash
from approvals.database import reading
from approvals.records import AuditHeadRow, AuditRow
from campaign.noun import Noun

TABLE = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it to every table class
HEAD = AuditHeadRow.__table__  # type: ignore[attr-defined]
ANCHORED = "log.anchored"
ANCHORS = "anchors"
_IN_ORDER = (TABLE.c.seq, *(TABLE.c[name] for name in COLUMNS), TABLE.c.hash)
_BATCH = 5000


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
        unknown = list(_unlike_the_log(session, held)) if isinstance(found, Whole) else []
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
        with closing(_rows(session, checked)) as rows:
            for row in rows:
                if not _stands(row, checked + 1, last):
                    return _named(checked, _fault(session, row, checked + 1), row)
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


def _rows(session: Session, after: int) -> Generator[Row[Any]]:
    """Rows in order; bytes that are no text come as bytes or odd characters, never as an error.

    What stands before the first event is read too: no number is below 1.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    query = select(*_IN_ORDER).order_by(TABLE.c.seq).execution_options(yield_per=_BATCH)
    if after:
        query = query.where(TABLE.c.seq > after)
    lenient = session.get_bind().dialect.name == "sqlite"
    if lenient:
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        with session.execute(query) as result:
            yield from result
    finally:
        if lenient:
            driver.text_factory = str


def _fault(session: Session, row: Row[Any], place: int) -> str:
    """What is wrong with the row that stands where event number `place` should."""
    shown = _shown(row)
    if row.seq != place:
        if row.seq < place:
            return f"Event {row.seq} ({shown}) was added: numbers begin at 1."
        return f"Event {place} is missing; event {row.seq} ({shown}) stands in its place."
    values = [getattr(row, name) for name in COLUMNS]
    if not all(isinstance(value, str) for value in (*values, row.hash)):
        return f"Event {place} ({shown}) cannot be read."
    if _its_own(row, place, values):
        if place == 1:
            return f"Event 1 ({shown}) does not begin the log."
        return (
            f"Event {place} ({shown}) does not follow event {place - 1}: that one was changed or added and "
            "its hash made anew, or one between them was removed."
        )
    longest = max(session.execute(select(func.max(TABLE.c.seq))).scalar_one(), place)
    number = next((n for n in range(1, longest + 2) if n != place and _its_own(row, n, values)), None)
    if number is not None:
        return (
            f"Event {place} ({shown}) was written as event {number}: rows were exchanged, added or removed."
        )
    return f"Event {place} ({shown}) was changed after it was written."


def _its_own(row: Row[Any], number: int, values: list[Any]) -> bool:
    """Whether a row's hash is that of its content under a number."""
    try:
        return bool(row.hash == event_hash(number, *values))
    except UnicodeEncodeError:
        return False


def _rewritten(session: Session, proven: int, anchors: tuple[Anchor, ...], row: Row[Any]) -> Break:
    """The chain stands and an anchor saw another: all since the last anchor that agrees is in doubt."""
    anchor = next(one for one in anchors if one.events == row.seq and one.hash != row.hash)
    first = proven + 1
    span = f"Event {row.seq}" if first == row.seq else f"One of the events {first} to {row.seq}"
    fault = f"{span} was rewritten, and the chain with it: {anchor.title} saw another event {row.seq} than"
    begins = session.execute(select(*_IN_ORDER).where(TABLE.c.seq == first)).one()
    return _named(proven, f"{fault} {_shown(row)}.", begins)


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
        named = json.loads(details)
        number = named["number"]
        if number not in there and held.whole:
            yield f"Anchor {number} is missing; event {seq} of the log says that it was made."
        elif there.get(number, named["anchor"]) != named["anchor"]:
            yield f"Anchor {number} is not the one that event {seq} of the log names."


def _named(checked: int, fault: str, row: Row[Any]) -> Break:
    return Break(
        checked, fault, *(str(one) if isinstance(one, str) else "" for one in (row.event, row.subject))
    )


def _shown(row: Row[Any]) -> str:
    """What a row says of itself, as far as it can be read: `piece.approved` of `letter rev 1`."""
    event, subject = (
        value if isinstance(value, str) and value.isprintable() else ascii(value)
        for value in (row.event, row.subject)
    )
    return f"`{event:.60}` of `{subject:.120}`"
