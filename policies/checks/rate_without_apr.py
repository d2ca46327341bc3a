"""A rate of interest without its annual percentage rate (12 CFR 1026.24(c)).

An APR answers for the rates of its own paragraph and for any other mention of a rate that it stands beside;
in a table, each row needs its own. A survey average that is not ours is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from campaign.finding import Severity
from campaign.noun import Noun
from policies.figures import Figure, of_kind
from policies.matching import Pattern, anywhere
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen

_BESIDE = 160


class Keys(Noun):
    """What makes a market figure plainly not an offer of ours."""

    not_an_offer: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every stated rate that no APR answers for; survey averages at `warn`."""
    keys: Keys = rule.keys
    answered = {value for reading in seen.readings for value in _answered(seen.figures[reading.field])}
    any_apr = any(figure.value is not None for _, figure in seen.stated("apr"))
    for reading, figure in seen.stated("rate"):
        if not any_apr or (figure.value not in answered and not _apr_near(reading, figure, seen)):
            yield seen.hit(reading, figure.start, figure.end)
    if not anywhere(keys.not_an_offer, seen.text):
        for reading, figure in seen.stated("market"):
            yield replace(seen.hit(reading, figure.start, figure.end), severity=Severity.WARN)


def _answered(figures: tuple[Figure, ...]) -> Iterator[float | None]:
    """Values of rates beside which an APR stands."""
    for apr in of_kind(figures, "apr"):
        rates = [rate for rate in of_kind(figures, "rate") if abs(rate.start - apr.start) <= _BESIDE]
        if apr.value is not None and rates:
            yield min(rates, key=lambda rate: abs(rate.start - apr.start)).value


def _apr_near(reading: Reading, rate: Figure, seen: Seen) -> bool:
    """Whether an APR stands in the rate's line, or in its paragraph where other lines do not pair theirs."""
    figures = seen.figures[reading.field]
    aprs = [apr.start for apr in of_kind(figures, "apr") if apr.value is not None]
    start, end = reading.paragraph(rate.start, rate.end)
    if not any(start <= place < end for place in aprs):
        return False
    line_start = reading.text.rfind("\n", 0, rate.start) + 1
    line_end = reading.text.find("\n", rate.end)
    line_end = len(reading.text) if line_end < 0 else line_end
    if any(line_start <= place < line_end for place in aprs) or "\n" not in reading.text[start:end].strip():
        return True
    return not any(
        _same_line(reading, other.start, place) for other in of_kind(figures, "rate") for place in aprs
    )


def _same_line(reading: Reading, first: int, second: int) -> bool:
    return "\n" not in reading.text[min(first, second) : max(first, second)]
