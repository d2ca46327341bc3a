"""An originator who is named, or whose piece it is, without the individual NMLS number after the name."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import originator_names, plain, stated_ids


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each originator of the piece whose number is not shown."""
    del rule
    shown = list(stated_ids(seen))
    numbers = {stated.number for stated in shown}
    attributed = sum(stated.owner == "originator" for stated in shown)
    sender = plain(seen.piece.originator.name) if seen.piece.originator else ""
    for name, number in originator_names(seen).items():
        place = _place(name, seen)
        if (place is None and name != sender) or number in numbers:
            continue
        if attributed:
            attributed -= 1  # a number follows a name, though not the one on record: `recorded_ids` says so
            continue
        words = {"name": name.title(), "nmls": number}
        yield Hit(*(place or (seen.first_field, 0, 0)), words=words)


def _place(name: str, seen: Seen) -> tuple[str, int, int] | None:
    """Where a name first stands: field and span in the original."""
    for reading in seen.readings:
        start = reading.text.find(name)
        if start >= 0:
            return reading.field, *reading.span(start, start + len(name))
    return None
