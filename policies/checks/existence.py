"""Words that may not stand in a piece, with the contexts in which they may."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from campaign.noun import Noun
from policies.matching import (
    Pattern,
    Window,
    anywhere,
    disowned,
    near,
    quoted_as_warning,
    refuted,
    unexcused,
)
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What the rule looks for.

    Attributes:
        when: patterns that fire at the rule's severity.
        warn_when: patterns that only warn.
        permitted: contexts; a match that overlaps one of these does not fire.
        unless: words that excuse a match when they stand in the `within` window around it.
        near: words that must stand in the `within` window for a match to count.
        within: the window of `unless` and `near`.
        near_within: the window of `near` where it is another.
        fields: only fields whose name starts with one of these.
        warn_if: words in the `within` window that turn a block into a warning.
        warn_unless: words anywhere in the piece that excuse what only warns.
        block_in: states where every match blocks.
    """

    when: tuple[Pattern, ...] = ()
    warn_when: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    near: tuple[Pattern, ...] = ()
    within: Window = "sentence"
    near_within: Window | None = None
    warn_unless: tuple[Pattern, ...] = ()
    fields: tuple[str, ...] = ()
    warn_if: tuple[Pattern, ...] = ()
    block_in: tuple[str, ...] = ()


def triggers(keys: Keys) -> tuple[Pattern, ...]:
    """The forbidden phrases."""
    return (*keys.when, *keys.warn_when)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every forbidden phrase outside its permitted contexts."""
    keys: Keys = rule.keys
    strict = not set(keys.block_in).isdisjoint(seen.states)
    for patterns, severity in ((keys.when, rule.severity), (keys.warn_when, Severity.WARN)):
        for reading in seen.readings:
            if keys.fields and not reading.field.startswith(keys.fields):
                continue
            for start, end in unexcused(patterns, keys.permitted, reading.text):
                if _counts(keys, reading, start, end, seen) and not (
                    patterns is keys.warn_when and anywhere(keys.warn_unless, seen.text)
                ):
                    yield _hit(keys, seen, reading, (start, end), Severity.BLOCK if strict else severity)


def _counts(keys: Keys, reading: Reading, start: int, end: int, seen: Seen) -> bool:
    if disowned(reading, start, end) or refuted(reading, start, end):
        return False
    if near(keys.unless, reading, start, end, keys.within, seen.text):
        return False
    return not keys.near or near(keys.near, reading, start, end, keys.near_within or keys.within, seen.text)


def _hit(keys: Keys, seen: Seen, reading: Reading, span: tuple[int, int], severity: Severity) -> Hit:
    if keys.warn_if and severity is Severity.BLOCK:
        warned = near(keys.warn_if, reading, *span, keys.within, seen.text)
        severity = Severity.WARN if warned else severity
    if quoted_as_warning(reading, *span):
        severity = Severity.INFO
    start, end = reading.span(*span)
    return Hit(reading.field, start, end, severity=severity)
