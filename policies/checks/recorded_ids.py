"""An NMLS number that is not on the record of whoever it stands beside."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.roster import Roster, plain, roster_of
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import StatedId, originator_names

_LIST_OF_NAMES = 100


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every number that belongs to nobody here, or to somebody else."""
    del rule
    roster, people = roster_of(seen.lender), originator_names(seen)
    for stated in seen.ids:
        if not _right(stated, seen, roster, people):
            expected = _expected(stated, seen, roster, people)
            yield seen.hit(stated.reading, stated.start, stated.end, expected=expected)
    speaker = seen.piece.originator
    held = [one.nmls for one in roster.people.get(plain(speaker.name), ())] if speaker else []
    if speaker and speaker.nmls and held and speaker.nmls not in held:
        yield Hit(seen.first_field, words={"match": speaker.nmls, "expected": " or ".join(held)})


def _right(stated: StatedId, seen: Seen, roster: Roster, people: dict[str, tuple[str, ...]]) -> bool:
    number, company = stated.number, seen.lender.nmls
    if stated.owner == "company":
        return number == company or _after_a_given_name(stated, roster)
    if stated.owner == "branch":
        known = roster.branches.get(stated.name)
        return number == company or (number == known.nmls if known else number in roster.branch_ids)
    if stated.owner == "originator":
        near = stated.before[-_LIST_OF_NAMES:]
        return number in people[stated.name] or any(
            number in numbers and f" {name} " in near for name, numbers in people.items()
        )
    speaker = seen.piece.originator.nmls if seen.piece.originator else ""
    ours = number in roster.numbers or number == speaker
    return not ours if stated.owner == "partner" else ours


def _after_a_given_name(stated: StatedId, roster: Roster) -> bool:
    """Whether the number is an originator's who is called by the given name: "Lucia here (NMLS #1988003)"."""
    since = f" {stated.before.rpartition(f' {stated.name} ')[2]} "
    return any(
        stated.number == one.nmls and f" {name.split()[0]} " in since
        for name, held in roster.people.items()
        for one in held
    )


def _expected(stated: StatedId, seen: Seen, roster: Roster, people: dict[str, tuple[str, ...]]) -> str:
    if stated.owner == "originator":
        return " or ".join(people[stated.name]).strip() or "not known here"
    if stated.owner == "branch":
        known = roster.branches.get(stated.name)
        return known.nmls if known else "not known here"
    return seen.lender.nmls
