"""Rates that change over the term by plan: buydowns and discounted starts (12 CFR 1026.24(c), (f)(2)).

Where one of the rates or payments is stated, each is owed with its period, and the APR; and for a buydown who
pays for it, because that decides the APR (comments 24(c)-3 and 17(c)(1)-3 to -5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
from policies.matching import Pattern, anywhere, unexcused
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """The words.

    Attributes:
        finding: `buydown`, named in words, or `multi`, known from the record alone.
        named: a temporary buydown.
        permitted: a permanent one, or the word in other senses.
        explained: a definition; a piece that gives one and states no price sells none.
        steps: how many rates each named schedule has, besides the note's: pattern by number.
        periods: when each rate holds.
        payer: who pays.
        starts: a start that will not last, on a loan that the piece calls adjustable.
    """

    finding: Literal["buydown", "multi"]
    named: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    explained: tuple[Pattern, ...] = ()
    steps: dict[int, tuple[Pattern, ...]] = Field(default_factory=dict)
    periods: tuple[Pattern, ...] = ()
    payer: tuple[Pattern, ...] = ()
    starts: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first rate, or the first mention, where something of the schedule is missing."""
    keys: Keys = rule.keys
    if keys.finding == "multi":
        yield from _multi(keys, seen)
        return
    for reading in seen.readings:
        for start, end in unexcused(keys.named, keys.permitted, reading.text):
            missing = _missing(keys, seen)
            if missing:
                hit = seen.hit(reading, start, end, missing=" and ".join(missing))
                if any(True for _ in seen.stated("rate", "payment", "apr")):
                    yield hit
                elif not anywhere(keys.explained, seen.text):
                    yield replace(hit, severity=Severity.WARN)
            return


def _missing(keys: Keys, seen: Seen) -> list[str]:
    wanted = 1 + max(
        (number for number, words in keys.steps.items() if anywhere(words, seen.text)), default=1
    )
    rates = {rate.value for _, rate in seen.stated("rate") if rate.value is not None}
    missing = []
    if len(rates) < wanted or not anywhere(keys.periods, seen.text):
        missing.append("each year's rate with its period, and the note rate")
    if not any(apr.value is not None for _, apr in seen.stated("apr")):
        missing.append("the APR")
    if not anywhere(keys.payer, seen.text):
        missing.append("who pays for it")
    return missing


def _multi(keys: Keys, seen: Seen) -> Iterator[Hit]:
    """A stated rate of a record with several, where another of them is not stated or no period is."""
    if not seen.piece.offers and seen.piece.products == ("arm",):
        yield from _lone_start(keys, seen)
    for offer in seen.piece.offers or ():
        recorded = {row[0] for row in offer.series}
        stated = [(reading, rate) for reading, rate in seen.stated("rate") if rate.value is not None]
        if len(recorded) < 2 or not stated:
            continue
        shown = {rate.value for _, rate in stated} | {one.value for _, one in seen.stated("other_rate")}
        lacking = [
            rate for rate in sorted(recorded) if not any(abs(rate - (one or 0.0)) < 5e-4 for one in shown)
        ]
        if lacking or not anywhere(keys.periods, seen.text):
            told = " and ".join(f"{rate:.3f}%" for rate in lacking) or "the period of each rate"
            reading, rate = stated[0]
            yield seen.hit(reading, rate.start, rate.end, missing=told)
            return


def _lone_start(keys: Keys, seen: Seen) -> Iterator[Hit]:
    """Without a record: one rate alone, called a start, so that another must follow."""
    stated = [(reading, rate) for reading, rate in seen.stated("rate") if rate.value is not None]
    if not stated or len({rate.value for _, rate in stated}) > 1:
        return
    for reading, rate in stated:
        first, last = reading.sentence(rate.start, rate.end)
        if anywhere(keys.starts, reading.text[first:last]):
            yield seen.hit(reading, rate.start, rate.end, missing="the later rate and the period of each")
            return
