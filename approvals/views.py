"""What the gate's commands answer: documents for scripts, and what an approver reads before deciding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from approvals.fair_lending_views import piece_document, piece_lines, queue_lines
from campaign.answer import Answer
from campaign.finding import Severity

if TYPE_CHECKING:
    from rich.table import Table

    from approvals.audit import AuditEvent, AuditReport
    from approvals.pieces import StoredPiece
    from approvals.queue import QueueItem
    from campaign.claim import Claim
    from campaign.errors import Refused
    from campaign.fair_lending import FairLendingReview
    from campaign.piece import Piece
    from campaign.release import Decision

NO_REVIEWS: Mapping[str, FairLendingReview] = MappingProxyType({})
_STYLES = {"block": "bold red", "warn": "yellow", "pass": "green", "info": "dim"}


def queue_answer(
    items: Sequence[QueueItem], reviews: Mapping[str, FairLendingReview] = NO_REVIEWS, *, as_json: bool
) -> Answer:
    """The queue: `pending` counts what waits for a person; blocked pieces are listed with it.

    Args:
        reviews: run id -> its fair-lending review, of which the verdict is told.
    """
    pending = sum(item.status == "pending" for item in items)
    document: dict[str, Any] = {"pending": pending, "items": [item.model_dump(mode="json") for item in items]}
    document["fair_lending"] = {run_id: review.verdict for run_id, review in reviews.items()}

    def view() -> Sequence[Any]:
        if not items:
            return ["Nothing waits for a decision."]
        table = _table("piece", "rev", "segment", "states", "status", "verdict", "rules")
        for item in items:
            table.add_row(
                item.piece, str(item.revision), item.segment, _few(item.states), item.status,
                _styled(item.verdict, item.verdict), ", ".join(item.rules),
            )  # fmt: skip
        counted = f"{pending} pending of {len(items)} listed. Read one with `vallum show PIECE`."
        return [table, counted, *queue_lines(reviews)]

    return Answer(document, view, as_json)


def piece_answer(
    stored: StoredPiece,
    history: Sequence[AuditEvent],
    review: FairLendingReview | None = None,
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
                "sheet_id", "survey_rate", "submitted_at", "content_hash", "decision",
            },
        ),
        "findings": [finding.as_json() for finding in stored.findings],
        "claims": [_claim_document(claim, piece) for claim in piece.claims or ()],
        "fair_lending": piece_document(review, stored.placement_id),
        "history": [event.model_dump(mode="json") for event in history],
    }  # fmt: skip
    return Answer(document, lambda: list(_piece_view(stored, history, review)), as_json)


def decision_answer(
    decided: Sequence[Decision], refused: Sequence[tuple[str, Refused]], *, as_json: bool
) -> Answer:
    """What became of each piece; exit 1 where any was refused."""
    document = {
        "decided": [
            {"piece": decision.piece_id, **decision.model_dump(mode="json", exclude={"piece_id"})}
            for decision in decided
        ],
        "refused": [
            {"piece": piece_id, "reason": stopped.fact, "remedy": stopped.remedy}
            for piece_id, stopped in refused
        ],
    }
    past = {"approve": "Approved", "reject": "Rejected"}
    said = [
        f"{past[decision.answer]} `{decision.piece_id} rev {decision.revision}` by {decision.by} "
        f"(content {decision.content_hash[:12]}, rules {decision.pack_version}, rates {decision.sheet_id})."
        for decision in decided
    ]
    said += [str(stopped) for _, stopped in refused]
    return Answer(document, lambda: said, as_json, exit_code=1 if refused else 0)


def audit_answer(report: AuditReport, *, as_json: bool) -> Answer:
    """Whether the log stands; exit 1 where it does not."""
    if report.verified:
        said = [f"The audit log stands: {report.events} events, every one as it was written."]
    else:
        said = [f"The audit log does not stand. {report.reason} {report.events} events before it do."]
    exit_code = 0 if report.verified else 1
    return Answer(report.model_dump(mode="json"), lambda: said, as_json, exit_code)


def _piece_view(
    stored: StoredPiece, history: Sequence[AuditEvent], review: FairLendingReview | None
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
    yield from piece_lines(review, stored.placement_id)
    if piece.claims:
        table = _table("slot", "shown", "source", "reference", "holds until")
        for claim in piece.claims:
            until = f"{claim.valid_until:%Y-%m-%d %H:%M} UTC" if claim.valid_until else "open"
            source = claim.provenance
            inputs = ", ".join(f"{name} {value}" for name, value in source.inputs.items())
            reference = f"{source.reference} ({inputs})" if inputs else source.reference
            table.add_row(claim.slot, Text(claim.text), source.source, Text(reference), until)
        yield table
    table = _table("event", "what", "who", "when", "why")
    for event in history:
        when = f"{event.at:%Y-%m-%d %H:%M} UTC"
        why = Text(str(event.details.get("reason", "")))
        table.add_row(str(event.seq), f"{event.subject}: {event.event}", event.by, when, why)
    yield table


def _findings_view(stored: StoredPiece) -> Iterator[Any]:
    from rich.text import Text

    if not stored.findings:
        yield f"No rule found anything (rules {stored.pack_version})."
        return
    table = _table("severity", "rule", "citation", "where", "found", "instead")
    order = list(Severity)
    for finding in sorted(stored.findings, key=lambda finding: order.index(finding.severity)):
        where = finding.field if finding.end == 0 else f"{finding.field} {finding.start}-{finding.end}"
        table.add_row(
            _styled(finding.severity, finding.severity), finding.rule, Text(finding.citation), where,
            Text(finding.message), Text(finding.fix or ""),
        )  # fmt: skip
    yield table


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


def _few(states: Sequence[str]) -> str:
    """States for a narrow column: named up to four, counted beyond."""
    return " ".join(states) if 0 < len(states) <= 4 else f"{len(states)} states" if states else "all"


def _styled(words: str, kind: str) -> Any:
    from rich.text import Text

    return Text(words, style=_STYLES[kind])


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in columns:
        # a piece's id is copied into the next command, so it is never broken over lines
        table.add_column(column, overflow="fold", no_wrap=column == "piece")
    return table
