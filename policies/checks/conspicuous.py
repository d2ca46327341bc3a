"""The APR beside its rate and no smaller (12 CFR 1026.24(c), comment 24(c)-2), and disclosures one can read.

What can be measured (sizes in the piece's own markup, a footnote mark on the rate) blocks; distance alone is
for a person to look at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from campaign.finding import Severity
from campaign.noun import Noun
from policies.figures import Figure, of_kind
from policies.markup import looks_like_markup
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.styles import contrast, style_at, styles

_BESIDE = 60
_MARKS = frozenset("*†‡¹²³")


class Keys(Noun):
    """What is measured.

    Attributes:
        finding: `apr` less conspicuous than its rate, or words too `small` or faint to read.
        least_size: smallest size of readable words, CSS pixels.
        least_contrast: smallest contrast ratio of readable words.
    """

    finding: Literal["apr", "small"]
    least_size: float = 8.0
    least_contrast: float = 3.0


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Rates that outshine their APR, or passages nobody can read."""
    keys: Keys = rule.keys
    if keys.finding == "small":
        yield from _unreadable(keys, seen)
        return
    aprs = [(reading, apr) for reading, apr in seen.stated("apr") if apr.value is not None]
    for reading, rate in seen.stated("rate"):
        if aprs and rate.value is not None:
            yield from _outshines(seen, reading, rate, aprs)


def _outshines(
    seen: Seen, reading: Reading, rate: Figure, aprs: list[tuple[Reading, Figure]]
) -> Iterator[Hit]:
    here = [apr for apr in of_kind(seen.figures[reading.field], "apr") if apr.value is not None]
    nearest = min(here, key=lambda apr: abs(apr.start - rate.start), default=None)
    if nearest is not None and looks_like_markup(reading.original) and _smaller(reading, nearest, rate):
        yield seen.hit(reading, rate.start, rate.end, how="in smaller type")
        return
    if nearest is not None and abs(nearest.start - rate.end) <= _BESIDE:
        return
    _, end = reading.span(rate.start, rate.end)
    if reading.original[end : end + 1] in _MARKS and reading.original[end : end + 1]:
        yield seen.hit(reading, rate.start, rate.end, how="in a footnote")
    elif nearest is None and reading.field.startswith(("headline", "subject")) and aprs:
        hit = seen.hit(reading, rate.start, rate.end, how="in another place")
        yield replace(hit, severity=Severity.WARN)


def _smaller(reading: Reading, apr: Figure, rate: Figure) -> bool:
    found = styles(reading.original)
    of_apr = style_at(found, reading.span(apr.start, apr.end)[0])
    of_rate = style_at(found, reading.span(rate.start, rate.end)[0])
    return of_apr.size < of_rate.size or contrast(of_apr) < min(4.5, contrast(of_rate))


def _unreadable(keys: Keys, seen: Seen) -> Iterator[Hit]:
    for reading in seen.readings:
        if not looks_like_markup(reading.original):
            continue
        found = styles(reading.original)
        for style, following in zip(found, [*found[1:], None], strict=True):
            end = following.start if following else len(reading.original)
            small, faint = style.size < keys.least_size, contrast(style) < keys.least_contrast
            if not (small or faint):
                continue
            shown = _shown(reading, style.start, end)
            if len(shown) > 10:
                how = f"{style.size:g} pixels" if small else f"a contrast of {contrast(style):.1f} to 1"
                yield Hit(reading.field, shown[0], shown[-1] + 1, words={"how": how})
                break


def _shown(reading: Reading, start: int, end: int) -> list[int]:
    """Where the letters of a passage of the original stand, space aside."""
    first, last = bisect_left(reading.places, start), bisect_left(reading.places, end)
    letters = zip(reading.places[first:last], reading.text[first:last], strict=True)
    return [place for place, letter in letters if not letter.isspace()]
