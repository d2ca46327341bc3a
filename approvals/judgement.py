"""What rules and values say of a revision now: waivers applied, news of a newer screen, values run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from approvals.class_keys import class_key
from approvals.pieces import StoredPiece
from campaign.claim import Claim
from campaign.finding import Finding, Severity
from campaign.lender import Lender
from campaign.piece import Piece
from policies.waiving import waive


def newly_found(known: Sequence[Finding], fresh: Sequence[Finding]) -> tuple[Finding, ...]:
    """Blocks and warnings of a newer screen that no one who saw the earlier one has seen; blocks first."""
    seen = {(finding.rule, finding.severity) for finding in known}
    news = [
        finding
        for finding in fresh
        if finding.severity != Severity.INFO and (finding.rule, finding.severity) not in seen
    ]
    return tuple(sorted(news, key=lambda finding: finding.severity != Severity.BLOCK))


def open_findings(
    findings: Sequence[Finding], stored: StoredPiece, lender: Lender, at: datetime
) -> tuple[Finding, ...]:
    """Findings that no waiver in force takes away.

    Args:
        findings: of any screen of this revision. stored: with its waivers, which bind its content.
        at: aware datetime at which waivers must hold.
    """
    return waive(
        findings, stored.waivers, names=[stored.piece.piece_id], content=stored.content_hash, at=at,
        zone=lender.zone,
    ).standing  # fmt: skip


def member_of(stored: StoredPiece, key: str, lender: Lender, at: datetime) -> bool:
    """Whether a revision is of a class by what it and the lender's records say now.

    The key in the database is for listings; nobody decides on it.
    """
    found = class_key(stored.piece, stored.findings, run_id=stored.run_id, lender=lender, at=at)
    return found == key


def expired_claim(piece: Piece, at: datetime) -> Claim | None:
    """The first value standing in the piece that no longer holds at `at`."""
    bound = {binding.slot for binding in piece.bindings}
    shown = [claim for claim in piece.claims or () if claim.slot in bound]
    return next((claim for claim in shown if claim.valid_until is not None and claim.valid_until < at), None)
