"""A piece that fills every field of every channel, and findings in it."""

from __future__ import annotations

from typing import Any

from approvals.pieces import StoredPiece
from approvals.statuses import Status
from campaign.claim import Provenance
from campaign.finding import Finding, Severity
from campaign.piece import Piece
from tests.approvals.gate import AT

BODY = "Rates have moved, and your loan may not have. " * 6 + "Talk with {{first_name}}."
FIELDS: dict[str, Any] = {
    "subject": "A rate review", "preheader": "Fees first", "headline": "See the numbers",
    "headlines": ("Read Your Loan Again", "Every Fee by Name", "Fixed-Rate Loans", "Talk It Over"),
    "description": "In plain words", "descriptions": ("A review looks at the rate.", "Some end in waiting.", "NMLS ID"),
    "body": BODY, "cta": "Get figures", "footer": "Cedar & Main, NMLS ID 1999901", "landing_url": "https://www.cedar.example/refi",
    "sidebar": "A field of no channel",
}  # fmt: skip
ON_SHEET = Provenance(source="rate_sheet", reference="sheet s1 row 3")


def stored(piece: Piece, *findings: Finding, **more: Any) -> StoredPiece:
    held: dict[str, Any] = {
        "status": Status.PENDING, "run_id": "run-1", "placement_id": "owners.email", "master_id": "owners.email.a",
        "segment": "Owners", "angle": "A question", "pack_version": "pack-1", "sheet_id": "s1", "submitted_at": AT,
        "content_hash": piece.content_hash, "findings": findings, **more,
    }  # fmt: skip
    return StoredPiece(piece=piece, **held)


def full(channel: str, **more: Any) -> Piece:
    return Piece(piece_id="p", channel=channel, fields=FIELDS, **more)


def finding(words: str = "", **more: Any) -> Finding:
    start = BODY.index(words) if words else 0
    held = {
        "rule": "udap.forecast", "severity": Severity.BLOCK, "citation": "12 CFR 1026.24(i)", "field": "body",
        "start": start, "end": start + len(words), "message": "Foretells rates; nobody can.", "fix": "Leave it out.",
    }  # fmt: skip
    return Finding(**{**held, **more})
