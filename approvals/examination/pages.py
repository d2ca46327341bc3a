"""The pages of a package: they open from a disk, load nothing but one style sheet, and run nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from approvals.examination.documents import fair_lending_of, placement_of, segment_of
from approvals.examination.gathering import Dossier, Revision
from approvals.examination.names import safe_name
from approvals.examination.parts import RunPart
from approvals.examination.tables import answers, relative
from approvals.pieces import StoredPiece
from approvals.retention import Retention
from approvals.rules_log import KeptRule
from approvals.web.fragments import filled_from
from approvals.web.previews import claims_table, difference, findings_panel, piece_preview
from approvals.web.previews.fields import text_of
from approvals.web.previews.letters import letter_document
from approvals.web.words import environment
from campaign.channel import Channel
from campaign.lender import Lender

_HERE = Path(__file__).parent / "templates"
_STATIC = Path(__file__).parent.parent / "web" / "static"


@dataclass(frozen=True, slots=True)
class Pages:
    """What every page says of the package it stands in.

    Attributes:
        lender: as it is called now. scope: in words. at, by: when and by whom. home: of the workspace.
        rules: of each version, by version. sheets: ids of the rate sheets that are in the package.
    """

    lender: Lender
    scope: str
    at: datetime
    by: str
    home: str
    rules: Mapping[str, Sequence[KeptRule]]
    sheets: frozenset[str]

    def piece(self, dossier: Dossier, part: RunPart) -> str:
        """One piece: as published, every revision, everything about it."""
        zone, revisions = self.lender.zone, dossier.revisions
        published = dossier.published
        placement = placement_of(part.plan, published.stored.placement_id)
        return self._filled(
            "piece.html",
            up="../",
            dossier=dossier,
            latest=revisions[-1],
            published=published,
            likeness=self._likeness(published.stored),
            run_file=safe_name(dossier.run.run_id),
            placement=placement,
            segment=segment_of(part.segmentation, placement),
            fair_lending=fair_lending_of(part.plan, placement),
            findings=[findings_panel(one.stored, of=_of(one.stored)) for one in revisions],
            claims=[claims_table(one.stored, zone, of=_of(one.stored)) for one in revisions],
            changes=[difference(before.stored, after.stored) for before, after in pairwise(revisions)],
            answers=answers,
            periods=_periods,
            rules_of=self._rules_of,
            sheets=self.sheets,
        )

    def run(self, part: RunPart) -> str:
        """One run: brief, segments, plan, fair-lending review."""
        return self._filled("run.html", up="../", part=part)

    def rulebook(self, version: str) -> str:
        """Every rule of one version."""
        return self._filled("rules.html", up="../", version=version, rules=self.rules[version])

    def index(self, **context: Any) -> str:
        """Where an examiner begins."""
        return self._filled("index.html", up="", **context)

    def _likeness(self, stored: StoredPiece) -> Markup:
        if stored.piece.channel != Channel.EMAIL:
            return piece_preview(stored, self.lender)
        return filled_from(
            _TEMPLATES, "letter.html", name=stored.title, subject=text_of(stored.piece, "subject"),
            preheader=text_of(stored.piece, "preheader"),
            letter=letter_document(stored.piece, self.lender.url),
        )  # fmt: skip

    def _rules_of(self, stored: StoredPiece) -> list[KeptRule]:
        """The rules that found something, as they stood; what a finding holds where no rulebook was kept."""
        known = {rule.id: rule for rule in self.rules.get(stored.pack_version, ())}
        found = {one.rule: one for one in stored.findings}
        return [
            known.get(name) or KeptRule(
                id=name, severity=one.severity.value, confidence=one.confidence, citation=one.citation,
                read="unknown", source="the finding alone", holds_for="", dates="", why=one.message,
                message=one.message, fix=one.fix,
            )
            for name, one in found.items()
        ]  # fmt: skip

    def _filled(self, template: str, **context: Any) -> str:
        return _TEMPLATES.get_template(template).render(
            lender=self.lender.name, zone=self.lender.zone, scope=self.scope, at=self.at, by=self.by,
            home=self.home, **context,
        )  # fmt: skip


def style_sheet() -> str:
    """The one style sheet: the desk's, the previews', and what a package needs besides."""
    files = (_STATIC / "desk.css", _STATIC / "previews.css", _HERE / "examination.css")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _of(stored: StoredPiece) -> str:
    return f"Revision {stored.piece.revision}"


def _periods(revision: Revision) -> list[tuple[Retention, list[str]]]:
    """The periods of a revision, each with the kinds of record that it is for."""
    periods: dict[tuple[date, str], tuple[Retention, list[str]]] = {}
    for kind, kept in revision.retention.items():
        periods.setdefault((kept.until, kept.because), (kept, []))[1].append(kind)
    return list(periods.values())


@pass_context
def _seen_from_home(context: Context, target: str) -> str:
    home: str = context["home"]
    return relative(target, home)


def _told(value: object) -> str:
    """A value as one line: what has parts is told part by part."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_told(part)}" for name, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_told(part) for part in value)
    return str(value)


_TEMPLATES = environment(_HERE)
_TEMPLATES.filters.update(filed=safe_name, seen_from_home=_seen_from_home, told=_told)
