"""The equal housing legend, by kind of lender: those whose regulator asks for it must, others should."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from campaign.lender import Lender, LenderKind
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
        federal_only: kinds that it binds under a federal charter alone (12 CFR 701.31 speaks of federal
            credit unions).
        savings: names by which a federal savings association is told from a national bank in a record that
            has both under one kind (12 CFR 128.4 binds the first and not the second).
        short_channels: channels so short that the landing page may carry it; there it warns.
    """

    legend: tuple[Pattern, ...]
    blocks_for: tuple[LenderKind, ...] = ()
    federal_only: tuple[LenderKind, ...] = ()
    savings: tuple[Pattern, ...] = ()
    short_channels: tuple[str, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where neither words nor a logo's alternative text show the legend."""
    keys: Keys = rule.keys
    labels = " ".join(label for reading in seen.readings for label in reading.labels)
    if anywhere(keys.legend, f"{seen.text}\n{labels}"):
        return
    blocks = _bound(keys, seen.lender) and seen.piece.channel not in keys.short_channels
    yield Hit(
        seen.first_field,
        severity=Severity.BLOCK if blocks else Severity.WARN,
        words={"legend": seen.lender.equal_housing},
    )


def _bound(keys: Keys, lender: Lender) -> bool:
    if lender.kind in keys.federal_only and not lender.federally_chartered:
        return False
    savings = lender.kind == "bank_occ" and anywhere(keys.savings, fold(lender.name))
    return savings or lender.kind in keys.blocks_for
