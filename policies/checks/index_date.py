"""How old an index behind a variable rate may be.

12 CFR 1026.24(f)(2)(i)(B), comments 24(f)-6 and 16(d)-6.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Words that name an `index`; `days` by channel, `otherwise` elsewhere."""

    index: tuple[Pattern, ...]
    days: dict[str, int] = Field(default_factory=dict)
    otherwise: int = 30


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every dated index that is too old for the channel."""
    keys: Keys = rule.keys
    days = keys.days.get(seen.piece.channel, keys.otherwise)
    for reading in seen.readings:
        for stated in seen.dates[reading.field]:
            first, last = reading.sentence(stated.start, stated.end)
            before = reading.text[first : stated.start]
            after = reading.text[stated.end : last]
            indexed = anywhere(keys.index, before) or (stated.kind != "taken" and anywhere(keys.index, after))
            valued = "%" in reading.text[first:last]
            if (
                indexed
                and valued
                and stated.kind != "until"
                and stated.day + timedelta(days=days) < seen.today
            ):
                age = (seen.today - stated.day).days
                yield seen.hit(reading, stated.start, stated.end, age=str(age), days=str(days))
