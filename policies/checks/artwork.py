"""Seals and logos that may not be used, in words and in pictures' names and alternative texts."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from campaign.noun import Noun
from policies.matching import Pattern, anywhere, unexcused
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen

_PICTURE = re2.compile(
    r"(?is)<(?:img|image|source|svg|use|object|input)\b[^<>]*>|url\([^()]*\)|!\[[^\]]*\]\([^()]*\)"
)
_NAMES = re2.compile(
    r"""(?i)\b(?:alt|src|srcset|href|title|aria-label|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))"""
)


class Keys(Noun):
    """`when`: names of artwork (folded); `permitted`: contexts in words that are fine."""

    when: tuple[Pattern, ...]
    permitted: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every mention in words and every picture that is named so."""
    keys: Keys = rule.keys
    for reading in seen.readings:
        for start, end in unexcused(keys.when, keys.permitted, reading.text):
            yield seen.hit(reading, start, end)
        for match in _PICTURE.finditer(reading.original):
            if anywhere(keys.when, _named(match.group())):
                yield Hit(reading.field, match.start(), match.end())


def _named(picture: str) -> str:
    """The names of a picture: source and alternative text, or all of it where it has no attributes."""
    said = [
        next(value for value in found.groups() if value is not None) for found in _NAMES.finditer(picture)
    ]
    return fold(" ".join(said) or picture)
