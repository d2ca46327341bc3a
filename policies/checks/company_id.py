"""The company's NMLS number, missing from an advertisement of a state licensee.

A number that is not the company's where the company's should be is `recorded_ids`' finding, not this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import originator_names


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where no number stands for the company."""
    del rule
    people = set(originator_names(seen).values())
    for stated in seen.ids:
        if stated.number == seen.lender.nmls or stated.owner == "company":
            return
        if stated.owner == "unknown" and stated.number not in people:
            return
    yield Hit(seen.first_field, words={"company": seen.lender.name, "nmls": seen.lender.nmls})
