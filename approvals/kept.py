"""What is kept beside a revision, as stored text: findings, decisions, waivers, for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col

from approvals.audit import AuditEvent, events_of
from approvals.desk_records import EndorsementRow, WaiverRow
from approvals.records import DecisionRow, FindingRow, PieceRow
from approvals.statuses import title

_AT_ONCE = 400  # names in one statement; SQLite takes 999 at least

Revision = tuple[str, int]


class Kept(NamedTuple):
    """The nouns of one revision as text, each list in its own order."""

    findings: tuple[str, ...] = ()
    decision: str | None = None
    endorsements: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


def kept_of(session: Session, rows: Sequence[PieceRow]) -> dict[Revision, Kept]:
    """What is kept of some revisions, in four statements for every few hundred."""
    found: dict[Revision, Kept] = {}
    for part in _parts(rows):
        names = [row.piece_id for row in part]
        findings = _nouns(session, FindingRow, names, col(FindingRow.position))
        decisions = _nouns(session, DecisionRow, names, col(DecisionRow.revision))
        endorsed = _nouns(session, EndorsementRow, names, col(EndorsementRow.by))
        waivers = _waivers(session, names)
        for row in part:
            key = (row.piece_id, row.revision)
            found[key] = Kept(
                tuple(findings[key]),
                next(iter(decisions[key]), None),
                tuple(endorsed[key]),
                tuple(waivers[row.piece_id, row.content_hash]),
            )
    return found


def events_by_revision(session: Session, rows: Sequence[PieceRow]) -> dict[Revision, tuple[AuditEvent, ...]]:
    """What happened to some revisions, oldest first.

    Raises:
        Refused: an event of one of them was changed.
    """
    found: dict[Revision, tuple[AuditEvent, ...]] = {}
    for part in _parts(rows):
        keys = {title(row.piece_id, row.revision): (row.piece_id, row.revision) for row in part}
        gathered: defaultdict[Revision, list[AuditEvent]] = defaultdict(list)
        for event in events_of(session, list(keys)):
            gathered[keys[event.subject]].append(event)
        found |= {key: tuple(gathered[key]) for key in keys.values()}
    return found


def _parts(rows: Sequence[PieceRow]) -> Iterator[Sequence[PieceRow]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _nouns(
    session: Session, table: type[SQLModel], names: Sequence[str], order: Any
) -> defaultdict[Revision, list[str]]:
    kind: Any = table
    query: Select[Any] = select_columns(kind.piece_id, kind.revision, kind.noun)
    found: defaultdict[Revision, list[str]] = defaultdict(list)
    for piece_id, revision, noun in session.execute(query.where(kind.piece_id.in_(names)).order_by(order)):
        found[piece_id, revision].append(noun)
    return found


def _waivers(session: Session, names: Sequence[str]) -> defaultdict[tuple[str, str], list[str]]:
    """By piece and content: a waiver binds a content, whichever revision has it."""
    query = select_columns(col(WaiverRow.piece_id), col(WaiverRow.content_hash), col(WaiverRow.noun))
    standing = query.where(col(WaiverRow.piece_id).in_(names), col(WaiverRow.revoked_at).is_(None))
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for piece_id, content_hash, noun in session.execute(standing.order_by(col(WaiverRow.waiver_id))):
        found[piece_id, content_hash].append(noun)
    return found
