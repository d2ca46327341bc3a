"""Audience settings that a law or a platform forbids for mortgage advertising."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from campaign.noun import Noun
from policies.audience_settings import (
    Setting,
    age_limits,
    categories,
    exclusions,
    gender_limits,
    postal_limits,
    radii,
    setting_words,
)
from policies.matching import Pattern, spans
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen

Criterion = Literal["age", "gender", "postal", "exclusions"]
_LIMITS: dict[Criterion, Callable[[tuple[Setting, ...]], Iterator[str]]] = {
    "age": age_limits,
    "gender": gender_limits,
    "postal": postal_limits,
    "exclusions": exclusions,
}


class Keys(Noun):
    """What is refused.

    Attributes:
        refuses: `age` (anything narrower than 18 to 65 and over), `gender` (anything but all), `postal`
            (postal codes or census tracts), `exclusions` (any exclusion at all).
        words: patterns for values and names of settings (folded), such as a protected characteristic.
        permitted: contexts of those words that are fine.
        said: words in the piece itself that show such an audience.
        least_radius_miles: the smallest radius allowed.
        category_key, categories: a declaration that must be made, and its accepted values.
    """

    refuses: tuple[Criterion, ...] = ()
    words: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    said: tuple[Pattern, ...] = ()
    least_radius_miles: float | None = None
    category_key: str = ""
    categories: tuple[str, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each setting that is refused; no settings, no hits but for what the piece says."""
    keys: Keys = rule.keys
    for reading in seen.readings:
        for start, end in spans(keys.said, reading.text):
            yield seen.hit(reading, start, end)
    if seen.piece.targeting is None:
        return
    settings = seen.settings
    found = [*_criteria(keys, settings), *_words(keys, settings)]
    least = keys.least_radius_miles
    found += [words for words, miles in radii(settings) if least is not None and miles < least]
    if keys.categories and categories(settings).isdisjoint(keys.categories):
        found.append(f"{keys.category_key} {', '.join(sorted(categories(settings))) or 'not set'}")
    for words in dict.fromkeys(found):
        yield Hit("targeting", words={"match": f"`{words}`"})


def _criteria(keys: Keys, settings: tuple[Setting, ...]) -> Iterator[str]:
    for criterion in keys.refuses:
        yield from _LIMITS[criterion](settings)


def _words(keys: Keys, settings: tuple[Setting, ...]) -> Iterator[str]:
    for setting in settings:
        for text in () if setting.counted else setting.texts:
            folded = _said(setting, text)
            excused = spans(keys.permitted, folded)
            if any(not any(a < e and s < b for a, b in excused) for s, e in spans(keys.words, folded)):
                yield f"{setting.name} {text[:80]}"


def settings_of(seen: Seen) -> Iterator[str]:
    """Every audience setting as folded `name: value`, for rules that ask where an audience comes from."""
    for setting in seen.settings:
        yield from (_said(setting, text) for text in setting.texts)


def _said(setting: Setting, text: str) -> str:
    return fold(f"{setting_words(setting.name)}: {text}").replace("_", " ")
