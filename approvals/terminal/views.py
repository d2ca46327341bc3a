"""What the gate's commands answer: documents for scripts, and what an approver reads before deciding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from approvals.fair_lending_views import piece_document, piece_lines
from approvals.pieces import waiver_name
from approvals.terminal.tables import styled, table
from campaign.answer import Answer
from campaign.finding import Severity

if TYPE_CHECKING:
    from approvals.acts import Remark
    from approvals.audit import AuditEvent
    from approvals.bulk import Batch
    from approvals.pieces import StoredPiece
    from approvals.recalls import Receipt
    from campaign.claim import Claim
    from campaign.fair_lending import FairLendingReview
    from campaign.piece import Piece
    from campaign.release import Decision
    from campaign.waiver import Waiver


def piece_answer(
    stored: StoredPiece,
    history: Sequence[AuditEvent],
    review: FairLendingReview | None = None,
    remarks: Sequence[Remark] = (),
    receipts: Sequence[Receipt] = (),
    *,
    as_json: bool,
) -> Answer:
    """One piece with all that is known of it."""
    piece = stored.piece
    document = {
        "piece": piece.piece_id,
        "revision": piece.revision,
        "status": stored.status.value,
        "verdict": stored.verdict,
        **piece.model_dump(
            mode="json", include={"channel", "audience", "states", "products", "fields", "authors"}
        ),
        **stored.model_dump(
            mode="json",
            include={
                "segment", "angle", "round", "run_id", "placement_id", "master_id", "pack_version",
                "sheet_id", "survey_rate", "submitted_at", "content_hash", "decision", "endorsements",
                "class_key", "due_at", "assignee",
            },
        ),
        "findings": [finding.as_json() for finding in stored.findings],
        "claims": [_claim_document(claim, piece) for claim in piece.claims or ()],
        "fair_lending": piece_document(review, stored.placement_id),
        "waivers": [_waiver_document(waiver) for waiver in stored.waivers],
        "remarks": [one.model_dump(mode="json") for one in remarks],
        "receipts": [one.model_dump(mode="json") for one in receipts],
        "history": [event.model_dump(mode="json") for event in history],
    }  # fmt: skip
    return Answer(document, lambda: list(_piece_view(stored, history, review, remarks, receipts)), as_json)


_TOLD = 20


def decision_answer(
    decided: Sequence[Decision], refused: Sequence[tuple[str, str, str]], *, as_json: bool
) -> Answer:
    """What became of each piece; exit 1 where any was refused.

    Args:
        refused: piece id, fact and remedy.
    """
    document = {
        "decided": [
            {"piece": decision.piece_id, **decision.model_dump(mode="json", exclude={"piece_id"})}
            for decision in decided
        ],
        "refused": [
            {"piece": piece_id, "reason": fact, "remedy": remedy} for piece_id, fact, remedy in refused
        ],
    }
    said = [
        f"{_past(decision)} `{decision.piece_id} rev {decision.revision}` by {decision.by} "
        f"(content {decision.content_hash[:12]}, rules {decision.pack_version}, rates {decision.sheet_id})."
        for decision in decided
    ]
    said += [f"{fact} {remedy}" for _, fact, remedy in refused[:_TOLD]]
    if len(refused) > _TOLD:
        said.append(f"And {len(refused) - _TOLD} more were refused; `--json` names them all.")
    return Answer(document, lambda: said, as_json, exit_code=1 if refused else 0)


def batch_answer(batch: Batch, asked: str, answer: str, *, as_json: bool) -> Answer:
    """What a bulk decision would meet; exit 1 where it would meet nothing."""
    document = {"would": answer, "filter": asked, **batch.model_dump(mode="json"), "count": batch.count}
    said = [
        f"Would {answer} {batch.count} pieces of {batch.classes} classes ({asked}).",
        f"Decide exactly these with `--digest {batch.digest}`.",
    ]
    return Answer(document, lambda: said, as_json, exit_code=0 if batch.pieces else 1)


def _past(decision: Decision) -> str:
    if decision.answer != "approve":
        return {"reject": "Rejected", "return": "Returned"}[decision.answer]
    if not decision.settles:
        return "Approved, and others must as well:"
    return "Approved conditionally" if decision.condition else "Approved"


def _piece_view(
    stored: StoredPiece,
    history: Sequence[AuditEvent],
    review: FairLendingReview | None,
    remarks: Sequence[Remark],
    receipts: Sequence[Receipt],
) -> Iterator[Any]:
    from rich.panel import Panel
    from rich.text import Text

    piece = stored.piece
    yield Panel(
        Text(_as_it_looks(piece)),
        title=Text(f"{stored.title}: {piece.channel}, {stored.segment}"),
        subtitle=Text(f"{stored.status}, {_states(piece.states)}"),
    )
    yield f"{stored.status.meaning} Angle: {stored.angle} Written by {', '.join(piece.authors) or 'unknown'}."
    yield from _findings_view(stored)
    yield from (
        f"Waived until {one.until}: `{one.rule}`, by {one.by}: {one.reason} (waiver {waiver_name(one)})."
        for one in stored.waivers
    )
    yield from piece_lines(review, stored.placement_id)
    yield from (f"{one.by}, {one.at:%Y-%m-%d %H:%M} UTC: {one.words}" for one in remarks)
    yield from (f"Recalled (rev {one.revision}): {one.said}" for one in receipts)
    if piece.claims:
        lines = table("slot", "shown", "source", "reference", "holds until")
        for claim in piece.claims:
            until = f"{claim.valid_until:%Y-%m-%d %H:%M} UTC" if claim.valid_until else "open"
            source = claim.provenance
            inputs = ", ".join(f"{name} {value}" for name, value in source.inputs.items())
            reference = f"{source.reference} ({inputs})" if inputs else source.reference
            lines.add_row(claim.slot, Text(claim.text), source.source, Text(reference), until)
        yield lines
    lines = table("event", "what", "who", "when", "why")
    for event in history:
        when = f"{event.at:%Y-%m-%d %H:%M} UTC"
        why = Text(str(event.details.get("reason", "")))
        lines.add_row(str(event.seq), f"{event.subject}: {event.event}", event.by, when, why)
    yield lines


def _findings_view(stored: StoredPiece) -> Iterator[Any]:
    from rich.text import Text

    if not stored.findings:
        yield f"No rule found anything (rules {stored.pack_version})."
        return
    lines = table("severity", "rule", "citation", "where", "found", "instead")
    order = list(Severity)
    for finding in sorted(stored.findings, key=lambda finding: order.index(finding.severity)):
        where = finding.field if finding.end == 0 else f"{finding.field} {finding.start}-{finding.end}"
        lines.add_row(
            styled(finding.severity, finding.severity), finding.rule, Text(finding.citation), where,
            Text(finding.message), Text(finding.fix or ""),
        )  # fmt: skip
    yield lines


def _as_it_looks(piece: Piece) -> str:
    """The piece in reading order; a search ad as its first combination, with the rest named below."""
    lines = []
    for name, value in piece.fields.items():
        if isinstance(value, str):
            shown = f"{name.capitalize()}: {value}" if len(value) < 100 and name != "body" else value
            lines.append(shown)
        elif name == "headlines":
            lines.append(" | ".join(value[:3]))
            lines += [f"  or: {entry}" for entry in value[3:]]
        else:
            lines += value
    return "\n\n".join(lines) if "body" in piece.fields else "\n".join(lines)


def _claim_document(claim: Claim, piece: Piece) -> dict[str, Any]:
    standing = [
        {"field": binding.field, "start": binding.start, "end": binding.end}
        for binding in piece.bindings
        if binding.slot == claim.slot
    ]
    return {**claim.model_dump(mode="json"), "stands": standing}


def _states(states: Sequence[str]) -> str:
    return " ".join(states) or "all licensed states"


def _waiver_document(waiver: Waiver) -> dict[str, Any]:
    return {"waiver": waiver_name(waiver), **waiver.model_dump(mode="json", exclude={"place"})}
