"""Whether a stored row still says what the log says of it: an edit by hand carries no approval (law 1)."""

from __future__ import annotations

from sqlmodel import Session

from approvals.audit import AuditEvent, events_of
from approvals.kept import Kept, kept_of
from approvals.pieces import StoredPiece, noun_hash
from approvals.records import PieceRow
from approvals.statuses import Status, title
from campaign.errors import Refused


def contradiction(
    session: Session,
    row: PieceRow,
    kept: Kept | None = None,
    events: tuple[AuditEvent, ...] | None = None,
) -> str:
    """How a row and its decision differ from their own history, or nothing.

    The first event of a revision holds the hash of its whole record, authors included, and the run, the
    placement and the channel it was written for; the last one holds its status, the last screen its rules,
    its rate sheet and the hash of its findings, the approval the hash of the decision. A row whose bytes,
    authors, place, rules, rates, status, findings or decision were edited in the database contradicts them.

    Args:
        kept, events: what is kept beside it and what happened to it, where they were read for many at once.

    Returns:
        The end of a sentence, `its stored record was changed ...`; empty where all agrees.
    """
    try:
        events = events_of(session, [title(row.piece_id, row.revision)]) if events is None else events
    except Refused:
        return "its history in the audit log was changed"
    if not events or events[0].event != "piece.drafted":
        return "the audit log does not know it"
    first = events[0].details
    if first.get("record") != noun_hash(row.noun) or first.get("content_hash") != row.content_hash:
        return "its stored record was changed after it was screened"
    told = (
        first.get("run"),
        first.get("placement"),
        first.get("channel", row.channel),
    )  # older logs have none
    if told != (row.run_id, row.placement_id, row.channel):
        return "it was written for another placement than its record says"
    if _last(events, "sheet") != row.sheet_id or _screened_under(events) != row.pack_version:
        return "it was screened under other rules or rates than its record says"
    if _last(events, "to") != row.status:
        return f"its record says {row.status} and the audit log says {_last(events, 'to')}"
    beside = kept or kept_of(session, [row])[row.piece_id, row.revision]
    return _answers_contradicted(session, row, beside, events)


def must_stand(
    session: Session,
    row: PieceRow,
    stored: StoredPiece,
    cannot: str,
    kept: Kept | None = None,
    events: tuple[AuditEvent, ...] | None = None,
) -> None:
    """Let nobody act on what was changed by hand: what they make of it would bear a clean history.

    Args:
        cannot: how the sentence begins, `Cannot edit ...`. kept, events: as `contradiction`.

    Raises:
        Refused: the record and the log differ.
    """
    changed = contradiction(session, row, kept, events)
    if not changed and stored.piece.content_hash != stored.content_hash:
        changed = "its stored text was changed after it was screened"
    if changed:
        raise Refused(f"{cannot}: {changed}.", "Run `vallum audit verify`, then have a new revision written.")


def _answers_contradicted(session: Session, row: PieceRow, kept: Kept, events: tuple[AuditEvent, ...]) -> str:
    """The same for what rules and people said of it: findings, decision, approvals, waivers."""
    if _last(events, "screen") != noun_hash("\n".join(kept.findings)):
        return "its findings are not those the audit log recorded"
    if _decisions(events) != ([] if kept.decision is None else [noun_hash(kept.decision)]):
        return "its decision is not the one the audit log recorded"
    if sorted(_endorsements(events)) != sorted(noun_hash(noun) for noun in kept.endorsements):
        return "its approvals are not those the audit log recorded"
    if kept.waivers and not {noun_hash(noun) for noun in kept.waivers} <= _waived(session, row):
        return "its waivers are not those the audit log recorded"
    return ""


def _last(events: tuple[AuditEvent, ...], key: str) -> object:
    return next((event.details[key] for event in reversed(events) if key in event.details), None)


def _screened_under(events: tuple[AuditEvent, ...]) -> object:
    """The rule pack of the last screen; an approval may name a newer one that found the same."""
    return next((event.details.get("pack") for event in reversed(events) if "screen" in event.details), None)


_SETTLING = tuple(
    f"piece.{status}"
    for status in (Status.APPROVED, Status.APPROVED_CONDITIONALLY, Status.REJECTED, Status.RETURNED)
)


def _decisions(events: tuple[AuditEvent, ...]) -> list[object]:
    return [event.details.get("decision") for event in events if event.event in _SETTLING]


def _endorsements(events: tuple[AuditEvent, ...]) -> list[str]:
    """Approvals given since the last screen; a newer screen took away those before it."""
    since = max(place for place, event in enumerate(events) if "screen" in event.details)
    return [str(event.details["endorsement"]) for event in events[since:] if event.event == "piece.endorsed"]


def _waived(session: Session, row: PieceRow) -> set[str]:
    """Hashes of the waivers that the log knows as given and not revoked."""
    given: set[str] = set()
    for event in events_of(session, [waivers_subject(row.piece_id)]):
        name = str(event.details["waiver"])
        given = given | {name} if event.event == "waiver.given" else given - {name}
    return given


def waivers_subject(piece_id: str) -> str:
    """How the log names the waivers of a piece: they bind a content, whichever revision has it."""
    return f"waivers of {piece_id}"
