"""If a piece says this, it must also say that: the form of most disclosure duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from campaign.finding import Severity
from campaign.noun import Noun
from policies.figures import FigureKind
from policies.matching import Pattern, Window, anywhere, outside, spans, window
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What obliges, and to what.

    Attributes:
        when: patterns that oblige.
        when_stated: kinds of figures that oblige (`rate`, `apr`, `payment` ...).
        permitted: contexts in which a match obliges to nothing.
        unless: words anywhere in the piece that lift the duty.
        needs: what must be said, by the name the message uses; one pattern of each list suffices.
        within: where it must be said, counted from what obliges.
        each: one finding for each occurrence; otherwise the first alone.
        block_in: states where it blocks, whatever the rule's severity.
    """

    when: tuple[Pattern, ...] = ()
    when_stated: tuple[FigureKind, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    needs: dict[str, tuple[Pattern, ...]]
    within: Window = "piece"
    each: bool = False
    block_in: tuple[str, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """What obliges without what it obliges to; `{missing}` in the message names it."""
    keys: Keys = rule.keys
    if keys.unless and anywhere(keys.unless, seen.text):
        return
    for reading, start, end in _obliging(keys, seen):
        around = window(reading, start, end, keys.within, seen.text)
        missing = [name for name, patterns in keys.needs.items() if not anywhere(patterns, around)]
        if missing:
            strict = not set(keys.block_in).isdisjoint(seen.states)
            yield replace(
                seen.hit(reading, start, end, missing=" and ".join(missing)),
                severity=Severity.BLOCK if strict else None,
            )
            if not keys.each:
                return


def _obliging(keys: Keys, seen: Seen) -> Iterator[tuple[Reading, int, int]]:
    for reading in seen.readings:
        found = spans(keys.when, reading.text)
        found += [
            (figure.start, figure.end)
            for figure in seen.figures[reading.field]
            if figure.kind in keys.when_stated
        ]
        for start, end in outside(sorted(found), spans(keys.permitted, reading.text)):
            yield reading, start, end
