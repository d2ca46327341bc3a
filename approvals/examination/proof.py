"""The part of the log that proves a package: every row from its first event to an anchor that saw its last.

Rows of other matters lie between; they are handed over too, for a chain with holes proves nothing. Whoever
holds a copy of that anchor from elsewhere can tell that none of it was written later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from approvals.anchor_files import Anchor
from approvals.audit import AuditEvent, event_of
from approvals.audit_rows import IN_ORDER, TABLE
from approvals.chain import COLUMNS, event_hash
from campaign.errors import Refused

FORM = (
    "Each line of segment.jsonl is one row of the log. Its hash is SHA-256 over the JSON of seq, event, "
    "subject, by, at, details (a text) and previous: sorted keys, no spaces, UTF-8. Each row's previous is "
    "the hash of the row before it. The anchor names the hash of the last row and is signed (Ed25519)."
)
BESIDE = ("publishing", "lender.toml", "delegations")
"""What was told to everyone while the package's own events happened."""
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class LogPart:
    """What of the log a package holds.

    Attributes:
        events: those that are about it, oldest first. first, last: number of the first and last row.
        anchor: the first that saw the last of its own events.
    """

    events: tuple[AuditEvent, ...]
    first: int
    last: int
    anchor: Anchor


def log_part(session: Session, subjects: Iterable[str], anchors: Sequence[Anchor]) -> LogPart:
    """The part of the log that is about some subjects.

    Raises:
        Refused: an event was changed, or no anchor saw the last of them.
    """
    own = tuple(_events(session, sorted(set(subjects))))
    first, last = min(event.seq for event in own), max(event.seq for event in own)
    anchor = next((one for one in anchors if one.events >= last), None)
    if anchor is None:
        raise Refused("No anchor has seen the last of these events.", "Run `vallum audit anchor`.")
    beside = [event for event in _events(session, BESIDE) if first <= event.seq <= anchor.events]
    events = {event.seq: event for event in (*own, *beside)}
    return LogPart(tuple(events[seq] for seq in sorted(events)), first, anchor.events, anchor)


def segment_lines(session: Session, part: LogPart) -> Iterator[str]:
    """Every row of the part as a line of JSON."""
    query = (
        select(*IN_ORDER)
        .where(TABLE.c.seq >= part.first, TABLE.c.seq <= part.last)
        .order_by(TABLE.c.seq)
        .execution_options(yield_per=2_000)
    )
    for row in session.execute(query):
        yield json.dumps(dict(row._mapping), ensure_ascii=False) + "\n"


def segment_fault(lines: Iterable[str], first: int, anchor: Anchor) -> str:
    """What is wrong with a segment that a package holds, one sentence; empty where it proves its events.

    Args:
        lines: of `segment.jsonl`. first: number it begins with. anchor: its signature was checked before.
    """
    place, before = first - 1, None
    for line in lines:
        place += 1
        row = _row(line)
        if row is None or row.get("seq") != place:
            return f"Row {place} of the log is missing from segment.jsonl or cannot be read."
        values: list[Any] = [row.get(name) for name in COLUMNS]
        try:
            own = event_hash(place, *values)
        except (TypeError, UnicodeEncodeError):
            own = ""
        if own != row.get("hash"):
            return f"Event {place} in segment.jsonl was changed."
        if before is not None and row["previous"] != before:
            return f"Event {place} in segment.jsonl does not follow the one before it."
        before = own
    if place != anchor.events or before != anchor.hash:
        return f"segment.jsonl does not end with the event that {anchor.title} saw."
    return ""


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _events(session: Session, subjects: Sequence[str]) -> Iterator[AuditEvent]:
    for start in range(0, len(subjects), _AT_ONCE):
        part = subjects[start : start + _AT_ONCE]
        found: Sequence[Row[Any]] = session.execute(
            select(TABLE).where(TABLE.c.subject.in_(part)).order_by(TABLE.c.seq)
        ).all()
        yield from (event_of(row) for row in found)
