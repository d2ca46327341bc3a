"""Audience settings that a law or a platform forbids for mortgage advertising."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from campaign.noun import Noun
from policies.matching import Pattern, spans
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen

Criterion = Literal["age", "gender", "postal", "exclusions"]
_YOUNGEST, _OLDEST = 18, 65
_POSTAL_KEYS = ("zip", "postal", "tract", "census")


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
    settings = seen.piece.targeting
    if settings is None:
        return
    found = [*_criteria(keys, settings), *_words(keys, settings)]
    radius = settings.get("radius_miles")
    if (
        keys.least_radius_miles is not None
        and isinstance(radius, int | float)
        and radius < keys.least_radius_miles
    ):
        found.append(f"radius_miles {radius:g}")
    if keys.category_key and not _declared(keys, settings):
        found.append(f"{keys.category_key} {_shown(settings.get(keys.category_key))}")
    for words in dict.fromkeys(found):
        yield Hit("targeting", words={"match": f"`{words}`"})


def _criteria(keys: Keys, settings: dict[str, Any]) -> Iterator[str]:
    if "age" in keys.refuses:
        youngest, oldest = _number(settings.get("age_min")), _number(settings.get("age_max"))
        if youngest is not None and youngest > _YOUNGEST:
            yield f"age_min {youngest:g}"
        if oldest is not None and oldest < _OLDEST:
            yield f"age_max {oldest:g}"
    if "gender" in keys.refuses:
        genders = {fold(word) for word in _texts(settings.get("genders"))}
        if (
            genders
            and not genders & {"all", "any"}
            and not {"male", "female"} <= genders
            and not {"men", "women"} <= genders
        ):
            yield f"genders {', '.join(sorted(genders))}"
    if "postal" in keys.refuses:
        for name, value in settings.items():
            if any(word in name.lower() for word in _POSTAL_KEYS) and list(_texts(value)):
                yield f"{name} {', '.join(list(_texts(value))[:3])}"
    if "exclusions" in keys.refuses and (excluded := list(_texts(settings.get("exclusions")))):
        yield f"exclusions {', '.join(excluded[:3])}"


def _words(keys: Keys, settings: dict[str, Any]) -> Iterator[str]:
    for name, value in settings.items():
        for text in _texts(value):
            folded = _said(name, text)
            excused = spans(keys.permitted, folded)
            if any(not any(a < e and s < b for a, b in excused) for s, e in spans(keys.words, folded)):
                yield f"{name} {text[:80]}"


def settings_of(seen: Seen) -> Iterator[str]:
    """Every audience setting as folded `name: value`, for rules that ask where an audience comes from."""
    for name, value in (seen.piece.targeting or {}).items():
        yield from (_said(name, text) for text in _texts(value))


def _said(name: str, text: str) -> str:
    return fold(f"{name}: {text}").replace("_", " ")


def _declared(keys: Keys, settings: dict[str, Any]) -> bool:
    named = [
        part.strip() for text in _texts(settings.get(keys.category_key)) for part in text.upper().split(",")
    ]
    return any(name in keys.categories for name in named)


def _texts(value: Any) -> Iterator[str]:
    """Every text or number in a setting, however nested."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (f"{name} {text}" for text in _texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: Any) -> str:
    texts = list(_texts(value))
    return ", ".join(texts) if texts else "not set"
