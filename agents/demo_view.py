"""What the demonstration shows: everything a marketing director wants to see, in the order it happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.assignments import plan_of, segmentation_of
from agents.exhibits import (
    plan_tables,
    publication_tables,
    segment_tables,
    table_of,
    withheld_lines,
)
from agents.replan_views import replan_document, replan_tables
from approvals import queue
from approvals.fair_lending_views import review_tables
from approvals.statuses import Status
from campaign.answer import Answer

if TYPE_CHECKING:
    from agents.demo import DemoReport
    from approvals.store import StoredPiece

SHOWN = ("email", "google_search", "meta")
QUEUE_LINES = 8
RULE_WIDTH = 70
_ORIGINS = {
    "real": "as reported",
    "derived": "worked out from what was reported",
    "generated": "made up by the generator, so nothing is concluded from it",
}


def answer(report: DemoReport, *, as_json: bool) -> Answer:
    """The demonstration's answer; exit 1 where the audit log does not verify."""
    document = {
        **report.first,
        "audit": {"events": report.audit.events, "verified": report.audit.verified},
        "replan": replan_document(report.replanned),
    }
    return Answer(document, lambda: _view(report), as_json, exit_code=0 if report.audit.verified else 1)


def _view(report: DemoReport) -> Sequence[Any]:
    engine, run_id = report.street.engine, report.run.run_id
    everything = queue.queue(engine, run_id=run_id, statuses=tuple(Status))
    return [
        *_book(report),
        *_heading("Who they are"),
        *segment_tables(segmentation_of(engine, run_id)),
        *_heading("Where the money goes"),
        *plan_tables(plan := plan_of(engine, run_id)),
        *_heading("Whom it reaches, and whom it does not"),
        *review_tables(plan.fair_lending),
        *_heading("How it will look"),
        *(part for item in _shown(everything) for part in _piece(item)),
        *_heading("What the rules found"),
        *_findings(everything),
        *_heading("The queue, after the scripted approver"),
        *_queue(report, everything),
        *_heading("What was published"),
        *publication_tables(report.first["published"]),
        *withheld_lines(report.first["withheld"]),
        *_heading("Seven months later, rates have risen"),
        *replan_tables(report.replanned),
        "",
        f"Audit log: {report.audit.events} events, "
        + ("every one verified." if report.audit.verified else "BROKEN."),
        f"Everything is in {report.workspace.home}: try `vallum queue`, `vallum show PIECE`, "
        "`vallum audit verify`.",
    ]


def _heading(words: str) -> list[str]:
    return ["", f"── {words} " + "─" * (RULE_WIDTH - len(words))]


def _book(report: DemoReport) -> list[str]:
    book = report.first["book"]
    lines = [
        f"Book: {book['source']}; {book['contacts']:,} contacts, {book['loans']:,} loans. "
        f"As of {report.run.as_of.astimezone(report.workspace.lender.zone):%Y-%m-%d}.",
        report.street.minds.note,
    ]
    for source, columns in book["columns"].items():
        lines += [
            f"  {source}: {_ORIGINS[origin]}: {', '.join(columns[origin])}."
            for origin in _ORIGINS
            if origin in columns
        ]
    return lines


def _shown(everything: Sequence[StoredPiece]) -> list[StoredPiece]:
    """One piece per channel, a price shown where there is one."""
    chosen = []
    for channel in SHOWN:
        here = [item for item in everything if item.piece.channel == channel and item.verdict != "block"]
        here.sort(key=lambda item: (item.piece.offers is None, item.piece.piece_id))
        chosen += here[:1]
    return chosen


def _piece(item: StoredPiece) -> list[Any]:
    from rich.panel import Panel
    from rich.text import Text

    lines: list[str] = []
    for name, words in item.piece.fields.items():
        entries = (words,) if isinstance(words, str) else words
        lines += [f"{name}: {entry}" for entry in entries if name != "landing_url"]
    title = f"{item.piece.piece_id} rev {item.piece.revision} · {item.segment} · {item.angle}"
    return [Panel(Text("\n".join(lines)), title=title, title_align="left", width=100)]


def _findings(everything: Sequence[StoredPiece]) -> list[Any]:
    counts = Counter(
        (finding.rule, finding.severity.value, finding.citation)
        for item in everything
        for finding in item.findings
    )
    if not counts:
        return ["  Nothing: every piece passes every rule."]
    table = table_of("Findings", "rule", "severity", "citation", ">pieces")
    for (rule, severity, citation), count in sorted(counts.items(), key=lambda found: (-found[1], found[0])):
        table.add_row(rule, severity, citation, str(count))
    example = next(finding for item in everything for finding in item.findings)
    return [table, f"  For example: {example.message}"]


def _queue(report: DemoReport, everything: Sequence[StoredPiece]) -> list[Any]:
    decided, pieces = report.first["decisions"], report.first["pieces"]
    lines: list[Any] = [
        f"  {pieces['drafted']} pieces drafted, {pieces['blocked']} blocked; {decided['approved']} approved, "
        f"{decided['rejected']} rejected, {decided['pending']} left waiting."
    ]
    for item in everything:
        if item.decision is not None and item.decision.answer == "reject":
            lines.append(
                f"  Rejected: {item.piece.piece_id} rev {item.piece.revision} by {item.decision.by}: "
                f"“{item.decision.reason}”; rev {item.piece.revision + 1} answers it and is queued again."
            )
    latest = {item.piece.piece_id: item for item in everything}
    waiting = [latest[piece] for piece in report.first["queue"]]
    table = table_of(f"Waiting (first {QUEUE_LINES})", "piece", "segment", "states", "verdict")
    for item in waiting[:QUEUE_LINES]:
        states = " ".join(item.piece.states[:6]) + (" …" if len(item.piece.states) > 6 else "")
        table.add_row(f"{item.piece.piece_id} rev {item.piece.revision}", item.segment, states, item.verdict)
    return [*lines, table]
