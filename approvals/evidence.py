"""Whether a stored row still says what the log says of it: an edit by hand carries no approval (law 1)."""

from __future__ import annotations

from sqlmodel import Session

from approvals.audit import AuditEvent, events_of
from approvals.pieces import noun_hash
from approvals.records import DecisionRow, PieceRow
from approvals.statuses import Status, title
from campaign.errors import Refused


def contradiction(session: Session, row: PieceRow) -> str:
    """How a row and its decision differ from their own history, or nothing.

    The first event of a revision holds the hash of its whole record, authors included; the last one holds
    its status; the approval holds the hash of the decision. A row whose bytes, authors, status or decision
    were edited in the database contradicts them.

    Returns:
        The end of a sentence, `its stored record was changed ...`; empty where all agrees.
    """
    try:
        events = events_of(session, [title(row.piece_id, row.revision)])
    except Refused:
        return "its history in the audit log was changed"
    if not events or events[0].event != "piece.drafted":
        return "the audit log does not know it"
    first = events[0].details
    if first.get("record") != noun_hash(row.noun) or first.get("content_hash") != row.content_hash:
        return "its stored record was changed after it was screened"
    if _last_status(events) != row.status:
        return f"its record says {row.status} and the audit log says {_last_status(events)}"
    kept = session.get(DecisionRow, (row.piece_id, row.revision))
    if _decisions(events) != ([] if kept is None else [noun_hash(kept.noun)]):
        return "its decision is not the one the audit log recorded"
    return ""


def _last_status(events: tuple[AuditEvent, ...]) -> str:
    return str(next(event.details["to"] for event in reversed(events) if "to" in event.details))


def _decisions(events: tuple[AuditEvent, ...]) -> list[object]:
    answers = (f"piece.{Status.APPROVED}", f"piece.{Status.REJECTED}")
    return [event.details.get("decision") for event in events if event.event in answers]
