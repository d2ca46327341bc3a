"""An originator who is named, or whose piece it is, without the individual NMLS number after the name."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import originator_names, plain, spelling


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each originator of the piece whose number is not shown."""
    del rule
    numbers = {stated.number for stated in seen.ids}
    followed = {stated.name for stated in seen.ids if stated.owner == "originator"}
    sender = plain(seen.piece.originator.name) if seen.piece.originator else ""
    for name, number in originator_names(seen).items():
        place = _place(name, seen)
        if (place is None and name != sender) or number in numbers or name in followed:
            continue  # a number that follows the name and is not the one on record: `recorded_ids` says so
        words = {"name": name.title(), "nmls": number}
        yield Hit(*(place or (seen.first_field, 0, 0)), words=words)


def _place(name: str, seen: Seen) -> tuple[str, int, int] | None:
    """Where a name first stands: field and span in the original."""
    for reading in seen.readings:
        match = spelling(name).search(reading.text)
        if match is not None:
            return reading.field, *reading.span(*match.span())
    return None
