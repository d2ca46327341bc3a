"""Decisions: a person's answer about one revision, binding its bytes, the rules and the rates (law 1).

Approving asks, in one transaction: does it wait, do the stored bytes still stand, may this person answer,
does any rule block it under the rules in force now, does every value in it still hold.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from approvals.audit import record
from approvals.database import writing
from approvals.evidence import contradiction
from approvals.names import fold, person_name
from approvals.pieces import StoredPiece, find_piece, noun_hash, stored_piece
from approvals.records import DecisionRow, ReleaseRow
from approvals.statuses import Status, move
from approvals.store import GATE, replace_findings, screen_evidence
from campaign.claim import Claim
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused
from campaign.finding import Finding, Severity
from campaign.lender import Lender
from campaign.piece import Piece
from campaign.release import Decision

Screen = Callable[[Piece, datetime], tuple[Finding, ...]]
DECIDING_ROLES = ("compliance", "admin")


class RulePack(Protocol):
    """All that a decision needs to know of the rules: which ones they are."""

    @property
    def version(self) -> str:
        """Hash of every rule file."""
        ...


def approve(
    engine: Engine,
    piece_id: str,
    *,
    by: str,
    at: datetime,
    lender: Lender,
    pack: RulePack,
    screen: Screen,
    reason: str = "",
) -> Decision:
    """Approve the latest revision of a piece, which makes its release.

    Where the rules are newer than the piece's screen, it is screened again; if that finds a new block or
    warning, the new findings are kept, a blocked piece is blocked, and the approver has to look again.

    Args:
        by: who answers. at: aware datetime. screen: the rules in force now.

    Raises:
        UnknownName: there is no such piece. BadInput: `by` names nobody.
        NotPermitted: this person wrote it, or may not decide.
        NotInForce: a value in it no longer holds.
        Refused: it does not wait for a decision, its record was changed, or a rule blocks it.
    """
    person = person_name(by)
    with writing(engine) as session:
        stored = _waiting(session, piece_id, "approve")
        _may_decide(stored, person, lender, "approve")
        _no_author(stored, person)
        _values_hold(stored, at)
        fresh = screen(stored.piece, at) if pack.version != stored.pack_version else stored.findings
        news = newly_found(stored.findings, fresh)
        if not news:
            return _keep(session, stored, "approve", person, reason, at, pack.version)
        _keep_screen(session, stored, fresh, pack.version, at)
    raise Refused(
        f"Cannot approve `{stored.title}`: the rules changed since it was screened, and `{news[0].rule}` "
        f"now finds: {news[0].message}",
        f"Look at it again with `vallum show {piece_id}`.",
    )


def reject(engine: Engine, piece_id: str, *, by: str, reason: str, at: datetime, lender: Lender) -> Decision:
    """Turn the latest revision of a piece down; the reason reaches the copywriter.

    Raises:
        UnknownName: there is no such piece. BadInput: no reason, or `by` names nobody.
        NotPermitted: this person may not decide. Refused: it does not wait for a decision.
    """
    person = person_name(by)
    why = " ".join(reason.split())
    if not any(sign.isalnum() for sign in why):
        raise BadInput(
            f"Rejecting `{piece_id}` needs a reason.", "Say with --reason what the next draft must do."
        )
    with writing(engine) as session:
        stored = _waiting(session, piece_id, "reject")
        _may_decide(stored, person, lender, "reject")
        return _keep(session, stored, "reject", person, why, at, stored.pack_version)


def newly_found(known: tuple[Finding, ...], fresh: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Blocks and warnings of a newer screen that no one who saw the earlier one has seen; blocks first."""
    seen = {(finding.rule, finding.severity) for finding in known}
    news = [
        finding
        for finding in fresh
        if finding.severity != Severity.INFO and (finding.rule, finding.severity) not in seen
    ]
    return tuple(sorted(news, key=lambda finding: finding.severity != Severity.BLOCK))


def expired_claim(piece: Piece, at: datetime) -> Claim | None:
    """The first value standing in the piece that no longer holds at `at`."""
    bound = {binding.slot for binding in piece.bindings}
    shown = [claim for claim in piece.claims or () if claim.slot in bound]
    return next((claim for claim in shown if claim.valid_until is not None and claim.valid_until < at), None)


def release_id(piece_id: str, revision: int, content_hash: str) -> str:
    """The pass's name: the same approval always gives the same one."""
    return f"{piece_id}.r{revision}.{content_hash[:12]}"


def _waiting(session: Session, piece_id: str, verb: str) -> StoredPiece:
    """The latest revision, if it waits for a decision and its record still says what the log says."""
    row = find_piece(session, piece_id)
    stored = stored_piece(session, row)
    cannot = f"Cannot {verb} `{stored.title}`"
    block = next((found for found in stored.findings if found.severity == Severity.BLOCK), None)
    if stored.status == Status.BLOCKED and block is not None:
        raise Refused(f"{cannot}: `{block.rule}` blocks it.", block.fix or stored.status.meaning)
    if stored.status != Status.PENDING:
        raise Refused(f"{cannot}: it is {stored.status}, not pending.", stored.status.meaning)
    changed = contradiction(session, row)
    if not changed and stored.piece.content_hash != stored.content_hash:
        changed = "its stored text was changed after it was screened"
    if changed:
        raise Refused(f"{cannot}: {changed}.", "Run `vallum audit verify`, then have a new revision written.")
    return stored


def _may_decide(stored: StoredPiece, person: str, lender: Lender, verb: str) -> None:
    """Where the lender lists people, only its compliance and admin decide."""
    if not lender.people:
        return
    able = [f"`{other.name}`" for other in lender.people if other.role in DECIDING_ROLES]
    ask = f"Ask {' or '.join(able)}." if able else "Give someone the role compliance in lender.toml."
    listed = next((other for other in lender.people if fold(other.name) == fold(person)), None)
    cannot = f"Cannot {verb} `{stored.title}`"
    if listed is None:
        raise NotPermitted(f"{cannot}: `{person}` is not among the people of lender.toml.", ask)
    if listed.role not in DECIDING_ROLES:
        raise NotPermitted(f"{cannot}: `{person}` has the role {listed.role}.", ask)


def _no_author(stored: StoredPiece, person: str) -> None:
    if fold(person) in {fold(author) for author in stored.piece.authors}:
        raise NotPermitted(
            f"Cannot approve `{stored.title}`: you wrote this revision.", "Ask another approver."
        )


def _values_hold(stored: StoredPiece, at: datetime) -> None:
    claim = expired_claim(stored.piece, at)
    if claim is not None:
        raise NotInForce(
            f"Cannot approve `{stored.title}`: its `{claim.slot}` ({claim.text}) held until "
            f"{claim.valid_until:%Y-%m-%d %H:%M} UTC.",
            "Run `vallum replan`.",
        )


def _keep(
    session: Session,
    stored: StoredPiece,
    answer: Literal["approve", "reject"],
    by: str,
    reason: str,
    at: datetime,
    pack_version: str,
) -> Decision:
    """Write the decision, its release where there is one, and the move."""
    piece = stored.piece
    decision = Decision(
        piece_id=piece.piece_id, revision=piece.revision, answer=answer, by=by, reason=reason, at=at,
        content_hash=stored.content_hash, pack_version=pack_version, sheet_id=stored.sheet_id,
    )  # fmt: skip
    noun = decision.model_dump_json()
    session.add(DecisionRow(noun=noun, **decision.model_dump(include=set(_DECISION_COLUMNS))))
    if answer == "approve":
        session.add(
            ReleaseRow(
                release_id=release_id(piece.piece_id, piece.revision, stored.content_hash),
                piece_id=piece.piece_id, revision=piece.revision, run_id=stored.run_id,
                content_hash=stored.content_hash,
            )
        )  # fmt: skip
    move(
        session, piece.piece_id, piece.revision, expected=Status.PENDING,
        to=Status.APPROVED if answer == "approve" else Status.REJECTED, by=by, at=at, reason=reason,
        details={
            "decision": noun_hash(noun), "content_hash": stored.content_hash, "pack": pack_version,
            "sheet": stored.sheet_id,
        },
    )  # fmt: skip
    return decision


_DECISION_COLUMNS = ("piece_id", "revision", "answer", "by", "at", "content_hash")


def _keep_screen(
    session: Session, stored: StoredPiece, fresh: tuple[Finding, ...], pack_version: str, at: datetime
) -> None:
    """Keep what a newer rule pack found in a waiting piece."""
    piece = stored.piece
    row = find_piece(session, piece.piece_id, piece.revision)
    row.pack_version = pack_version
    replace_findings(session, stored, fresh)
    details = {**screen_evidence(fresh), "pack": pack_version, "was": stored.pack_version}
    record(session, event="piece.rescreened", subject=stored.title, by=GATE, at=at, details=details)
    if any(finding.severity == Severity.BLOCK for finding in fresh):
        move(
            session, piece.piece_id, piece.revision, expected=Status.PENDING, to=Status.BLOCKED, by=GATE,
            at=at, reason="the rules are newer than its screen",
        )  # fmt: skip
