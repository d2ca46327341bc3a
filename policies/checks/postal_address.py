"""The sender's postal address in commercial e-mail (15 USC 7704(a)(5)(A)(iii))."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.finding import Severity
from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen

_WORD = re.compile(r"[a-z0-9]+")
_SHORT = {
    "street": "st", "avenue": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr", "lane": "ln",
    "suite": "ste", "unit": "ste", "highway": "hwy", "parkway": "pkwy", "place": "pl", "court": "ct",
    "square": "sq", "floor": "fl", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


class Keys(Noun):
    """What counts.

    Attributes:
        other: patterns of postal addresses that are not the lender's on record; they warn.
        street_only: the street suffices, without the town (3 NYCRR 38.2(b) asks for a street address).
    """

    other: tuple[Pattern, ...] = ()
    street_only: bool = False


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the lender's address is not shown; a warning where another one is."""
    keys: Keys = rule.keys
    if stands_in(seen, street_only=keys.street_only):
        return
    other = anywhere(keys.other, seen.text)
    yield Hit(
        seen.first_field,
        words={
            "address": seen.lender.address,
            "problem": "another address than the sender's" if other else "no postal address",
        },
        severity=Severity.WARN if other else None,
    )


def stands_in(seen: Seen, *, street_only: bool) -> bool:
    """Whether the lender's address on record is shown, with its ZIP unless the street suffices."""
    shown = _words(seen.text)
    street, _, rest = fold(seen.lender.address).partition(",")
    town = [word for word in _words(rest).split() if word.isdigit() and len(word) == 5]
    town = [] if street_only else town or _words(rest).split()[-1:]
    wanted = _words(street).strip()
    return bool(wanted) and f" {wanted} " in shown and all(f" {word} " in shown for word in town)


def _words(text: str) -> str:
    """Words and numbers of an address, in their short forms, so that `Street` and `St.` are the same."""
    found = _WORD.findall(text)
    return f" {' '.join(_SHORT.get(word, word) for word in found)} "
