"""A piece as rules see it: read once, folded, its numbers and dates found, its reach worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date, datetime
from functools import cached_property
from typing import Any

import re2

from campaign.finding import Severity
from campaign.lender import Lender
from campaign.piece import Piece
from policies.audience_settings import Setting, read_settings
from policies.figures import Figure, read_figures
from policies.matching import sift
from policies.reading import Reading, read_field
from policies.rule import Applies, Credit
from policies.sieve import Sieve
from policies.stated_dates import StatedDate, read_dates
from policies.stated_ids import StatedId, read_ids

UNREAD_FIELDS = frozenset({"landing_url"})
_LINE_OF_CREDIT = re2.compile(r"\bhelocs?\b|\b(?:home[- ])?equity lines?\b|\bline of credit\b")
_LOAN = re2.compile(r"\bmortgage|\brefinanc|\bpurchase loans?\b|\bhome loans?\b|\bfixed-rate loan")


@dataclass(frozen=True, slots=True)
class Hit:
    """What a kind found, before it becomes a finding.

    Attributes:
        field: field of the piece, or the record concerned (`targeting`, `cost_split`, `consent`).
        start, end: span in the **original** field; 0, 0 for something absent.
        words: names the rule's message and fix may use, besides `match`.
        severity: where it differs from the rule's.
        fix: where it differs from the rule's.
    """

    field: str
    start: int = 0
    end: int = 0
    words: dict[str, str] = attribute(default_factory=dict)
    severity: Severity | None = None
    fix: str | None = None


@dataclass(frozen=True)
class Seen:
    """One piece, ready to be asked about.

    Attributes:
        piece: as it will be published.
        lender: who advertises.
        at: aware moment of the judgement, UTC.
        readings: its readable fields in order; `landing_url` is not read.
        text: all fields as one folded text, paragraphs apart.
        ruled_out: patterns of the pack that can match in none of them.
    """

    piece: Piece
    lender: Lender
    at: datetime
    readings: tuple[Reading, ...]
    text: str
    ruled_out: frozenset[Any]

    @cached_property
    def today(self) -> date:
        """The day of `at` in the lender's zone."""
        return self.at.astimezone(self.lender.zone).date()

    @cached_property
    def states(self) -> tuple[str, ...]:
        """States the piece reaches: those named, or all in which the lender is licensed today."""
        return self.piece.states or self.lender.licensed_states(self.today)

    @cached_property
    def credits(self) -> frozenset[Credit]:
        """Kinds of credit it speaks of, by its products, else by its words."""
        products = set(self.piece.products)
        if not products:
            line = _LINE_OF_CREDIT.search(self.text) is not None
            loan = not line or _LOAN.search(_LINE_OF_CREDIT.sub("", self.text)) is not None
            return frozenset({"open_end"} if line and not loan else {"closed_end"})
        found: set[Credit] = {"open_end"} if "heloc" in products else set()
        return frozenset(found | ({"closed_end"} if products - {"heloc"} else set()))

    @cached_property
    def figures(self) -> dict[str, tuple[Figure, ...]]:
        """Numbers stated, by field; a reader's own note rate is no rate that anybody advertises to them."""
        own = self._own_rates
        return {
            reading.field: tuple(
                figure
                for figure in read_figures(reading.text)
                if figure.kind != "rate"
                or (reading.field, *reading.span(figure.start, figure.end)) not in own
            )
            for reading in self.readings
        }

    @cached_property
    def _own_rates(self) -> frozenset[tuple[str, int, int]]:
        """Where one recipient's own rates stand, from their record (12 CFR 1026.24(c): credit advertised)."""
        claims = self.piece.claims or ()
        slots = {one.slot for one in claims if one.kind == "rate" and one.provenance.source == "recipient"}
        found = (one for one in self.piece.bindings if one.slot in slots)
        return frozenset((one.field, one.start, one.end) for one in found)

    @cached_property
    def dates(self) -> dict[str, tuple[StatedDate, ...]]:
        """Dates stated, by field."""
        return {reading.field: tuple(read_dates(reading.text, near=self.today)) for reading in self.readings}

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """The audience settings of the piece, nested ones by their path."""
        return read_settings(self.piece.targeting or {})

    @cached_property
    def ids(self) -> tuple[StatedId, ...]:
        """NMLS numbers stated, in order."""
        return tuple(read_ids(self))

    def reading(self, name: str) -> Reading | None:
        """The reading of a field."""
        return next((reading for reading in self.readings if reading.field == name), None)

    def paragraphs(self, reading: Reading) -> dict[tuple[int, int], tuple[Figure, ...]]:
        """The paragraphs of a field that state figures, each with those it states; one pass."""
        found: dict[tuple[int, int], list[Figure]] = {}
        for figure in self.figures[reading.field]:
            found.setdefault(reading.paragraph(figure.start, figure.end), []).append(figure)
        return {span: tuple(figures) for span, figures in found.items()}

    def stated(self, *kinds: str) -> Iterator[tuple[Reading, Figure]]:
        """Every figure of some kinds with the reading it stands in, in order of the fields."""
        for reading in self.readings:
            for figure in self.figures[reading.field]:
                if figure.kind in kinds:
                    yield reading, figure

    def hit(self, reading: Reading, start: int, end: int, **words: str) -> Hit:
        """A hit at `reading.text[start:end]`, placed in the original."""
        return Hit(reading.field, *reading.span(start, end), words=words)

    @property
    def first_field(self) -> str:
        """Where a finding about something absent is shown: the main text."""
        names = [reading.field for reading in self.readings]
        return next((name for name in ("body", "footer") if name in names), names[0] if names else "body")

    def applies(self, where: Applies) -> bool:
        """Whether a rule that holds `where` is asked about this piece."""
        piece = self.piece
        return (
            (not where.audience or piece.audience in where.audience)
            and (not where.channels or piece.channel in where.channels)
            and piece.channel not in where.not_channels
            and (
                not where.products or not piece.products or not set(where.products).isdisjoint(piece.products)
            )
            and (not where.states or not set(where.states).isdisjoint(self.states))
            and (where.credit is None or where.credit in self.credits)
            and (not where.lenders or self.lender.kind in where.lenders)
        )


def see(piece: Piece, lender: Lender, at: datetime, sieve: Sieve) -> Seen:
    """Read a piece once, for all rules, and ask once which patterns of theirs are worth trying on it."""
    readings = [read_field(name, text) for name, text in piece.texts() if name not in UNREAD_FIELDS]
    text = "\n\n".join(reading.text for reading in readings)
    ruled_out = sieve.ruled_out(text)
    sifted = tuple(replace(reading, text=sift(reading.text, ruled_out)) for reading in readings)
    return Seen(piece, lender, at, sifted, sift(text, ruled_out), ruled_out)
