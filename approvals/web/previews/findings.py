"""What the rules found, on the words they found it in, with the law behind it and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from approvals.pieces import StoredPiece
from approvals.web.fragments import filled
from approvals.web.previews.fields import base_field, field_name
from approvals.web.previews.spans import KINDS, Span, marked
from campaign.finding import Finding
from campaign.waiver import Waiver


class Numbered(NamedTuple):
    """A finding with the number that stands behind its words, and the waiver that lets it pass."""

    number: int
    finding: Finding
    waiver: Waiver | None

    @property
    def place(self) -> str:
        """Which field it is about, as people call it."""
        return field_name(self.finding.field)

    @property
    def in_text(self) -> bool:
        """Whether it is about a text, be it about something absent from it."""
        return base_field(self.finding.field) not in ("targeting", "cost_split", "consent")


class ReadText(NamedTuple):
    """One text of a piece as the rules read it.

    Attributes:
        field, name: as findings call it, and as people do. shown: with the found words marked.
        found: what was found in it, in the order of its words.
    """

    field: str
    name: str
    shown: Markup
    found: tuple[Numbered, ...]


def findings_panel(stored: StoredPiece, *, of: str = "") -> Markup:
    """Each text of a piece with the found words marked, and beside it what was found and why it matters.

    What is about something absent, or about no text at all (targeting, cost split, consent), is listed first.

    Args:
        of: as of `claims_table`.
    """
    numbered = _numbered(stored)
    texts = tuple(_read(field, text, numbered) for field, text in stored.piece.texts())
    at_words = {one.number for text in texts for one in text.found}
    absent = tuple(one for one in numbered if one.number not in at_words)
    return filled(
        "previews/findings.html", stored=stored, texts=texts, absent=absent, count=len(numbered), of=of
    )


def _numbered(stored: StoredPiece) -> tuple[Numbered, ...]:
    """The gravest first, and within those in the order of the screen."""
    graver = sorted(stored.findings, key=lambda finding: KINDS.index(finding.severity.value))
    return tuple(
        Numbered(number, finding, _waiver(stored, finding)) for number, finding in enumerate(graver, start=1)
    )


def _waiver(stored: StoredPiece, finding: Finding) -> Waiver | None:
    """The waiver of a finding that ends last, of those given for exactly this content."""
    given = [one for one in stored.waivers if one.rule == finding.rule and one.content == stored.content_hash]
    return max(given, key=lambda one: one.until, default=None)


def _read(field: str, text: str, numbered: Sequence[Numbered]) -> ReadText:
    here = [one for one in numbered if one.finding.field == field and one.finding.start < one.finding.end]
    spans = [Span(one.finding.start, one.finding.end, one.number, one.finding.severity.value) for one in here]
    found = tuple(sorted(here, key=lambda one: one.finding.start))
    return ReadText(field, field_name(field), marked(text, spans), found)
