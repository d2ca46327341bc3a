"""Keeping a screen: a revision's findings, verdict and class, in step with the log and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from approvals.audit import record
from approvals.class_keys import class_key
from approvals.counting import Counted, count_class, count_verdict
from approvals.desk_records import EndorsementRow
from approvals.facets import facets_of, keep_facets
from approvals.gate import Gate
from approvals.judgement import open_findings
from approvals.pieces import StoredPiece, noun_hash
from approvals.records import FindingRow, PieceRow
from approvals.statuses import Status, move
from campaign.finding import Finding, Verdict, verdict
from campaign.lender import Lender
from campaign.piece import Piece

GATE = "vallum"


def keep_screen(
    session: Session,
    gate: Gate,
    row: PieceRow,
    stored: StoredPiece,
    fresh: Sequence[Finding],
    *,
    at: datetime,
    by: str = GATE,
) -> Status:
    """Keep what newer rules found in a waiting or blocked revision, and move it where they put it.

    Approvals given before the last of several were given without these findings, so they are gone.

    Returns:
        Where the revision stands now.
    """
    piece = stored.piece
    session.execute(delete(FindingRow).where(*_of(FindingRow, piece)))
    session.execute(delete(EndorsementRow).where(*_of(EndorsementRow, piece)))
    keep_findings(session, piece, fresh)
    details = {**screen_evidence(fresh), "pack": gate.pack.version, "was": stored.pack_version}
    record(session, event="piece.rescreened", subject=stored.title, by=by, at=at, details=details)
    row.pack_version = gate.pack.version
    return settle(
        session, gate.lender, row, stored, fresh, at=at, reason="the rules are newer than its screen"
    )


def settle(
    session: Session,
    lender: Lender,
    row: PieceRow,
    stored: StoredPiece,
    findings: Sequence[Finding],
    *,
    at: datetime,
    reason: str,
) -> Status:
    """Bring a revision's listing up to its findings and waivers, and move it between pending and blocked."""
    _list_anew(session, lender, row, stored, findings, at=at)
    blocked = verdict(open_findings(findings, stored, lender, at)) == "block"
    wanted = Status.BLOCKED if blocked else Status.PENDING
    before = Status(row.status)
    if before != wanted and before in (Status.PENDING, Status.BLOCKED):
        session.flush()
        move(session, row.piece_id, row.revision, expected=before, to=wanted, by=GATE, at=at, reason=reason)
        session.refresh(row)
    return Status(row.status)


def _list_anew(
    session: Session,
    lender: Lender,
    row: PieceRow,
    stored: StoredPiece,
    found: Sequence[Finding],
    *,
    at: datetime,
) -> None:
    """Bring a revision's listing, counts and class up to its findings and waivers."""
    assert row.row_id is not None
    one = Counted(row.row_id, row.run_id, row.channel, row.verdict, row.class_key)
    shown = listed_verdict(found, open_findings(found, stored, lender, at))
    key = class_key(stored.piece, found, run_id=row.run_id, lender=lender, at=at)
    count_verdict(session, one, row.status, shown)
    count_class(session, one, row.status, key)
    row.verdict, row.class_key = shown, key
    row.rules = rules_of(found)
    keep_facets(session, row.row_id, facets_of(stored.piece, found))
    session.flush()


def listed_verdict(found: Sequence[Finding], standing: Sequence[Finding]) -> Verdict:
    """What a listing shows: the worst of what stands; something waived is at least a warning."""
    worst = verdict(standing)
    return "warn" if worst == "pass" and verdict(found) == "block" else worst


def rules_of(findings: Sequence[Finding]) -> str:
    """Ids of the rules that found something, a space between them, for listings."""
    return " ".join(dict.fromkeys(finding.rule for finding in findings))


def screen_evidence(findings: Sequence[Finding]) -> dict[str, Any]:
    """What the log keeps of a screen: the rules that found something, and a hash over every finding."""
    nouns = [finding.model_dump_json() for finding in findings]
    return {
        "findings": [[finding.rule, finding.severity.value] for finding in findings],
        "screen": noun_hash("\n".join(nouns)),
    }


def keep_findings(session: Session, piece: Piece, findings: Sequence[Finding]) -> None:
    """Add the findings of a screen to a revision that has none."""
    session.add_all(
        FindingRow(
            piece_id=piece.piece_id, revision=piece.revision, position=position, rule=finding.rule,
            severity=finding.severity.value, noun=finding.model_dump_json(),
        )
        for position, finding in enumerate(findings)
    )  # fmt: skip


def _of(table: type[FindingRow] | type[EndorsementRow], piece: Piece) -> tuple[Any, ...]:
    return col(table.piece_id) == piece.piece_id, col(table.revision) == piece.revision
