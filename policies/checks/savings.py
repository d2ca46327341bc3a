"""Savings promised without a calculation behind them.

A sum or a share saved needs both loans: balance, rates, terms and costs. Only a claim that a calculation
made, bound to the words, is such a record; where the words themselves set out the comparison, a person
looks. Figures of one comparison that disagree are false whatever stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
from policies.comparisons import disagreement
from policies.matching import Pattern, disowned, near, outside, spans
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """The words.

    Attributes:
        when: promises of a saving.
        permitted: savings that are not of a loan.
        shown: words that set out how it was worked out; of each group one must stand in the paragraph.
    """

    when: tuple[Pattern, ...]
    permitted: tuple[Pattern, ...] = ()
    shown: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every promised saving that no bound calculation stands behind."""
    keys: Keys = rule.keys
    for reading in seen.readings:
        found = spans(keys.when, reading.text)
        found += [
            (figure.start, figure.end)
            for figure in seen.figures[reading.field]
            if figure.kind == "saving"
            and not any(first < figure.end and figure.start < last for first, last in found)
        ]
        outer = list(outside(sorted(found), spans(keys.permitted, reading.text)))
        false = _disagreements(seen, reading) if outer else {}
        for start, end in outer:
            if not disowned(reading, start, end):
                reason = false.get(reading.paragraph(start, end))
                yield from _judged(keys, seen, reading, (start, end), reason)


def _judged(
    keys: Keys, seen: Seen, reading: Reading, span: tuple[int, int], false: str | None
) -> Iterator[Hit]:
    """One promised saving: false by its own figures, without a calculation, or neither."""
    if false is None and _calculated(seen, reading, *span):
        return
    shown = bool(keys.shown) and all(
        near(group, reading, *span, "paragraph", seen.text) for group in keys.shown.values()
    )
    hit = seen.hit(reading, *span, reason=false or "no calculation is on record")
    yield replace(hit, severity=Severity.WARN if shown and false is None else None)


def _disagreements(seen: Seen, reading: Reading) -> dict[tuple[int, int], str]:
    """What the figures of a paragraph come to, where that is not what it says."""
    told = {
        (start, end): disagreement(reading.text[start:end], figures)
        for (start, end), figures in seen.paragraphs(reading).items()
    }
    return {span: reason for span, reason in told.items() if reason is not None}


def _calculated(seen: Seen, reading: Reading, start: int, end: int) -> bool:
    """Whether a claim that a calculation made is bound within the sentence.

    A reader's own number is one where the piece was approved with its formula and range.
    """
    formulas = {one.slot for one in seen.piece.ranges}
    made = {
        claim.slot
        for claim in seen.piece.claims or ()
        if claim.provenance.source == "calculation"
        or (claim.provenance.source == "recipient" and claim.slot in formulas)
    }
    first, last = reading.span(*reading.sentence(start, end))
    return any(
        one.slot in made and one.field == reading.field and first <= one.start and one.end <= last
        for one in seen.piece.bindings
    )
