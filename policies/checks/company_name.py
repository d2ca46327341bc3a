"""A name under which the lender is not licensed to advertise."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from campaign.noun import Noun
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names, spelling

_TRADE = (
    "mortgage mortgages lending lenders lender loans loan home homes financial finance funding bank banking "
    "group capital credit federal national direct advisors advisers solutions company corp corporation inc "
    "services team"
)
_TAIL = re2.compile(rf"^(?: (?:{'|'.join(_TRADE.split())}|llc)\b,?)+")

_WORDS = re.compile(r"[a-z0-9]+")


class Keys(Noun):
    """`absent_only`: asks whether the lender is named at all, and leaves made-up names alone."""

    absent_only: bool = False


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """A made-up trade name after the lender's own, or no name of the lender at all."""
    keys: Keys = rule.keys
    allowed = set(company_names(seen))
    if not keys.absent_only:
        yield from _invented(seen, allowed)
    if not any(spelling(name).search(seen.text) for name in allowed):
        yield Hit(seen.first_field, words={"match": "The piece", "company": seen.lender.name})


def _invented(seen: Seen, allowed: set[str]) -> Iterator[Hit]:
    """Trade names that begin like the lender's and are not on its record."""
    short = spelling(seen.lender.short_name or seen.lender.name)
    for reading in seen.readings:
        for match in short.finditer(reading.text):
            tail = _TAIL.match(reading.text[match.end() : match.end() + 60])
            if tail is None or not _capital(reading, match.end(), match.end() + tail.end()):
                continue
            found = reading.text[match.start() : match.end() + tail.end()].rstrip(", ")
            if not _is_allowed(_WORDS.findall(found.replace("&", " and ")), allowed):
                yield seen.hit(reading, match.start(), match.start() + len(found), company=seen.lender.name)


def _capital(reading: Reading, start: int, end: int) -> bool:
    """Whether words after a name are written as part of it: `Cedar & Main Bank`, not `Cedar & Main loans`."""
    first, last = reading.span(start, end)
    return any(word[:1].isupper() for word in reading.original[first:last].split())


def _is_allowed(words: list[str], allowed: set[str]) -> bool:
    """Whether the words are a name of the lender, or one followed by words that are no part of a name."""
    name = " ".join(words)
    return name in allowed or any(name.startswith(f"{one} ") and len(one.split()) > 3 for one in allowed)
