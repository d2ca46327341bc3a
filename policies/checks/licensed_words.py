"""Words forbidden to the holders of one licence: `existence`, where the record holds it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from policies.checks import existence
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(existence.Keys):
    """As for `existence`.

    Attributes:
        state: where the licence is held, and reached by the piece.
        licence: patterns for its type on record (folded).
    """

    state: str = Field(min_length=2, max_length=2)
    licence: tuple[Pattern, ...]


def triggers(keys: Keys) -> tuple[Pattern, ...]:
    """The forbidden phrases."""
    return existence.triggers(keys)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every forbidden phrase, where the lender holds the licence."""
    keys: Keys = rule.keys
    held = seen.lender.licenses.get(keys.state)
    if held and keys.state in seen.states and anywhere(keys.licence, fold(held.type)):
        yield from existence.run(rule, seen)
