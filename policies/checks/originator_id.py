"""An originator who is named, or whose piece it is, without the individual NMLS number after the name.

State licensees owe it in every advertisement; the originators of depositories in what they first write to a
consumer (12 CFR 1007.105(b)), which only a person can know a piece to be.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from campaign.noun import Noun
from policies.roster import plain, spelling
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import originator_names


class Keys(Noun):
    """`writings`: channels in which an originator of a depository writes to a consumer; there it warns."""

    writings: tuple[str, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each originator of the piece whose number is not shown."""
    keys: Keys = rule.keys
    if not seen.lender.is_depository:
        yield from lacking(seen)
    elif seen.piece.originator and seen.piece.channel in keys.writings:
        sender = plain(seen.piece.originator.name)
        for hit in lacking(seen):
            if plain(hit.words["name"]) == sender:
                yield Hit(hit.field, hit.start, hit.end, words=hit.words, severity=Severity.WARN)


def lacking(seen: Seen) -> Iterator[Hit]:
    """Where each originator without a number stands; `{name}` and the `{nmls}` on record."""
    numbers = {stated.number for stated in seen.ids}
    followed = {stated.name for stated in seen.ids if stated.owner == "originator"}
    sender = plain(seen.piece.originator.name) if seen.piece.originator else ""
    for name, known in originator_names(seen).items():
        place = _place(name, seen)
        if (place is None and name != sender) or not numbers.isdisjoint(known) or name in followed:
            continue  # a number that follows the name and is not the one on record: `recorded_ids` says so
        words = {"name": name.title(), "nmls": " or ".join(known)}
        yield Hit(*(place or (seen.first_field, 0, 0)), words=words)


def _place(name: str, seen: Seen) -> tuple[str, int, int] | None:
    """Where a name first stands: field and span in the original."""
    for reading in seen.readings:
        match = spelling(name).search(reading.text)
        if match is not None:
            return reading.field, *reading.span(*match.span())
    return None
