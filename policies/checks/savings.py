"""Savings promised without a calculation behind them.

A sum or a share saved needs both loans: balance, rates, terms and costs. Only a claim that a calculation
made, bound to the words, is such a record; where the words themselves set out the comparison, a person
looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
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
        for start, end in outside(sorted(found), spans(keys.permitted, reading.text)):
            if not _calculated(seen, reading, start, end) and not disowned(reading, start, end):
                shown = bool(keys.shown) and all(
                    near(group, reading, start, end, "paragraph", seen.text) for group in keys.shown.values()
                )
                first, last = reading.span(start, end)
                yield Hit(reading.field, first, last, severity=Severity.WARN if shown else None)


def _calculated(seen: Seen, reading: Reading, start: int, end: int) -> bool:
    """Whether a claim that a calculation made is bound within the sentence."""
    made = {claim.slot for claim in seen.piece.claims or () if claim.provenance.source == "calculation"}
    first, last = reading.span(*reading.sentence(start, end))
    return any(
        one.slot in made and one.field == reading.field and first <= one.start and one.end <= last
        for one in seen.piece.bindings
    )
