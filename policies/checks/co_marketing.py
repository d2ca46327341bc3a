"""A piece shared with a partner, without the record of who pays what."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.matching import Pattern, anywhere, spans
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Which pieces are shared.

    Attributes:
        partners: kinds of partner (folded) meant.
        when: words that show a shared piece where no partner is on record.
    """

    partners: tuple[Pattern, ...] = ()
    when: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the piece is shared and no cost split is on record."""
    keys: Keys = rule.keys
    if seen.piece.cost_split is not None:
        return
    partner = seen.piece.partner
    if partner is not None and anywhere(keys.partners, fold(partner.kind).replace("_", " ")):
        yield Hit("partner", words={"match": partner.name})
        return
    for reading in seen.readings:
        for start, end in spans(keys.when, reading.text):
            yield seen.hit(reading, start, end)
            return
