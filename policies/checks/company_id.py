"""The company's NMLS number, missing from an advertisement of a state licensee.

A number that is not the company's where the company's should be is `recorded_ids`' finding, not this one. A
branch's own number, called that, never stands for the company's.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.roster import roster_of
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where no number stands for the company."""
    del rule
    if lacking(seen):
        yield Hit(seen.first_field, words={"company": seen.lender.name, "nmls": seen.lender.nmls})


def lacking(seen: Seen) -> bool:
    """Whether no number stands where the company's should."""
    people = roster_of(seen.lender).numbers
    speaker = seen.piece.originator.nmls if seen.piece.originator else ""
    for stated in seen.ids:
        if stated.number == seen.lender.nmls or stated.owner == "company":
            return False
        if stated.owner == "unknown" and stated.number not in people and stated.number != speaker:
            return False
    return True
