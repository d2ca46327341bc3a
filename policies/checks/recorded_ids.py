"""An NMLS number that is not on the record of whoever it stands beside."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import StatedId, originator_names, plain

_LIST_OF_NAMES = 100


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every number that belongs to nobody here, or to somebody else."""
    del rule
    roster = {plain(one.name): one.nmls for one in seen.lender.originators}
    people = originator_names(seen)
    for stated in seen.ids:
        if not _right(stated, seen.lender.nmls, people):
            yield seen.hit(stated.reading, stated.start, stated.end, expected=_expected(stated, seen))
    speaker = seen.piece.originator
    if speaker and speaker.nmls and roster.get(plain(speaker.name), speaker.nmls) != speaker.nmls:
        words = {"match": speaker.nmls, "expected": roster[plain(speaker.name)]}
        yield Hit(seen.first_field, words=words)


def _right(stated: StatedId, company: str, people: dict[str, str]) -> bool:
    if stated.owner == "company":
        return stated.number == company
    if stated.owner == "originator":
        near = stated.before[-_LIST_OF_NAMES:]
        return people[stated.name] == stated.number or any(
            number == stated.number and f" {name} " in near for name, number in people.items()
        )
    if stated.owner == "partner":
        return stated.number not in {*people.values(), company}
    return stated.number in {*people.values(), company}


def _expected(stated: StatedId, seen: Seen) -> str:
    if stated.owner == "originator":
        return originator_names(seen)[stated.name] or "not known here"
    return seen.lender.nmls
