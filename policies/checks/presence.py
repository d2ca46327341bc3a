"""Something every piece of its kind must show: a legend, an address, a way out."""

from __future__ import annotations

from collections.abc import Iterator

import re2
from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What must be there.

    Attributes:
        needs: groups by the name the message uses; of each, one pattern must match.
        unless: words anywhere that show it is not needed.
        only_if: words of which one must be there for the duty to arise.
        block_in: states where it blocks, whatever the rule's severity.
        block_where: states where it blocks in some channels only.
        state: where the group `licence number` is satisfied by that state's number on the lender's record.
    """

    needs: dict[str, tuple[Pattern, ...]] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()
    only_if: tuple[Pattern, ...] = ()
    block_in: tuple[str, ...] = ()
    block_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    state: str = ""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit naming everything that is missing, as `{missing}`."""
    keys: Keys = rule.keys
    if keys.unless and anywhere(keys.unless, seen.text):
        return
    if keys.only_if and not anywhere(keys.only_if, seen.text):
        return
    missing = [
        name
        for name, patterns in keys.needs.items()
        if not anywhere(patterns, seen.text)
        and not (name == "licence number" and _shows_number(keys.state, seen))
    ]
    if missing:
        yield Hit(
            seen.first_field,
            words={"missing": " and ".join(missing)},
            severity=Severity.BLOCK if _strict(keys, seen) else None,
        )


def _strict(keys: Keys, seen: Seen) -> bool:
    return any(
        state in keys.block_in or seen.piece.channel in keys.block_where.get(state, ())
        for state in seen.states
    )


def _shows_number(state: str, seen: Seen) -> bool:
    """Whether the licence number on the lender's record for a state is shown."""
    held = seen.lender.licenses.get(state)
    if held is None:
        return False
    return re2.search(rf"\b{re2.escape(fold(held.number))}\b", seen.text) is not None
