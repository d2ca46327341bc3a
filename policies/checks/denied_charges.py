"""Charges denied in words: "no closing costs", "no points" (12 CFR 1014.3(c)).

A denial that the record, or the piece itself, contradicts blocks, unless the words say how the cost is
borne. One that nothing contradicts is for a person to look at, because the record of third-party costs is
not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from campaign.noun import Noun
from policies.matching import Pattern, Window, disowned, near, unexcused
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """The words.

    Attributes:
        everything: denials of any cost.
        lender: denials of the lender's own charges.
        points: denials of points.
        permitted: denials that promise little ("no application fee").
        borne: words in the same paragraph that say who bears the cost, or that others remain.
    """

    everything: tuple[Pattern, ...]
    lender: tuple[Pattern, ...] = ()
    points: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    borne: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every denial that is not explained; `{why}` says what stands against it."""
    keys: Keys = rule.keys
    if _recorded_free(seen):
        return
    points, charges = _points(seen), _charges(seen)
    contradicted = {"everything": points or charges, "points": points, "lender": ""}
    for reading in seen.readings:
        for what, against in contradicted.items():
            for start, end in unexcused(getattr(keys, what), keys.permitted, reading.text):
                size: Window = "paragraph" if against else "piece"
                free = what == "points" and not against
                if free or disowned(reading, start, end):
                    continue
                if near(keys.borne, reading, start, end, size, seen.text):
                    continue
                first, last = reading.span(start, end)
                yield Hit(
                    reading.field,
                    first,
                    last,
                    words={"why": against or "nothing on record says who bears the costs"},
                    severity=None if against else Severity.WARN,
                )


def _recorded_free(seen: Seen) -> bool:
    """Whether every record says that the loan carries no points and no finance charges."""
    offers = seen.piece.offers or ()
    return bool(offers) and all(offer.points == 0 and offer.finance_charges_usd == 0 for offer in offers)


def _points(seen: Seen) -> str:
    recorded = [offer.points for offer in seen.piece.offers or () if offer.points is not None]
    stated = [figure.value for _, figure in seen.stated("points") if figure.value]
    if recorded and min(recorded) > 0:
        return f"the record carries {min(recorded):g} points"
    return f"the piece itself states {stated[0]:g} points" if stated and not recorded else ""


def _charges(seen: Seen) -> str:
    charges = [offer.finance_charges_usd for offer in seen.piece.offers or () if offer.finance_charges_usd]
    return (
        f"the record carries ${min(charges):,.0f} of finance charges" if charges and min(charges) > 0 else ""
    )
