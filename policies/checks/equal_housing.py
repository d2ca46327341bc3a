"""The equal housing legend, by kind of lender: FDIC banks and credit unions must, others should."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from campaign.lender import LenderKind
from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """The words, and who is bound.

    Attributes:
        legend: any of these serves.
        blocks_for: kinds of lender for which a missing legend blocks; for others it warns.
        not_for: kinds of lender that owe none.
        savings: names by which a federal savings association is told from a national bank (12 CFR 128.4 binds
            the first and not the second, and one regulator has both); it blocks for them.
        short_channels: channels so short that the landing page may carry it; there it warns.
    """

    legend: tuple[Pattern, ...]
    blocks_for: tuple[LenderKind, ...] = ()
    not_for: tuple[LenderKind, ...] = ()
    savings: tuple[Pattern, ...] = ()
    short_channels: tuple[str, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where neither words nor a logo's alternative text show the legend."""
    keys: Keys = rule.keys
    kind = seen.lender.kind
    labels = " ".join(label for reading in seen.readings for label in reading.labels)
    if kind in keys.not_for or anywhere(keys.legend, f"{seen.text}\n{labels}"):
        return
    savings = kind == "bank_occ" and anywhere(keys.savings, fold(seen.lender.name))
    blocks = (savings or kind in keys.blocks_for) and seen.piece.channel not in keys.short_channels
    yield Hit(
        seen.first_field,
        severity=Severity.BLOCK if blocks else Severity.WARN,
        words={"legend": seen.lender.equal_housing},
    )
