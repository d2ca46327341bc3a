"""One person deciding, within one transaction: every check of an answer, and what it writes (law 1).

`decisions.py` opens the transaction for one piece and `bulk.py` for hundreds; both come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from approvals.audit import AuditEvent, record
from approvals.desk_records import EndorsementRow
from approvals.evidence import must_stand
from approvals.gate import Gate
from approvals.judgement import expired_claim, member_of, newly_found, open_findings
from approvals.kept import Kept, Revision
from approvals.names import fold
from approvals.people import Actor
from approvals.permissions import Action, permit
from approvals.pieces import StoredPiece, noun_hash, stored_piece
from approvals.records import DecisionRow, PieceRow, ReleaseRow
from approvals.requirements import Requirements, Seat, no_longer, seat_to_approve, seat_to_turn_down, unmet
from approvals.screens import keep_screen, settle
from approvals.statuses import Status, move
from campaign.condition import Condition
from campaign.errors import NotInForce, NotPermitted, Refused
from campaign.finding import Severity
from campaign.release import Decision

Answer = Literal["approve", "reject", "return"]
_ACTIONS: dict[Answer, Action] = {
    "approve": Action.APPROVE,
    "reject": Action.REJECT,
    "return": Action.RETURN,
}
_ENDS: dict[Answer, Status] = {"reject": Status.REJECTED, "return": Status.RETURNED}
_DECISION_COLUMNS = {"piece_id", "revision", "answer", "by", "at", "content_hash"}


def action_of(answer: Answer, condition: Condition | None = None) -> Action:
    """What the table of permissions calls an answer."""
    return _ACTIONS[answer] if condition is None else Action.APPROVE_CONDITIONALLY


def release_id(piece_id: str, revision: int, content_hash: str) -> str:
    """The pass's name: the same approval always gives the same one."""
    return f"{piece_id}.r{revision}.{content_hash[:12]}"


@dataclass(frozen=True, slots=True)
class Deciding:
    """Someone at work on the queue.

    Attributes:
        session: of `database.writing`. gate: rules and lender as they stand. actor: who decides.
        at: aware moment of the decision. requirements: who must approve.
        kept, events: what is kept of many revisions, where it was read for all of them at once.
    """

    session: Session
    gate: Gate
    actor: Actor
    at: datetime
    requirements: Requirements
    kept: Mapping[Revision, Kept] = field(default_factory=dict)
    events: Mapping[Revision, tuple[AuditEvent, ...]] = field(default_factory=dict)

    def approve(
        self, row: PieceRow, reason: str, condition: Condition | None = None, class_key: str = ""
    ) -> Decision | Refused:
        """Approve one revision, or say why not.

        A plan that supposes a case gives its approvals the condition that the case came.
        Where the rules are newer than its screen, it is screened again; a new block or warning is kept for
        the approver to look at, and the refusal is returned rather than raised, so that it stays.

        Raises:
            NotPermitted, NotInForce, Refused: nothing was written.
        """
        condition = self.requirements.condition(row.run_id, condition, at=self.at)
        stored = self._waiting(row, action_of("approve", condition), class_key)
        self._no_author(stored)
        self._values_hold(stored)
        if self.gate.pack.version != stored.pack_version:
            fresh = self.gate.screen(stored.piece, self.at)
            if news := newly_found(stored.findings, fresh):
                keep_screen(self.session, self.gate, row, stored, fresh, at=self.at)
                return _look_again(stored, news[0].rule, news[0].message)
        if blocks := self._open_blocks(stored):
            lapsed = f"no waiver of `{blocks}` holds any more"
            settle(self.session, self.gate.lender, row, stored, stored.findings, at=self.at, reason=lapsed)
            return Refused(f"Cannot approve `{stored.title}`: `{blocks}` blocks it.", Status.BLOCKED.meaning)
        self._earlier_ones_stand(stored)
        asked = self.requirements.of(stored)
        seat = seat_to_approve(self.actor, asked, stored.endorsements, stored)
        decision = self._decision(stored, "approve", reason, seat, condition, class_key)
        if unmet(asked, (*stored.endorsements, decision)):
            return self._endorse(stored, decision)
        return self._keep(stored, decision)

    def turn_down(self, row: PieceRow, answer: Answer, reason: str, class_key: str = "") -> Decision:
        """Reject one revision, or return it for changes.

        Raises:
            NotPermitted, Refused: nothing was written.
        """
        stored = self._waiting(row, _ACTIONS[answer], class_key)
        seat = seat_to_turn_down(self.actor, _ACTIONS[answer], stored)
        return self._keep(stored, self._decision(stored, answer, reason, seat, None, class_key))

    def _waiting(self, row: PieceRow, action: Action, class_key: str) -> StoredPiece:
        """The revision, if it waits, its record still says what the log says of it, and its class is that."""
        kept = self.kept.get((row.piece_id, row.revision))
        stored = stored_piece(self.session, row, kept)
        cannot = f"Cannot {action.in_words} `{stored.title}`"
        block = next((found for found in stored.findings if found.severity == Severity.BLOCK), None)
        if stored.status == Status.BLOCKED and block is not None:
            raise Refused(f"{cannot}: `{block.rule}` blocks it.", block.fix or stored.status.meaning)
        if stored.status != Status.PENDING:
            raise Refused(f"{cannot}: it is {stored.status.in_words}, not pending.", stored.status.meaning)
        permit(self.actor, action, stored.status, stored.title, speaker=stored.speaker)
        must_stand(self.session, row, stored, cannot, kept, self.events.get((row.piece_id, row.revision)))
        if class_key and not member_of(stored, class_key, self.gate.lender, self.at):
            raise Refused(
                f"{cannot} with its class: a record that it shows has changed.",
                "Decide it on its own, or have it screened again.",
            )
        return stored

    def _no_author(self, stored: StoredPiece) -> None:
        """Nobody approves what they wrote any part of, nor in the place of someone who did."""
        authors = {fold(author) for author in stored.piece.authors}
        if fold(self.actor.name) in authors:
            raise NotPermitted(
                f"Cannot approve `{stored.title}`: you wrote this revision.", "Ask another approver."
            )
        absent = next((name for name, _ in self.actor.stand_ins if fold(name) in authors), None)
        if absent is not None:
            raise NotPermitted(
                f"Cannot approve `{stored.title}`: `{absent}`, in whose place you act, wrote it.",
                "Ask another approver.",
            )

    def _values_hold(self, stored: StoredPiece) -> None:
        claim = expired_claim(stored.piece, self.at)
        if claim is not None:
            raise NotInForce(
                f"Cannot approve `{stored.title}`: its `{claim.slot}` ({claim.text}) held until "
                f"{claim.valid_until:%Y-%m-%d %H:%M} UTC.",
                "Run `vallum replan`.",
            )

    def _earlier_ones_stand(self, stored: StoredPiece) -> None:
        """Nobody completes an approval that would be void as soon as it is given."""
        if gone := no_longer(self.gate.lender, stored.endorsements):
            raise Refused(
                f"Cannot approve `{stored.title}`: `{gone}`, who approved it before, may no longer do so.",
                "Have it screened again, which takes that approval away.",
            )

    def _open_blocks(self, stored: StoredPiece) -> str:
        """A rule that blocks it and that no waiver in force takes away; empty where there is none."""
        standing = open_findings(stored.findings, stored, self.gate.lender, self.at)
        return next((one.rule for one in standing if one.severity == Severity.BLOCK), "")

    def _decision(
        self,
        stored: StoredPiece,
        answer: Answer,
        reason: str,
        seat: Seat,
        condition: Condition | None,
        class_key: str,
    ) -> Decision:
        piece = stored.piece
        return Decision(
            piece_id=piece.piece_id, revision=piece.revision, answer=answer, by=self.actor.name,
            role=seat.role, stands_in_for=seat.stands_in_for, reason=reason, condition=condition,
            class_key=class_key, at=self.at, content_hash=stored.content_hash, sheet_id=stored.sheet_id,
            pack_version=self.gate.pack.version if answer == "approve" else stored.pack_version,
        )  # fmt: skip

    def _endorse(self, stored: StoredPiece, decision: Decision) -> Decision:
        """Keep one of several approvals; the piece goes on to wait."""
        kept = decision.model_copy(update={"settles": False})
        noun = kept.model_dump_json()
        self.session.add(
            EndorsementRow(piece_id=kept.piece_id, revision=kept.revision, by=fold(kept.by), noun=noun)
        )
        details = {"endorsement": noun_hash(noun), "role": kept.role, "content_hash": kept.content_hash}
        record(
            self.session,
            event="piece.endorsed",
            subject=stored.title,
            by=kept.by,
            at=self.at,
            details=details,
        )
        return kept

    def _keep(self, stored: StoredPiece, decision: Decision) -> Decision:
        """Write the decision that settles the matter, its release where there is one, and the move."""
        piece = stored.piece
        noun = decision.model_dump_json()
        self.session.add(DecisionRow(noun=noun, **decision.model_dump(include=_DECISION_COLUMNS)))
        if decision.answer == "approve":
            self.session.add(
                ReleaseRow(
                    release_id=release_id(piece.piece_id, piece.revision, stored.content_hash),
                    piece_id=piece.piece_id, revision=piece.revision, run_id=stored.run_id,
                    content_hash=stored.content_hash,
                )
            )  # fmt: skip
        details = {
            "decision": noun_hash(noun), "content_hash": stored.content_hash, "pack": decision.pack_version,
            "sheet": stored.sheet_id, "role": decision.role, "stands_in_for": decision.stands_in_for,
            "class": decision.class_key,
        }  # fmt: skip
        move(
            self.session, *_named(stored), expected=Status.PENDING, to=_end(decision, stored), by=decision.by,
            at=self.at, reason=decision.reason, details=details,
        )  # fmt: skip
        return decision


def _end(decision: Decision, stored: StoredPiece) -> Status:
    """Where a decision takes a piece; one condition of any approver makes the whole approval conditional."""
    if decision.answer != "approve":
        return _ENDS[decision.answer]
    given = (*stored.endorsements, decision)
    return Status.APPROVED_CONDITIONALLY if any(one.condition for one in given) else Status.APPROVED


def _named(stored: StoredPiece) -> tuple[str, int]:
    return stored.piece.piece_id, stored.piece.revision


def _look_again(stored: StoredPiece, rule: str, message: str) -> Refused:
    cannot = (
        f"Cannot approve `{stored.title}`: the rules changed since it was screened, and `{rule}` now finds"
    )
    return Refused(f"{cannot}: {message}", f"Look at it again with `vallum show {stored.piece.piece_id}`.")
