"""A piece shared with a partner, without the record of who pays what, or with one that is not fair."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from campaign.noun import Noun
from policies.checks.cost_split import uneven
from policies.matching import Pattern, anywhere, spans
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Which pieces are shared, and how far a share of the cost may stand from the share of the space.

    Attributes:
        partners: kinds of partner (folded) meant.
        when: words that show a shared piece where no partner is on record.
    """

    partners: tuple[Pattern, ...] = ()
    when: tuple[Pattern, ...] = ()
    tolerance: float = Field(default=0.05, ge=0, le=0.5)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the piece is shared and no fair cost split is on record."""
    keys: Keys = rule.keys
    if seen.piece.cost_split is not None and not uneven(seen.piece.cost_split, keys.tolerance):
        return
    partner = seen.piece.partner
    if partner is not None and anywhere(keys.partners, fold(partner.kind).replace("_", " ")):
        yield Hit("partner", words={"match": partner.name})
        return
    for reading in seen.readings:
        for start, end in spans(keys.when, reading.text):
            yield seen.hit(reading, start, end)
            return
