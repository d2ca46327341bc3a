"""NMLS numbers as copy shows them, with whose number each claims to be.

The owner is whoever is named last before the number: states ask that the number follow the name. A number
inside a hashtag is not shown (a reader passes over hashtags), and neither is one in hidden markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import re2

from policies.reading import Reading
from policies.roster import mentioned, plain, roster_of

if TYPE_CHECKING:
    from policies.seen import Seen

_LABEL = (
    r"(?:nmls(?:r)?(?:'s)?|nationwide (?:multistate|mortgage)(?: mortgage)? licensing system"
    r"(?: (?:and|&) registry)?)(?:[\s:#.(/-]|\b(?:id|ids|no|nos|num|number|numbers|identifier|identification"
    r"|unique|company|license|licence|lic|entity|individual|mlo|branch)\b)*"
)
_ID = re2.compile(rf"(#)?\b{_LABEL}((?:\d,?){{3,10}})\b")
_MORE = re2.compile(r"^ ?(?:,|/|\||&|and|or) ?#? ?(\d{5,9})\b")
_BRANCH = re.compile(r"\bbranch(?:'s)?[\s:#(-]*$|\bbranch\b(?=[\s:#.(/-]*(?:nmls|id|no|num|number)\b)")
_REACH = 220

Owner = Literal["company", "branch", "originator", "partner", "unknown"]


@dataclass(frozen=True, slots=True)
class StatedId:
    """One NMLS number in copy.

    Attributes:
        reading: where it stands.
        start, end: span of the digits in the folded text.
        number: the digits.
        owner: `company`, `branch` (named, or the number is called a branch's), `originator`, `partner`, or
            `unknown` where nobody is named before it.
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
        for label, start, end in _numbers(reading.text):
            number = reading.text[start:end].replace(",", "")
            before = f" {plain(reading.text[max(0, start - _REACH) : start])} "
            owner, name = _owner(before, seen)
            if number != seen.lender.nmls and _BRANCH.search(reading.text[max(0, label - 12) : start]):
                owner, name = "branch", name if owner == "branch" else ""
            yield StatedId(reading, start, end, number, owner, name, before)


def _numbers(text: str) -> Iterator[tuple[int, int, int]]:
    """Start of the label, start and end of the digits."""
    for match in _ID.finditer(text):
        if match.group(1) or text[max(0, match.start() - 1) : match.start()] == "#":
            continue
        start, end = match.span(2)
        yield match.start(), start, end - (text[end - 1] == ",")
        while more := _MORE.search(text[end : end + 20]):
            start, end = end + more.start(1), end + more.end(1)
            yield match.start(), start, end


def company_names(seen: Seen) -> tuple[str, ...]:
    """The lender's names that may stand in the piece, folded, longest first."""
    roster = roster_of(seen.lender)
    found = {name for whose, name in mentioned(seen.text, roster) if whose == "company"}
    return tuple(name for name in roster.company if name in found) if found else ()


def originator_names(seen: Seen) -> dict[str, tuple[str, ...]]:
    """Originators who may be named in the piece, or whose it is, by folded name, with the numbers on record.

    The lender's roster goes before the piece's own record.
    """
    roster = roster_of(seen.lender)
    known = {
        name: tuple(one.nmls for one in roster.people[name])
        for whose, name in mentioned(seen.text, roster)
        if whose == "originator"
    }
    piece = seen.piece.originator
    if piece is not None and (name := plain(piece.name)) and name not in known:
        held = tuple(one.nmls for one in roster.people.get(name, ()))
        known[name] = held or (piece.nmls,)
    return known


def _owner(before: str, seen: Seen) -> tuple[Owner, str]:
    """Who is named last before a number."""
    names: list[tuple[Owner, str]] = [*mentioned(seen.text, roster_of(seen.lender))]
    if seen.piece.originator and (speaker := plain(seen.piece.originator.name)):
        names.append(("originator", speaker))
    if seen.piece.partner and (partner := plain(seen.piece.partner.name)):
        names.append(("partner", partner))
    placed = [(before.rfind(f" {name} "), len(name), owner, name) for owner, name in names]
    place, _, owner, name = max(placed, default=(-1, 0, "unknown", ""))
    return (owner, name) if place >= 0 else ("unknown", "")
