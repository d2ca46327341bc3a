"""Whether an approval still stands: the question every delivery asks again before it may go out (law 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from approvals.conditional import unfulfilled
from approvals.deciding import release_id
from approvals.evidence import contradiction
from approvals.gate import Gate
from approvals.judgement import expired_claim, newly_found, open_findings
from approvals.pieces import StoredPiece, find_piece, stored_piece
from approvals.records import PieceRow, ReleaseRow
from approvals.requirements import Requirements, no_longer, unmet
from approvals.statuses import Status
from approvals.switch import paused
from campaign.errors import Refused, UnknownName, Unreadable
from campaign.finding import Finding, Severity
from campaign.personal import strays
from campaign.piece import Piece
from campaign.rates import RateSheet
from campaign.release import Release

LIVE = (Status.APPROVED, Status.APPROVED_CONDITIONALLY, Status.RELEASED, Status.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a release may not go out.

    Attributes:
        reason: the end of a sentence. remedy: one sentence.
        void: True where the approval itself is gone; False where this release is not what was approved
            or was dealt with before.
    """

    reason: str
    remedy: str
    void: bool = False


class Standing:
    """Answers the question for one publisher, screening the same bytes at the same moment once.

    Args:
        gate: the rules, the lender and the rates in force. Where its sheet is None no rates are known, and
            only the claims' own dates count.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._screened: dict[tuple[str, datetime], tuple[Finding, ...]] = {}

    def objection(self, session: Session, release: Release, at: datetime) -> Objection | None:
        """The first reason not to let a release out, from the rows as they are now; None where it may go.

        Args:
            session: of `database.writing`, so that nothing changes between the answer and the claim.
        """
        piece = release.piece
        try:
            row = find_piece(session, piece.piece_id, piece.revision)
        except UnknownName:
            return Objection(
                "no such piece is in this workspace", "Publish in the workspace that approved it."
            )
        if row.status not in LIVE:
            stands = row.status.replace("_", " ")  # no status at all, if somebody wrote another word there
            return Objection(f"its piece is {stands}", f"Run `vallum show {piece.piece_id}`.")
        try:
            stored = stored_piece(session, row)
        except Unreadable:
            return Objection("its stored record cannot be read", _VERIFY, void=True)
        return (
            _stopped(session)
            or _changed(session, row, stored)
            or _not_as_approved(session, stored, release)
            or self._not_by_those_who_may(session, stored)
            or _ahead_of_its_time(stored, at)
            or _worn_out(stored, at)
            or self._not_in_band(stored, at)
            or _withdrawn(stored, self._gate.sheet, at)
            or self._found(stored, at)
        )

    def to_rendering(self, approved: Piece, rendering: Piece, at: datetime) -> str:
        """Why one recipient's rendering may not go out; empty where it may.

        It has to be the approved template filled within the approved ranges, and the rules in force must
        block nothing in it that they do not block, and compliance waived, in the template.
        """
        if strayed := strays(approved, rendering):
            return strayed
        found = self._gate.screen(rendering, at)
        blocks = [finding for finding in found if finding.severity == Severity.BLOCK]
        known = _blocking(self._gate.screen(approved, at)) if blocks else set()
        blocks = [finding for finding in blocks if finding.rule not in known]
        return f"`{blocks[0].rule}` finds: {blocks[0].message}" if blocks else ""

    def _not_by_those_who_may(self, session: Session, stored: StoredPiece) -> Objection | None:
        """Whoever approved must still hold their role, and the lender's rules must still be content."""
        lender = self._gate.lender
        if gone := no_longer(lender, stored.approvals):
            return Objection(f"`{gone}`, who approved it, may no longer do so", _ANEW, void=True)
        try:
            asked = Requirements(session, lender).of(stored)
        except Refused as changed:  # the plan, which says what is spent on it
            return Objection(f"what it needs cannot be said ({changed.fact.rstrip('.')})", _VERIFY)
        missing = unmet(asked, stored.approvals)
        if missing:
            return Objection(f"the lender's rules now ask for {missing}", _ANEW, void=True)
        return None

    def _not_in_band(self, stored: StoredPiece, at: datetime) -> Objection | None:
        """A condition is asked about once, as the release goes through the gate."""
        if stored.status is not Status.APPROVED_CONDITIONALLY:
            return None
        reason, never = unfulfilled(stored.conditions, self._gate.sheet, self._gate.survey, at)
        if not reason:
            return None
        return Objection(reason, _REPLAN if never else "Publish again when it is.", void=never)

    def _found(self, stored: StoredPiece, at: datetime) -> Objection | None:
        """What the rules in force find that the approver cannot have seen."""
        key = (stored.content_hash, at)
        if key not in self._screened:
            self._screened[key] = self._gate.screen(stored.piece, at)
        fresh = open_findings(self._screened[key], stored, self._gate.lender, at)
        voiding = [finding for finding in fresh if finding.severity == Severity.BLOCK]
        decision = stored.decision
        if not voiding and decision is not None and decision.pack_version != self._gate.pack.version:
            voiding = list(newly_found(stored.findings, fresh))
        if not voiding:
            return None
        first = voiding[0]
        return Objection(f"`{first.rule}` now finds: {first.message.rstrip('.')}", _REPLAN, void=True)


_VERIFY = "Run `vallum audit verify`, then have a new revision written."
_REPLAN = "Run `vallum replan`."
_ANEW = "Have a new revision written and approved."
_SAME = 0.0005  # percentage points: half of the last digit that copy shows


def _blocking(findings: Iterable[Finding]) -> set[str]:
    """Rules that block; one that only warns of a template has not been waived for what it would block."""
    return {one.rule for one in findings if one.severity == Severity.BLOCK}


def _stopped(session: Session) -> Objection | None:
    pause = paused(session)
    return Objection(pause.in_words, "Run `vallum resume` when it may go on.") if pause else None


def _changed(session: Session, row: PieceRow, stored: StoredPiece) -> Objection | None:
    reason = contradiction(session, row)
    if not reason and stored.piece.content_hash != stored.content_hash:
        reason = "its stored text was changed after it was approved"
    return Objection(reason, _VERIFY, void=True) if reason else None


def _not_as_approved(session: Session, stored: StoredPiece, release: Release) -> Objection | None:
    """The decision must stand behind these bytes, and the release must carry exactly that decision."""
    decision = stored.decision
    if decision is None or decision.answer != "approve" or decision.content_hash != stored.content_hash:
        return Objection("no approval of these bytes stands behind it", _VERIFY, void=True)
    name = release_id(stored.piece.piece_id, stored.piece.revision, stored.content_hash)
    if session.get(ReleaseRow, name) is None:
        return Objection("no release was made for it", _VERIFY, void=True)
    approved = release_of(stored)
    same_bytes = release.piece.content_hash == approved.content_hash
    if not same_bytes or release.model_copy(update={"piece": approved.piece}) != approved:
        return Objection(
            "it does not carry exactly what was approved", "Take it from `vallum publish` again."
        )
    return None


def _ahead_of_its_time(stored: StoredPiece, at: datetime) -> Objection | None:
    """A clock that was set back would make values and conditions hold that ran out before the approval."""
    later = max((one.at for one in stored.approvals), default=at)
    if later <= at:
        return None
    return Objection(
        f"it was approved at {later.astimezone(UTC):%Y-%m-%d %H:%M} UTC, after the moment of publishing",
        "Mend the clock, or publish as of a later moment.",
    )


def _worn_out(stored: StoredPiece, at: datetime) -> Objection | None:
    claim = expired_claim(stored.piece, at)
    if claim is None:
        return None
    return Objection(
        f"its `{claim.slot}` ({claim.text}) held until {claim.valid_until:%Y-%m-%d %H:%M} UTC",
        _REPLAN,
        void=True,
    )


def _withdrawn(stored: StoredPiece, sheet: RateSheet | None, at: datetime) -> Objection | None:
    """A newer sheet may end an offer before its time; only terms that are available may be shown.

    Source: 12 CFR 1026.24(a), actually available terms.
    """
    if sheet is None:
        return None
    offers = [offer for offer in sheet.offers if offer.holds(at)]
    available = {"rate": [offer.rate for offer in offers], "apr": [offer.apr for offer in offers]}
    bound = {binding.slot for binding in stored.piece.bindings}
    for claim in stored.piece.claims or ():
        if claim.slot not in bound or claim.provenance.source != "rate_sheet" or claim.value is None:
            continue
        terms = available.get(claim.kind)
        if terms is not None and not any(abs(claim.value - term) < _SAME for term in terms):
            reason = f"its `{claim.slot}` ({claim.text}) is not on sheet `{sheet.sheet_id}`, now in force"
            return Objection(reason, _REPLAN, void=True)
    return None


def release_of(stored: StoredPiece) -> Release:
    """The pass that an approved piece gives; asserts that a decision stands."""
    decision = stored.decision
    assert decision is not None
    return Release(
        release_id=release_id(stored.piece.piece_id, stored.piece.revision, stored.content_hash),
        piece=stored.piece, content_hash=decision.content_hash, placement_id=stored.placement_id,
        run_id=stored.run_id, approved_by=decision.by, approved_at=decision.at,
        pack_version=decision.pack_version, sheet_id=decision.sheet_id,
    )  # fmt: skip
