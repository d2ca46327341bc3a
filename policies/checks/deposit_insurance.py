"""Whose insurance of deposits or shares a piece shows, against who insures the lender's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from campaign.licensing import Insurer
from campaign.noun import Noun
from policies.matching import Pattern, anywhere, unexcused
from policies.roster import plain
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Insurers' statements, and what makes one due.

    Attributes:
        finding: `claimed`, a statement of an insurer that is not the lender's; `missing`, none of its own
            beside deposits.
        statements: by insurer, the words that claim its insurance.
        permitted: contexts in which they claim nothing.
        deposits: words that promote deposits or shares (`missing` only).
    """

    finding: Literal["claimed", "missing"]
    statements: dict[Insurer, tuple[Pattern, ...]]
    permitted: tuple[Pattern, ...] = ()
    deposits: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Statements that are not the lender's to make, or the first promotion of deposits without its own."""
    keys: Keys = rule.keys
    if keys.finding == "claimed":
        yield from _claimed(keys, seen)
        return
    own = keys.statements.get(seen.lender.insurer)
    if own is None or anywhere(own, seen.text):
        return
    for reading in seen.readings:
        for start, end in unexcused(keys.deposits, keys.permitted, reading.text):
            yield seen.hit(reading, start, end, insurer=seen.lender.insurer)
            return


def _claimed(keys: Keys, seen: Seen) -> Iterator[Hit]:
    partner = plain(seen.piece.partner.name) if seen.piece.partner else ""
    for insurer, statements in keys.statements.items():
        if insurer == seen.lender.insurer:
            continue
        for reading in seen.readings:
            for start, end in unexcused(statements, keys.permitted, reading.text):
                first, last = reading.sentence(start, end)
                if not partner or partner not in plain(reading.text[first:last]):
                    yield seen.hit(reading, start, end, insurer=insurer, company=seen.lender.name)
