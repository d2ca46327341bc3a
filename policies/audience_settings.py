"""Audience settings as platforms spell them: `ageMax`, `age_range` and `agesTo` ask the same of an audience.

Every platform, export and spreadsheet names the same few settings its own way. Rules ask about the setting,
so the spelling is settled here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

from policies.amounts import NUMBER_WORDS
from policies.reading import fold

YOUNGEST, OLDEST = 18, 65
_AGE = frozenset({"age", "ages"})
_AROUND_AGE = frozenset(
    "range ranges group groups bracket brackets band bands min max minimum maximum from to lower upper start"
    " end limit low high targeting targeted demographics demographic user users audience include included"
    " years spec criteria gte lte".split()
)
_LEAST = frozenset({"min", "minimum", "from", "lower", "start", "low", "gte"})
_MOST = frozenset({"max", "maximum", "to", "upper", "end", "high", "lte"})
_GENDER = frozenset({"gender", "genders", "sex", "sexes"})
_POSTAL = ("zip", "postal", "postcode", "tract", "census")
_LEFT_OUT = ("exclu", "negative", "omit", "except")
_MILES = {"mi": 1.0, "mile": 1.0, "km": 0.6213712, "kilometer": 0.6213712, "kilometre": 0.6213712}
_MILES |= {"m": 0.0006213712, "meter": 0.0006213712, "metre": 0.0006213712}
_EVERYONE = frozenset({"all", "any", "everyone", "no restriction"})
_HUMP = re2.compile(r"([a-z0-9])([A-Z])")
_WORD = re2.compile(r"[a-z]+|\d+(?:\.\d+)?")
_NUMBER = re2.compile(r"\d+(?:\.\d+)?")
_OPEN = re2.compile(r"\+|\b(?:all|any|plus|over|older|up|unlimited|none)\b")
_GENDERS = (
    ("male", re2.compile(r"\b(?:males?|men|man|m|1)\b")),
    ("female", re2.compile(r"\b(?:females?|women|woman|f|2)\b")),
    ("all", re2.compile(r"\b(?:all|any|both|everyone|0)\b")),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name as given, the words of its name, its texts.

    Attributes:
        name: path of keys, dots between, as given.
        words: the name's words, lower case; `ageMax` and `age_max` are `age`, `max`.
        texts: every text or number in it, as given.
    """

    name: str
    words: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def left_out(self) -> bool:
        """Whether the setting says who shall not see the piece."""
        return any(word.startswith(_LEFT_OUT) for word in self.words)

    @property
    def counted(self) -> bool:
        """Whether it is judged by its value rather than by its words: an age, a gender, or everyone."""
        words = set(self.words)
        everyone = any(fold(text) in _EVERYONE for text in self.texts)
        return not self.left_out and (everyone or _is_age(words) or bool(words & _GENDER))

    @property
    def shown(self) -> str:
        """The setting for a message, shortened."""
        return f"{self.name} {', '.join(self.texts[:3])}"


def read_settings(raw: dict[str, Any]) -> tuple[Setting, ...]:
    """Every setting of an audience, nested ones by their path."""
    return tuple(_settings(raw, ""))


def age_limits(settings: tuple[Setting, ...]) -> Iterator[str]:
    """Settings that keep an audience narrower than 18 to 65 and over."""
    for setting in settings:
        words = set(setting.words)
        if not _is_age(words) and not (setting.left_out and words & _AGE):
            continue
        texts = [fold(text) for text in setting.texts]
        numbers = [float(number) for text in texts for number in _NUMBER.findall(text)]
        if setting.left_out:
            narrow = bool(texts)
        elif words & _LEAST:
            narrow = bool(numbers) and max(numbers) > YOUNGEST
        elif words & _MOST:
            narrow = bool(numbers) and min(numbers) < OLDEST
        else:
            narrow = _narrow(texts, numbers)
        if narrow:
            yield setting.shown


def gender_limits(settings: tuple[Setting, ...]) -> Iterator[str]:
    """Settings that name one gender, or leave one out."""
    for setting in settings:
        if not _GENDER & set(setting.words) or not setting.texts:
            continue
        said = " ".join(fold(text).replace("_", " ") for text in setting.texts)
        named = {name for name, pattern in _GENDERS if pattern.search(said) is not None}
        if setting.left_out or not ("all" in named or {"male", "female"} <= named):
            yield setting.shown


def postal_limits(settings: tuple[Setting, ...]) -> Iterator[str]:
    """Settings by postal code or census tract."""
    for setting in settings:
        if setting.texts and any(word.startswith(_POSTAL) for word in setting.words):
            yield setting.shown


def exclusions(settings: tuple[Setting, ...]) -> Iterator[str]:
    """Settings that leave anybody out."""
    return (setting.shown for setting in settings if setting.left_out and setting.texts)


def radii(settings: tuple[Setting, ...]) -> Iterator[tuple[str, float]]:
    """Each radius with its length in miles; a number without a unit is in miles."""
    units = {
        setting.name.rpartition(".")[0]: _unit(_words(" ".join(setting.texts)))
        for setting in settings
        if set(setting.words) & {"unit", "units"}
    }
    for setting in settings:
        if "radius" not in setting.words or set(setting.words) & {"unit", "units"}:
            continue
        for text in setting.texts:
            if (length := _length(text)) is not None:
                own = (
                    _unit(_words(text)) or _unit(setting.words) or units.get(setting.name.rpartition(".")[0])
                )
                yield f"{setting.name} {text}", length * (own or 1.0)


def _length(text: str) -> float | None:
    """The first number of a text, in digits or as a word."""
    if number := _NUMBER.search(text):
        return float(number[0])
    return next((float(NUMBER_WORDS[word]) for word in _words(text) if word in NUMBER_WORDS), None)


def categories(settings: tuple[Setting, ...]) -> frozenset[str]:
    """Special ad categories declared, in capitals with underscores, whatever the key is called."""
    return frozenset(
        re2.sub(r"[ -]+", "_", part.strip().upper())
        for setting in settings
        if "special" in setting.words and any(word.startswith("categor") for word in setting.words)
        for text in setting.texts
        for part in re2.split(r"[,;|+]", text)
        if part.strip()
    )


def setting_words(name: str) -> str:
    """The words of a setting's name, spaces between: `ageMax` and `age_max` are `age max`."""
    apart: str = _HUMP.sub(r"\1 \2", name)
    return apart.replace("_", " ").replace(".", " ").lower()


def _is_age(words: set[str]) -> bool:
    """Whether a name speaks of people's age: `age_range` does, `loan_age_months` does not."""
    return bool(words & _AGE) and not words - _AGE - _AROUND_AGE


def _narrow(texts: list[str], numbers: list[float]) -> bool:
    """Whether an age range or a list of them leaves ages out between 18 and 65."""
    if not numbers:
        return False
    ends_early = max(numbers) < OLDEST and not any(_OPEN.search(text) for text in texts)
    return min(numbers) > YOUNGEST or ends_early


def _unit(words: tuple[str, ...]) -> float | None:
    return next((_MILES[word.rstrip("s")] for word in words if word.rstrip("s") in _MILES), None)


def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(setting_words(name)))


def _settings(value: Any, path: str) -> Iterator[Setting]:
    """Settings below a path; a list of plain values is one setting, a list of settings is many."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _settings(inner, f"{path}.{name}" if path else str(name))
        return
    values = list(value) if isinstance(value, list | tuple) else [value]
    plain = tuple(
        str(one)
        for one in values
        if not isinstance(one, dict | list | tuple | bool | type(None)) and str(one).strip()
    )
    if plain or not values:
        yield Setting(path, _words(path), plain)
    for one in values:
        if isinstance(one, dict | list | tuple):
            yield from _settings(one, path)
