"""A name under which the lender is not licensed to advertise."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names

_TRADE = "mortgage mortgages lending lenders lender loans loan home homes financial finance funding bank banking group capital credit federal national direct advisors advisers solutions company corp corporation inc services team"
_TAIL = re2.compile(rf"^(?: (?:{'|'.join(_TRADE.split())}|llc)\b,?)+")


class Keys(Noun):
    """`absent_only`: asks whether the lender is named at all, and leaves made-up names alone."""

    absent_only: bool = False


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """A made-up trade name after the lender's own, or no name of the lender at all."""
    keys: Keys = rule.keys
    allowed = set(company_names(seen))
    if not keys.absent_only:
        yield from _invented(seen, allowed)
    if not any(_spelling(name).search(seen.text) for name in allowed):
        yield Hit(seen.first_field, words={"match": "The piece", "company": seen.lender.name})


def _invented(seen: Seen, allowed: set[str]) -> Iterator[Hit]:
    """Trade names that begin like the lender's and are not on its record."""
    short = _spelling(seen.lender.short_name or seen.lender.name)
    for reading in seen.readings:
        for match in short.finditer(reading.text):
            tail = _TAIL.match(reading.text[match.end() : match.end() + 60])
            if tail is None:
                continue
            words = re2.findall(r"[a-z0-9]+", reading.text[match.start() : match.end() + tail.end()].replace("&", " and "))
            if not _is_allowed(words, allowed):
                yield seen.hit(reading, match.start(), match.end() + tail.end(), company=seen.lender.name)


def _is_allowed(words: list[str], allowed: set[str]) -> bool:
    """Whether the words are a name of the lender, or one followed by words that are no part of a name."""
    name = " ".join(words)
    return name in allowed or any(name.startswith(f"{one} ") and len(one.split()) > 3 for one in allowed)


def _spelling(name: str) -> re2._Regexp:
    """A pattern for a name in folded text, `&` or `and`, commas and points aside."""
    words = re2.findall(r"[a-z0-9]+", name.lower().replace("&", " and "))
    parts = [r"(?:and|&)" if word == "and" else re2.escape(word) for word in words]
    return re2.compile(r"\b" + r"[\s,.'-]*".join(parts) + r"\b")
