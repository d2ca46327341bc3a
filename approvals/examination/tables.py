"""The same as spreadsheets open it: one CSV per kind of record, no cell of which any of them would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from approvals.audit import AuditEvent
from approvals.chain import canonical
from approvals.examination.gathering import Dossier, Revision
from campaign.release import Decision

Cell = str | int | float | bool | date | datetime | None
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "pieces": (
        "piece", "revision", "run", "channel", "segment", "states", "status", "verdict", "submitted_at",
        "content_hash", "rules", "sheet", "release", "first_out", "last_shown", "delivered", "in_doubt",
        "kept_until", "record_stands",
    ),
    "findings": (
        "piece", "revision", "rule", "severity", "citation", "field", "start", "end", "excerpt", "message",
        "fix", "waived_by",
    ),
    "claims": (
        "piece", "revision", "slot", "kind", "shown", "value", "source", "reference", "inputs", "valid_until",
    ),
    "decisions": (
        "piece", "revision", "answer", "settles", "by", "role", "stands_in_for", "at", "reason", "condition",
        "class", "content_hash", "rules", "sheet",
    ),
    "remarks": ("piece", "revision", "by", "at", "words"),
    "deliveries": ("piece", "revision", "release", "slot", "state", "at", "evidence"),
    "withheld": ("piece", "revision", "release", "channel", "reason", "count"),
    "retention": ("piece", "revision", "records", "clock_starts", "kept_until", "because", "periods"),
}  # fmt: skip
"""Files of the package, and their columns."""
EVENT_COLUMNS = ("event", "at", "what", "of", "by", "details")


def table_rows(name: str, dossier: Dossier, home: str) -> Iterator[tuple[Cell, ...]]:
    """The rows that one piece has in a table.

    Args:
        name: of `COLUMNS`. home: folder of the workspace, which no evidence needs to name.
    """
    for one in dossier.revisions:
        key = (dossier.piece_id, one.stored.piece.revision)
        for row in _ROWS[name](one, home):
            yield (*key, *row)


def event_row(event: AuditEvent) -> tuple[Cell, ...]:
    """One event of the log."""
    return event.seq, event.at, event.event, event.subject, event.by, canonical(event.details)


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Lines of CSV (RFC 4180); a text that a spreadsheet would take for a formula is marked as a text.

    With another line end the writer would leave a lone carriage return unquoted, and a row would end there.
    """
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs: those that would begin a formula begin with an apostrophe."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def relative(target: str, home: str) -> str:
    """Where evidence lies, seen from the workspace, also where that was moved since."""
    if target.startswith(f"{home}/"):
        return target.removeprefix(f"{home}/")
    for folder in ("outbox", "google_ads"):
        before, found, rest = target.rpartition(f"/{folder}/")
        if found and before.startswith("/"):
            return f"{folder}/{rest}"
    return target


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return inert(value) if isinstance(value, str) else value


def _pieces(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    stored, states, out = one.stored, one.states, one.went_out
    yield (
        stored.run_id, stored.piece.channel, stored.segment, " ".join(stored.piece.states),
        stored.status.value, stored.verdict, stored.submitted_at, stored.content_hash,
        stored.pack_version, stored.sheet_id,
        one.release_id, out[0] if out else None, one.shown, states.get("delivered", 0),
        states.get("submitting", 0), one.kept_until, not one.contradiction,
    )  # fmt: skip


def _findings(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    for found in one.stored.findings:
        waived = ", ".join(waiver.by for waiver in one.stored.waivers if waiver.rule == found.rule)
        yield (
            found.rule, found.severity.value, found.citation, found.field, found.start, found.end,
            found.excerpt, found.message, found.fix, waived,
        )  # fmt: skip


def _claims(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    for claim in one.stored.piece.claims or ():
        source = claim.provenance
        inputs = "; ".join(f"{name}={value}" for name, value in source.inputs.items())
        yield (
            claim.slot, claim.kind, claim.text, claim.value, source.source, source.reference, inputs,
            claim.valid_until,
        )  # fmt: skip


def _decisions(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    for made in answers(one):
        condition = made.condition.in_words if made.condition else ""
        yield (
            made.answer, made.settles, made.by, made.role, made.stands_in_for, made.at, made.reason,
            condition, made.class_key, made.content_hash, made.pack_version, made.sheet_id,
        )  # fmt: skip


def answers(one: Revision) -> tuple[Decision, ...]:
    """Everybody's answer to a revision, the settling one last."""
    last = (one.stored.decision,) if one.stored.decision else ()
    return (*one.stored.endorsements, *last)


def _remarks(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    yield from ((said.by, said.at, said.words) for said in one.remarks)


def _deliveries(one: Revision, home: str) -> Iterator[tuple[Cell, ...]]:
    for made in one.deliveries:
        yield one.release_id, made.slot, made.state, made.at, relative(made.target, home)


def _withheld(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    yield from ((one.release_id, held.channel, held.reason, held.count) for held in one.withheld)


def _retention(one: Revision, _: str) -> Iterator[tuple[Cell, ...]]:
    for kind, kept in one.retention.items():
        yield kind, kept.starts, kept.until, kept.because, " ".join(kept.rules)


_ROWS = {
    "pieces": _pieces, "findings": _findings, "claims": _claims, "decisions": _decisions,
    "remarks": _remarks, "deliveries": _deliveries, "withheld": _withheld, "retention": _retention,
}  # fmt: skip
