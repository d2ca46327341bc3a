"""An NMLS number that is not on the record of whoever it stands beside."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import StatedId, originator_names, plain, stated_ids


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every number that belongs to nobody here, or to somebody else."""
    del rule
    roster = {plain(one.name): one.nmls for one in seen.lender.originators}
    people = originator_names(seen)
    for stated in stated_ids(seen):
        if not _right(stated, seen.lender.nmls, set(people.values())):
            yield seen.hit(stated.reading, stated.start, stated.end, expected=_expected(stated, seen))
    speaker = seen.piece.originator
    if speaker and speaker.nmls and roster.get(plain(speaker.name), speaker.nmls) != speaker.nmls:
        words = {"match": speaker.nmls, "expected": roster[plain(speaker.name)]}
        yield Hit(seen.first_field, words=words)


def _right(stated: StatedId, company: str, people: set[str]) -> bool:
    if stated.owner == "company":
        return stated.number == company
    if stated.owner == "originator":
        return stated.number in people
    if stated.owner == "partner":
        return stated.number not in people | {company}
    return stated.number in people | {company}


def _expected(stated: StatedId, seen: Seen) -> str:
    if stated.owner == "originator" and seen.piece.originator and seen.piece.originator.nmls:
        return seen.piece.originator.nmls
    return seen.lender.nmls
