"""The word "fixed" about a loan whose rate or payment can rise (12 CFR 1026.24(i)(1)).

An adjustable loan must be called one before the first "fixed", and each "fixed" must carry its period and
the fact of change. With no such words at all it is `arm-undisclosed`; with them late or incomplete,
`fixed-misuse`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from campaign.noun import Noun
from policies.matching import Pattern, anywhere, outside, spans, unexcused
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen

_AFTER = 140


class Keys(Noun):
    """The words of the provision.

    Attributes:
        finding: which of the two rules this is.
        fixed: the word and its like.
        permitted: other senses of it.
        adjustable: words that name an adjustable-rate mortgage.
        period: the period for which it is fixed.
        change: the fact that it may then change.
        elsewhere: phrases in which "fixed" is said of another loan than the one offered.
        contrast: phrases that set fixed loans beside adjustable ones, so that "fixed" is right.
    """

    finding: Literal["undisclosed", "misuse"]
    fixed: tuple[Pattern, ...]
    permitted: tuple[Pattern, ...] = ()
    adjustable: tuple[Pattern, ...]
    period: tuple[Pattern, ...] = ()
    change: tuple[Pattern, ...] = ()
    elsewhere: tuple[Pattern, ...] = ()
    contrast: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Uses of "fixed" that the provision does not allow."""
    keys: Keys = rule.keys
    only, some = _adjustable(seen)
    named = anywhere(keys.adjustable, seen.text)
    if not some:
        return
    if keys.finding == "undisclosed":
        if only and not named:
            yield from (seen.hit(reading, *span) for reading, span in list(_uses(keys, seen))[:1])
        return
    if named or not only:
        yield from _misuses(keys, seen, only=only)


def _adjustable(seen: Seen) -> tuple[bool, bool]:
    """Whether every, and whether any, loan of the piece is adjustable, by its products and its record."""
    products = set(seen.piece.products)
    steps = [
        len({row[0] for row in offer.series}) > 1 and not offer.buydown_paid_by
        for offer in seen.piece.offers or ()
    ]
    some = "arm" in products or any(steps)
    return some and (products <= {"arm"} or (bool(steps) and all(steps))), some


def _uses(keys: Keys, seen: Seen) -> Iterator[tuple[Reading, tuple[int, int]]]:
    for reading in seen.readings:
        for span in unexcused(keys.fixed, keys.permitted, reading.text):
            yield reading, span


def _misuses(keys: Keys, seen: Seen, *, only: bool) -> Iterator[Hit]:
    before = False
    for reading in seen.readings:
        names = spans(keys.adjustable, reading.text)
        excused = spans((*keys.permitted, *keys.elsewhere), reading.text)
        excused += [] if only else spans(keys.contrast, reading.text)
        for start, end in outside(spans(keys.fixed, reading.text), excused):
            named = before or any(first < start for first, _ in names)
            first, last = reading.sentence(start, end)
            around = reading.text[first : min(len(reading.text), last + _AFTER)]
            concerns = only or anywhere(keys.adjustable, reading.text[first:last])
            told = anywhere(keys.period, around) and anywhere(keys.change, around)
            if concerns and not (named and told):
                lacks = "the period and the later change" if named else "an earlier word that it is an ARM"
                yield seen.hit(reading, start, end, missing=lacks)
        before = before or bool(names)
