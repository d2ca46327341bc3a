"""NMLS numbers as copy shows them, with whose number each claims to be.

The owner is whoever is named last before the number: states ask that the number follow the name. A number
inside a hashtag is not shown (a reader passes over hashtags), and neither is one in hidden markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import re2

from policies.reading import Reading, fold

if TYPE_CHECKING:
    from policies.seen import Seen

_LABEL = (
    r"(?:nmls(?:r)?(?:'s)?|nationwide (?:multistate|mortgage)(?: mortgage)? licensing system"
    r"(?: (?:and|&) registry)?)(?:[\s:#.(/-]|\b(?:id|ids|no|nos|num|number|numbers|identifier|identification"
    r"|unique|company|license|licence|lic|entity|individual|mlo|branch)\b)*"
)
_ID = re2.compile(rf"(#)?\b{_LABEL}((?:\d,?){{3,10}})\b")
_MORE = re2.compile(r"^ ?(?:,|/|\||&|and|or) ?#? ?(\d{5,9})\b")
_WORDS = re.compile(r"[a-z0-9]+")
_REACH = 220

Owner = Literal["company", "originator", "partner", "unknown"]


@dataclass(frozen=True, slots=True)
class StatedId:
    """One NMLS number in copy.

    Attributes:
        reading: where it stands.
        start, end: span of the digits in the folded text.
        number: the digits.
        owner: `company`, `originator`, `partner`, or `unknown` where nobody is named before it.
        name: the name, folded, that makes it so; empty where unknown.
        before: the folded words before it, within reach.
    """

    reading: Reading
    start: int
    end: int
    number: str
    owner: Owner
    name: str
    before: str


def read_ids(seen: Seen) -> Iterator[StatedId]:
    """Every NMLS number that a reader can see, in order; rules ask `seen.ids`, read once."""
    for reading in seen.readings:
        for start, end in _numbers(reading.text):
            number = reading.text[start:end].replace(",", "")
            before = f" {plain(reading.text[max(0, start - _REACH) : start])} "
            yield StatedId(reading, start, end, number, *_owner(before, seen), before)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _ID.finditer(text):
        if match.group(1) or text[max(0, match.start() - 1) : match.start()] == "#":
            continue
        start, end = match.span(2)
        yield start, end - (text[end - 1] == ",")
        while more := _MORE.search(text[end : end + 20]):
            start, end = end + more.start(1), end + more.end(1)
            yield start, end


def company_names(seen: Seen) -> tuple[str, ...]:
    """The lender's names, folded, `and` for `&`, with and without its legal form, longest first."""
    lender = seen.lender
    names = {plain(name) for name in (lender.name, lender.short_name, *lender.trade_names) if name}
    forms = (
        " llc",
        " l l c",
        " inc",
        " corp",
        " corporation",
        " co",
        " na",
        " n a",
        " lp",
        " llp",
        " company",
    )
    names |= {name.removesuffix(form) for name in names for form in forms if name.endswith(form)}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def originator_names(seen: Seen) -> dict[str, str]:
    """Originators by folded name, with the number on record: the lender's roster, then the piece's record."""
    known = {plain(one.name): one.nmls for one in seen.lender.originators}
    piece = seen.piece.originator
    if piece is not None and plain(piece.name):
        known.setdefault(plain(piece.name), piece.nmls)
    return known


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """A name as bare words, for comparing: `Cedar & Main Mortgage, LLC` is `cedar and main mortgage llc`."""
    return " ".join(_WORDS.findall(fold(text).replace("&", " and ")))


@lru_cache(maxsize=4096)
def spelling(name: str) -> re2._Regexp:
    """A pattern for a name in folded text, `&` or `and`, commas and points aside."""
    words = _WORDS.findall(name.lower().replace("&", " and "))
    pattern = ""
    for before, word in zip(["", *words], words, strict=False):
        joint = "" if not before else r"\s*" if "and" in (before, word) else r"[\s,.'-]+"
        pattern += joint + (r"(?:&|\band\b)" if word == "and" else re2.escape(word))
    return re2.compile(rf"\b{pattern}\b")


def _owner(before: str, seen: Seen) -> tuple[Owner, str]:
    """Who is named last before a number."""
    partner = plain(seen.piece.partner.name) if seen.piece.partner else ""
    groups: tuple[tuple[Owner, tuple[str, ...]], ...] = (
        ("company", company_names(seen)),
        ("originator", tuple(originator_names(seen))),
        ("partner", (partner,) if partner else ()),
    )
    named = [(before.rfind(f" {name} "), owner, name) for owner, names in groups for name in names]
    place, owner, name = max(named, default=(-1, "unknown", ""))
    return (owner, name) if place >= 0 else ("unknown", "")
