"""Advertising where the lender, or the originator it names, holds no licence today."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.matching import Pattern, unexcused
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import plain


class Keys(Noun):
    """Claims of every state.

    Attributes:
        nationwide: words that claim every state, and so need a licence in each.
        permitted: contexts in which they do not.
    """

    nationwide: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()


_ALL_STATES = 50


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """States reached without a licence in force, for the company, then for the named originator."""
    keys: Keys = rule.keys
    licensed = seen.lender.licensed_states(seen.today)
    if not licensed and not seen.piece.states:
        # A piece that names no state reaches all licensed ones: with none left, it reaches where it may not.
        yield Hit("targeting", words={"who": seen.lender.name, "states": "any state"})
    beyond = [state for state in seen.piece.states if state not in licensed]
    if beyond:
        yield Hit("targeting", words={"who": seen.lender.name, "states": ", ".join(beyond)})
    speaker = seen.piece.originator
    if speaker is not None:
        held = next(
            (one.states for one in seen.lender.originators if plain(one.name) == plain(speaker.name)),
            speaker.states,
        )
        missing = [state for state in seen.piece.states if state not in held and state not in beyond]
        if held and missing:
            yield Hit("targeting", words={"who": speaker.name, "states": ", ".join(missing)})
    if len(licensed) < _ALL_STATES:
        for reading in seen.readings:
            for start, end in unexcused(keys.nationwide, keys.permitted, reading.text):
                yield seen.hit(reading, start, end, who=seen.lender.name, states="every state")
