"""A name under which the lender may not advertise, there or anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from campaign.noun import Noun
from policies.matching import outside
from policies.reading import Reading
from policies.roster import Roster, mentioned, roster_of, spelling
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names

_TRADE = (
    "mortgage mortgages lending lenders lender loans loan home homes financial finance funding bank banking "
    "group capital credit federal national direct advisors advisers solutions company corp corporation inc "
    "services team"
)
_TAIL = re2.compile(rf"^(?: (?:{'|'.join(_TRADE.split())}|llc)\b,?)+")

_WORDS = re.compile(r"[a-z0-9]+")


class Keys(Noun):
    """`absent_only`: asks whether the lender is named at all, and leaves other names alone."""

    absent_only: bool = False


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """A made-up trade name, one used where it is not registered, or no name of the lender at all."""
    keys: Keys = rule.keys
    names = company_names(seen)
    if not keys.absent_only:
        yield from _invented(seen, roster_of(seen.lender))
        yield from _out_of_place(seen, names, roster_of(seen.lender).registered)
    if not any(spelling(name).search(seen.text) for name in names):
        yield Hit(seen.first_field, words={"match": "The piece", "company": seen.lender.name})


def _invented(seen: Seen, roster: Roster) -> Iterator[Hit]:
    """Trade names that begin like the lender's and are not on its record."""
    allowed = {*roster.company, *roster.branches}
    known = [spelling(name) for whose, name in mentioned(seen.text, roster) if whose != "originator"]
    short = spelling(seen.lender.short_name or seen.lender.name)
    for reading in seen.readings:
        held = [match.span() for name in known for match in name.finditer(reading.text)]
        for match in short.finditer(reading.text):
            tail = _TAIL.match(reading.text[match.end() : match.end() + 60])
            if tail is None or not _capital(reading, match.end(), match.end() + tail.end()):
                continue
            found = reading.text[match.start() : match.end() + tail.end()].rstrip(", ")
            end = match.start() + len(found)
            within = any(first <= match.start() and end <= last for first, last in held)
            if not within and not _is_allowed(_WORDS.findall(found.replace("&", " and ")), allowed):
                yield seen.hit(reading, match.start(), end, company=seen.lender.name)


def _out_of_place(seen: Seen, names: tuple[str, ...], registered: dict[str, frozenset[str]]) -> Iterator[Hit]:
    """Trade names in a piece that reaches states where they are not registered."""
    reached = set(seen.states)
    for name in names:
        beyond = sorted(reached - registered[name]) if name in registered else []
        longer = [spelling(other) for other in names if name != other and name in other]
        for reading in seen.readings if beyond else ():
            excused = [match.span() for other in longer for match in other.finditer(reading.text)]
            found = [match.span() for match in spelling(name).finditer(reading.text)]
            for start, end in outside(found, excused):
                words = {"match": f'"{name.title()}" in {", ".join(beyond)}', "company": seen.lender.name}
                yield seen.hit(reading, start, end, **words)


def _capital(reading: Reading, start: int, end: int) -> bool:
    """Whether words after a name are written as part of it: `Cedar & Main Bank`, not `Cedar & Main loans`."""
    first, last = reading.span(start, end)
    return any(word[:1].isupper() for word in reading.original[first:last].split())


def _is_allowed(words: list[str], allowed: set[str]) -> bool:
    """Whether the words are a name of the lender, or one followed by words that are no part of a name."""
    name = " ".join(words)
    return name in allowed or any(name.startswith(f"{one} ") and len(one.split()) > 3 for one in allowed)
