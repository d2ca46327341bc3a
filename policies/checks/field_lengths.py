"""Fields that a platform cuts off."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """`most`: characters a field may have, by the beginning of its name."""

    most: dict[str, int] = Field(min_length=1)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each field that is too long, from where it would be cut."""
    keys: Keys = rule.keys
    for name, text in seen.piece.texts():
        for beginning, most in keys.most.items():
            if name.startswith(beginning) and len(text) > most:
                yield Hit(name, most, len(text), words={"length": str(len(text)), "most": str(most)})
