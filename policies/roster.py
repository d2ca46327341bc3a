"""Every name and NMLS number that a lender's record holds, found in a text however long the roster is.

A network has hundreds of branches and officers: what is worked out from its record is kept by lender, and a
text is asked only about the names whose words it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import re2

from campaign.lender import Lender, Originator
from campaign.licensing import Branch
from policies.reading import fold

Named = Literal["company", "branch", "originator"]
_WORDS = re.compile(r"[a-z0-9]+")
_FORMS = re.compile(r" (?:llc|l l c|inc|corp|corporation|co|na|n a|lp|llp|company)$")


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """A record by its names, folded, `and` for `&`.

    Attributes:
        company: the lender's names, with and without their legal form, longest first.
        registered: of trade names that are registered in some states only, those states.
        people: originators by name; two may share one.
        branches: by name. branch_ids: by NMLS id.
        numbers: every NMLS id of the company and of its people.
        by_word: last word of a name -> (whose, name, its words).
    """

    company: tuple[str, ...]
    registered: dict[str, frozenset[str]]
    people: dict[str, tuple[Originator, ...]]
    branches: dict[str, Branch]
    branch_ids: dict[str, Branch]
    numbers: frozenset[str]
    by_word: dict[str, tuple[tuple[Named, str, frozenset[str]], ...]]


@lru_cache(maxsize=64)
def roster_of(lender: Lender) -> Roster:
    """The roster of a lender, worked out once."""
    trade = {plain(one.name): frozenset(one.states) for one in lender.trade_names}
    own = {plain(name) for name in (lender.name, lender.short_name, *trade) if name}
    company = own | {_FORMS.sub("", name) for name in own}
    people: dict[str, tuple[Originator, ...]] = {}
    for one in lender.originators:
        people[plain(one.name)] = (*people.get(plain(one.name), ()), one)
    branches = {plain(one.name): one for one in lender.branches}
    by_word: dict[str, tuple[tuple[Named, str, frozenset[str]], ...]] = {}
    groups: tuple[tuple[Named, Iterable[str]], ...] = (
        ("company", company),
        ("branch", branches),
        ("originator", people),
    )
    for whose, names in groups:
        for name in sorted(names):
            if words := frozenset(name.split()) - {"and"}:
                last = [word for word in name.split() if word in words][-1]
                by_word[last] = (*by_word.get(last, ()), (whose, name, words))
    return Roster(
        company=tuple(sorted(company, key=lambda name: (-len(name), name))),
        registered={name: states for name, states in trade.items() if states},
        people=people,
        branches=branches,
        branch_ids={one.nmls: one for one in lender.branches},
        numbers=frozenset({lender.nmls, *(one.nmls for one in lender.originators)}),
        by_word=by_word,
    )


@lru_cache(maxsize=64)
def mentioned(text: str, roster: Roster) -> tuple[tuple[Named, str], ...]:
    """Names of the record all of whose words stand in a folded text, in the order of their last words.

    A name that stands there is always among them; whether it stands there as a name, `spelling` tells.
    """
    words = dict.fromkeys(_WORDS.findall(text))
    present = words.keys()
    return tuple(
        (whose, name)
        for word in words
        for whose, name, needed in roster.by_word.get(word, ())
        if needed <= present
    )


@lru_cache(maxsize=4096)
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
