"""Numbers without a source (law 2): in copy made from a master, every number is a claim, or it does not run.

Bare text has no bindings to compare with; there one note per field says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from campaign.finding import Severity
from campaign.master import PERSONAL_SLOTS, SLOT
from campaign.noun import Noun
from policies.percentages import SPOKEN_NUMBER
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen

_NUMBER = re2.compile(
    r"[$€£]? ?\d(?:[\d,]*\d)?(?:\.\d+)?(?: \d/\d)?(?: ?%)?"
    rf"|\b(?:{SPOKEN_NUMBER}|a dozen|dozens?|hundreds?|thousands?)(?:[ -](?:and[ -]a[ -](?:half"
    rf"|quarter)|hundred|thousand|million))*"
    r"[ -](?:percent|per cent|points?|years?|dollars?|months?|basis points?|weeks?|days?)\b"
)


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Numbers and open slots outside bindings block; on bare text, one note per field."""
    del rule
    if seen.piece.claims is None:
        for reading in seen.readings:
            first = next(_loose(reading, []), None)
            if first is not None:
                yield Hit(
                    reading.field,
                    *first,
                    severity=Severity.INFO,
                    words={"why": "no binding is known for bare text"},
                )
        return
    claimed = {claim.slot: claim.text for claim in seen.piece.claims}
    filled_later = PERSONAL_SLOTS | {one.slot for one in seen.piece.ranges}
    texts = dict(seen.piece.texts())
    for field, original in texts.items():
        bound = [
            (one.start, one.end)
            for one in seen.piece.bindings
            if one.field == field
            and one.slot in claimed
            and original[one.start : one.end] == claimed[one.slot]
        ]
        yield from _slots(field, original, filled_later)
        if (read := seen.reading(field)) is not None:
            for start, end in _loose(read, bound):
                yield Hit(field, start, end, words={"why": "no claim stands behind it"})


def _slots(field: str, original: str, filled_later: frozenset[str]) -> Iterator[Hit]:
    """Slots that nothing fills: neither a claim now, nor each reader's own record at delivery."""
    for match in SLOT.finditer(original):
        if match[1] not in filled_later:
            yield Hit(field, match.start(), match.end(), words={"why": "the slot was never filled"})


def _loose(reading: Reading, bound: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in the original of numbers that no binding covers."""
    braced = "{" in reading.original
    slots = [match.span() for match in SLOT.finditer(reading.original)] if braced else []
    for match in _NUMBER.finditer(reading.text):
        lead = len(match.group()) - len(match.group().lstrip())
        start, end = reading.span(match.start() + lead, match.end())
        if not any(first <= start and end <= last for first, last in [*bound, *slots]):
            yield start, end
