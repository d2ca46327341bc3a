"""Waivers: compliance lets one rule's finding pass for one content, with a reason and until a day (law 1)."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import ValidationError
from sqlmodel import Session

from approvals.audit import record
from approvals.database import writing
from approvals.desk_records import WaiverRow
from approvals.evidence import must_stand, waivers_subject
from approvals.gate import Gate
from approvals.names import fold
from approvals.people import Actor, who_is
from approvals.permissions import Action, permit
from approvals.pieces import StoredPiece, find_piece, noun_hash, read_noun, stored_piece, waiver_name
from approvals.records import PieceRow
from approvals.screens import settle
from campaign.errors import BadInput, NotPermitted, Refused, UnknownName
from campaign.finding import Finding
from campaign.waiver import Waiver
from policies.engine import FAILS_CLOSED

LONGEST_DAYS = 366


def waive(gate: Gate, piece_id: str, rule: str, *, reason: str, until: date, by: str, at: datetime) -> Waiver:
    """Let a rule's findings on the latest revision pass; it waits again where nothing else blocks it.

    Args:
        until: last day, whole, in the lender's zone.

    Raises:
        NotPermitted: `by` has not the role compliance, or wrote part of it.
        BadInput: the rule found nothing in it, the reason is too short, or the days run backward.
        Refused: it is settled already, its record was changed, the same waiver stands already, or the finding
            says that a rule could not finish.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        row = find_piece(session, piece_id)
        stored = stored_piece(session, row)
        permit(actor, Action.WAIVE, stored.status, stored.title)
        must_stand(session, row, stored, f"Cannot waive anything of `{stored.title}`")
        _wrote_nothing(actor, stored)
        found = [one for one in stored.findings if one.rule == rule]
        _can_be_waived(stored, rule, found)
        waiver = _made(gate, stored, rule, reason, until, actor.name, at)
        noun = _keep(session, waiver)
        details = {
            "waiver": noun_hash(noun), "id": waiver_name(waiver), "rule": rule, "reason": waiver.reason,
            "until": until.isoformat(), "content_hash": stored.content_hash,
        }  # fmt: skip
        subject = waivers_subject(piece_id)
        record(session, event="waiver.given", subject=subject, by=actor.name, at=at, details=details)
        session.flush()
        _settle(session, gate, row, at, reason=f"`{rule}` was waived")
    return waiver


def revoke(gate: Gate, waiver_id: str, *, reason: str, by: str, at: datetime) -> Waiver:
    """End a waiver before its time; what it let through is blocked again, and an approval on it is void.

    Raises:
        UnknownName: there is no such waiver, or it was revoked. NotPermitted: as `waive`.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        kept = session.get(WaiverRow, waiver_id)
        if kept is None or kept.revoked_at is not None:
            raise UnknownName(f"No waiver `{waiver_id}` is in force.", "See `vallum show PIECE`.")
        permit(actor, Action.REVOKE, None, f"waiver {waiver_id}")
        waiver = read_noun(Waiver, kept.noun, f"waiver {waiver_id}")
        kept.revoked_at = at
        details = {"waiver": noun_hash(kept.noun), "id": waiver_id, "rule": kept.rule, "reason": reason}
        subject = waivers_subject(kept.piece_id)
        record(session, event="waiver.revoked", subject=subject, by=actor.name, at=at, details=details)
        session.flush()
        row = find_piece(session, kept.piece_id)
        _settle(session, gate, row, at, reason=f"the waiver of `{kept.rule}` was revoked")
    return waiver


def _wrote_nothing(actor: Actor, stored: StoredPiece) -> None:
    """Nobody lets their own words pass, nor those of someone in whose place they act."""
    authors = {fold(author) for author in stored.piece.authors}
    if names := [name for name, _ in actor.places or ((actor.name, ""),) if fold(name) in authors]:
        who = "you" if names[0] == actor.name else f"`{names[0]}`, in whose place you act,"
        raise NotPermitted(
            f"Cannot waive anything of `{stored.title}`: {who} wrote part of it.",
            "Ask another person with the role compliance.",
        )


def _keep(session: Session, waiver: Waiver) -> str:
    """Keep a waiver; one that was revoked can be given again, and one that stands is not given twice."""
    name, noun = waiver_name(waiver), waiver.model_dump_json()
    before = session.get(WaiverRow, name)
    if before is not None and before.revoked_at is None:
        raise Refused(f"`{waiver.rule}` is waived so in `{waiver.piece}` already.", "There is nothing to do.")
    if before is not None:
        before.revoked_at = None
        return noun
    session.add(
        WaiverRow(
            waiver_id=name, piece_id=waiver.piece, content_hash=waiver.content, rule=waiver.rule, noun=noun
        )
    )
    return noun


def _can_be_waived(stored: StoredPiece, rule: str, found: list[Finding]) -> None:
    if not found:
        known = ", ".join(dict.fromkeys(f"`{one.rule}`" for one in stored.findings)) or "nothing"
        raise BadInput(f"`{rule}` found nothing in `{stored.title}`.", f"Its findings are of {known}.")
    if rule.startswith("engine.") or any(one.citation == FAILS_CLOSED for one in found):
        raise Refused(
            f"`{rule}` could not finish on `{stored.title}`, so there is no judgement to waive.",
            "Have the rule mended and the piece screened again.",
        )


def _made(
    gate: Gate, stored: StoredPiece, rule: str, reason: str, until: date, by: str, at: datetime
) -> Waiver:
    today = at.astimezone(gate.lender.zone).date()
    if (until - today).days > LONGEST_DAYS:
        raise BadInput(f"A waiver until {until} is too long.", f"Give at most {LONGEST_DAYS} days.")
    if until < today:
        raise BadInput(f"A waiver until {until} would be over already.", "Give today or a later day.")
    try:
        return Waiver(
            rule=rule, piece=stored.piece.piece_id, content=stored.content_hash, reason=reason, by=by,
            issued=today, until=until,
        )  # fmt: skip
    except ValidationError as error:
        raise BadInput(
            f"This waiver cannot stand: its reason (`{reason.strip():.40}`) is too short.",
            "Give a reason of ten letters or more.",
        ) from error


def _settle(session: Session, gate: Gate, row: PieceRow, at: datetime, *, reason: str) -> None:
    """Bring the piece's listing and status in step with the waivers that stand now."""
    session.refresh(row)
    stored = stored_piece(session, row)
    settle(session, gate.lender, row, stored, stored.findings, at=at, reason=reason)
