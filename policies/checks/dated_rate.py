"""A rate without the moment it was priced: nobody can tell whether it still holds."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first stated rate or APR of a piece that shows no date on which a price was taken."""
    del rule
    if any(date.kind == "taken" for dates in seen.dates.values() for date in dates):
        return
    for reading, figure in seen.stated("rate", "apr", "other_rate"):
        first, last = reading.sentence(figure.start, figure.end)
        if any(first <= date.start < last and date.kind != "until" for date in seen.dates[reading.field]):
            return  # the sentence itself gives the day, as a dated index does
    for reading, figure in seen.stated("rate", "apr"):
        yield seen.hit(reading, figure.start, figure.end)
        return
