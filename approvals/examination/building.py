"""Writing a package into an empty folder: pages, documents, tables, sheets, the log, the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from approvals.anchor_files import Anchor, anchor_text, file_name
from approvals.audit_check import Whole
from approvals.evidence import waivers_subject
from approvals.examination.documents import FORM, as_json, dossier_document
from approvals.examination.gathering import Dossier, gather
from approvals.examination.inventory import InventoryLine, inventory_line
from approvals.examination.manifest import NAME, Manifest, hashes_of, signed_manifest
from approvals.examination.names import safe_name
from approvals.examination.pages import Pages, style_sheet
from approvals.examination.parts import RunPart, rules_of_versions, run_document, run_part, sheet_text
from approvals.examination.proof import FORM as LOG_FORM
from approvals.examination.proof import LogPart, log_part, segment_lines
from approvals.examination.scope import Scope
from approvals.examination.tables import COLUMNS, EVENT_COLUMNS, as_csv, event_row, table_rows
from approvals.gate import Gate
from approvals.records import PieceRow
from approvals.runs import Run
from approvals.signing import PUBLIC, SigningKey
from approvals.statuses import title
from tools.workspace import Workspace


@dataclass(slots=True)
class _Inventory:
    """What is learnt while the pieces are written, one at a time, and is told in the index."""

    lines: list[InventoryLine] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)
    runs: dict[str, RunPart] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Building:
    """One package on its way into a folder.

    Attributes:
        gate, workspace, session: where everything is; the session sees one moment.
        folder: empty. scope, at, by: what it is about, when and by whom it is made.
        whole: the log, found to stand. anchors: the workspace's, the last of them just made.
    """

    gate: Gate
    workspace: Workspace
    session: Session
    folder: Path
    scope: Scope
    at: datetime
    by: str
    whole: Whole
    key: SigningKey
    anchors: Sequence[Anchor]

    def write(self, rows: Sequence[PieceRow]) -> Manifest:
        """Write everything about some revisions, and the manifest last."""
        rules = rules_of_versions(self.session, sorted({row.pack_version for row in rows}), self.gate.pack)
        sheets = self._write_sheets(sorted({row.sheet_id for row in rows}))
        pages = Pages(
            lender=self.gate.lender, scope=self.scope.in_words, at=self.at, by=self.by,
            home=str(self.workspace.home), rules=rules, sheets=sheets,
        )  # fmt: skip
        inventory = self._write_pieces(pages, rows)
        self._write_rules(pages)
        for name, part in inventory.runs.items():
            self._put(f"runs/{safe_name(name)}.html", pages.run(part))
            self._put(f"runs/{safe_name(name)}.json", as_json(run_document(part)))
        log = self._write_log(inventory.subjects)
        self._put("style.css", style_sheet())
        self._put("index.html", self._index(pages, inventory, log, rows))
        manifest = signed_manifest(
            self.key, hashes_of(self.folder), lender=self.gate.lender.name, scope=self.scope.in_words,
            at=self.at, by=self.by, pieces=len(inventory.lines), events=self.whole.events,
            log_hash=self.whole.hash, first=log.first, last=log.last,
        )  # fmt: skip
        self._put(NAME, manifest.text)
        return manifest

    def _write_pieces(self, pages: Pages, rows: Sequence[PieceRow]) -> _Inventory:
        """Every piece's page and document, and its rows in every table."""
        inventory, home = _Inventory(), str(self.workspace.home)
        for name, columns in COLUMNS.items():
            self._put(f"tables/{name}.csv", as_csv([columns]))
        for dossier in gather(self.gate, self.session, rows):
            part = self._run(inventory, dossier.run)
            file = safe_name(dossier.piece_id)
            self._put(f"pieces/{file}.html", pages.piece(dossier, part))
            self._put(f"pieces/{file}.json", as_json(dossier_document(dossier, home)))
            for name in COLUMNS:
                self._put(f"tables/{name}.csv", as_csv(table_rows(name, dossier, home)))
            inventory.lines.append(inventory_line(dossier))
            inventory.subjects |= _subjects(dossier)
        return inventory

    def _run(self, inventory: _Inventory, run: Run) -> RunPart:
        if run.run_id not in inventory.runs:
            inventory.runs[run.run_id] = run_part(self.gate.engine, run)
        return inventory.runs[run.run_id]

    def _write_sheets(self, names: Iterable[str]) -> frozenset[str]:
        """The rate sheets that pieces were bound to, as far as they are kept here."""
        found = {name: sheet_text(self.workspace.rates, name, self.gate.lender) for name in names}
        for name, text in found.items():
            if text:
                self._put(f"sheets/{safe_name(name)}.csv", text)
        return frozenset(name for name, text in found.items() if text)

    def _write_rules(self, pages: Pages) -> None:
        for version, rules in pages.rules.items():
            document = {
                "form": FORM,
                "version": version,
                "rules": [rule.model_dump(mode="json") for rule in rules],
            }
            self._put(f"rules/{safe_name(version)}.html", pages.rulebook(version))
            self._put(f"rules/{safe_name(version)}.json", as_json(document))

    def _write_log(self, subjects: Iterable[str]) -> LogPart:
        part = log_part(self.session, subjects, self.anchors)
        self._put("log/events.csv", as_csv([EVENT_COLUMNS, *map(event_row, part.events)]))
        self._put("log/segment.jsonl", segment_lines(self.session, part))
        proof = {
            "form": LOG_FORM,
            "first": part.first,
            "last": part.last,
            "anchor": json.loads(anchor_text(part.anchor)),
            "head": {"events": self.whole.events, "hash": self.whole.hash},
        }
        self._put("log/proof.json", as_json(proof))
        self._put(f"anchors/{file_name(part.anchor)}", anchor_text(part.anchor))
        self._put(f"anchors/{PUBLIC}", self.key.public.pem)
        return part

    def _index(self, pages: Pages, inventory: _Inventory, log: LogPart, rows: Sequence[PieceRow]) -> str:
        lines = inventory.lines
        notes = [
            f"Rate sheet {name} is not kept here: its values stand in the claims alone."
            for name in sorted({row.sheet_id for row in rows} - pages.sheets)
        ]
        for version, rules in pages.rules.items():
            notes += [] if rules else [f"The rules of version {version} were not kept in words."]
        for line in lines:
            if line.contradicts:
                notes.append(f"The record of {line.piece} is not what the log says; the log decides.")
        return pages.index(
            lines=lines, notes=notes, part=log, events=self.whole.events,
            published=sum(bool(line.delivered or line.in_doubt) for line in lines),
            delivered=sum(line.delivered for line in lines),
            in_doubt=sum(line.in_doubt for line in lines),
            kept_until=max(line.kept_until for line in lines), tables=list(COLUMNS),
            runs=[(name, safe_name(name)) for name in sorted(inventory.runs)],
            rules=[(version, safe_name(version)) for version in pages.rules],
            sheets=[{"sheet_id": name, "file": safe_name(name)} for name in sorted(pages.sheets)],
        )  # fmt: skip

    def _put(self, name: str, text: str | Iterable[str]) -> None:
        """Add to a file of the package, line by line where the text is long."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines((text,) if isinstance(text, str) else text)


def _subjects(dossier: Dossier) -> set[str]:
    """How the log names a piece and what became of it."""
    names = {f"run {dossier.run.run_id}", waivers_subject(dossier.piece_id)}
    for one in dossier.revisions:
        names.add(title(dossier.piece_id, one.stored.piece.revision))
        names |= {f"recall {receipt.recall_id}" for receipt in one.receipts}
        names |= {one.release_id} if one.release_id else set()
    return names
