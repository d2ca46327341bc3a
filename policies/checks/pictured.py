"""Who is shown in a piece's pictures, as far as their alternative texts say."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What is looked for.

    Attributes:
        groups: patterns for alternative texts (folded), by the name the message uses.
        least: how many pictures of people it takes before one group alone is a pattern.
    """

    groups: dict[str, tuple[Pattern, ...]] = Field(min_length=2)
    least: int = Field(default=3, ge=2)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where every picture that names a group of people names the same one."""
    keys: Keys = rule.keys
    labels = [label for reading in seen.readings for label in reading.labels]
    shown = [{name for name, words in keys.groups.items() if anywhere(words, label)} for label in labels]
    named = [groups for groups in shown if groups]
    alone = set().union(*named)
    if len(named) >= keys.least and len(alone) == 1:
        yield Hit(seen.first_field, words={"group": next(iter(alone)), "pictures": str(len(named))})
