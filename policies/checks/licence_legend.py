"""The licence a state wants named in an advertisement, by the licence that is on the lender's record."""

from __future__ import annotations

from collections.abc import Iterator

import re2
from pydantic import Field

from campaign.lender import License
from campaign.noun import Noun
from policies.legends import legend_of
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Form(Noun):
    """One form of legend.

    Attributes:
        licence: patterns for the licence's type on record (folded) to which it belongs; any where empty.
        needs: groups by the name the message uses; of each, one pattern must match.
        number: whether the licence number must be shown too.
    """

    licence: tuple[Pattern, ...] = ()
    needs: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    number: bool = False


class Keys(Noun):
    """`state`: whose legend it is; `forms`: the first whose licence fits is asked for."""

    state: str = Field(min_length=2, max_length=2)
    forms: tuple[Form, ...] = Field(min_length=1)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit naming what is missing; silent where the lender holds no licence there."""
    keys: Keys = rule.keys
    held = seen.lender.licenses.get(keys.state)
    if held is None or keys.state not in seen.states or _own_words(held, seen):
        return
    form = next(
        (one for one in keys.forms if not one.licence or anywhere(one.licence, fold(held.type))), None
    )
    if form is None:
        return
    missing = [name for name, patterns in form.needs.items() if not anywhere(patterns, seen.text)]
    if form.number and not _shows(held.number, seen):
        missing.append(f"the licence number {held.number}")
    if missing:
        words = {"missing": " and ".join(missing), "legend": legend_of(keys.state, seen.lender).full}
        yield Hit(seen.first_field, words=words)


def _own_words(held: License, seen: Seen) -> bool:
    """Whether the words that the lender's counsel fixed for the state are there."""
    return bool(held.legend) and fold(held.legend or "").rstrip(". ") in seen.text


def _shows(number: str, seen: Seen) -> bool:
    return re2.search(rf"(?:^|[^a-z0-9]){re2.escape(fold(number))}(?:[^a-z0-9]|$)", seen.text) is not None
