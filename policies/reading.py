"""Reading as a person reads: one plain, folded text per field, every character traceable to its source.

Copy hides words in many ways, by accident or not: zero-width characters, look-alike letters, markup,
non-breaking spaces, fraction signs. Rules match on the folded text only, and findings point into the
original, so that nobody has to think about either twice.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import re2

from policies.markup import looks_like_markup, visible

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһкмтвнАЕОРСУХІЈЅКМТВНοανρτικυχεΟΑΝΡΤΙΚΥΧΕΒΗΜΖ",
    "aeopcyxijsdqwhkmtbhaeopcyxijskmtbhoavptikuxeoanptikyxebhmz",
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("⁄∕", "/"),
        "٪": "%",
        "·": " ",
        "•": " ",
        "ß": "ss",
        "ı": "i",
        "ł": "l",
        "ø": "o",
    }
)
_DROPPED = frozenset("*®™\u034f\u115f\u1160\u3164\uffa0")
_ODD = re.compile(r"[^ -)+-~]+|  +")
_SENTENCE_END = re2.compile(r"[.!?][)\"']*\s|\n")
_SHORT = 4_000
_PARAGRAPH_END = re2.compile(r"\n\n")


@dataclass(frozen=True)
class Reading:
    r"""One field as rules see it.

    Attributes:
        field: its name in findings.
        original: the text as given.
        text: visible characters, folded: lower case, plain letters, single spaces; `\\n` is a line
            break, `\\n\\n` the end of a paragraph or block.
        places: for each character of `text`, where it stands in `original`.
        labels: alternative texts of images, folded; seen by few, so they prove a logo and nothing else.
    """

    field: str
    original: str
    text: str
    places: tuple[int, ...]
    labels: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `original` behind `text[start:end]`."""
        if not self.places or start >= end:
            return (0, 0)
        return self.places[start], self.places[min(end, len(self.places)) - 1] + 1

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence or line around a span of `text`."""
        return _around(self._sentence_ends, len(self.text), start, end)

    def paragraph(self, start: int, end: int) -> tuple[int, int]:
        """The paragraph or block around a span of `text`."""
        return _around(self._paragraph_ends, len(self.text), start, end)

    def matches(self, pattern: Any) -> list[tuple[int, int]]:
        """Every match of a pattern in `text`, looked for once however often it is asked."""
        if pattern not in self._matches:
            self._matches[pattern] = [match.span() for match in pattern.finditer(self.text)]
        return self._matches[pattern]

    def holds(self, pattern: Any, start: int, end: int) -> bool:
        """Whether a match of a pattern lies in `text[start:end]`."""
        found = self.matches(pattern)
        return any(last <= end for _, last in found[bisect_left(found, (start, start)) :][:1])

    @cached_property
    def answers(self) -> dict[Any, bool]:
        """What has been asked about stretches of the text, by patterns, start and end."""
        return {}

    @cached_property
    def _matches(self) -> dict[Any, list[tuple[int, int]]]:
        return {}

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.end() for match in _SENTENCE_END.finditer(self.text)]

    @cached_property
    def _paragraph_ends(self) -> list[int]:
        return [match.end() for match in _PARAGRAPH_END.finditer(self.text)]


def read_field(field: str, original: str) -> Reading:
    """Read one field: markup taken away where there is some, then folded.

    A campaign's pieces share their footers and most of their sentences, so short texts are kept a while.
    """
    return _read_short(field, original) if len(original) <= _SHORT else _read(field, original)


@lru_cache(maxsize=1024)
def _read_short(field: str, original: str) -> Reading:
    return _read(field, original)


def _read(field: str, original: str) -> Reading:
    folding = _Folding()
    labels: tuple[str, ...] = ()
    if looks_like_markup(original):
        stretches, labels = visible(original)
        for place, stretch in stretches:
            folding.text(stretch, place)
    else:
        folding.text(original, 0)
    text, places = folding.folded()
    return Reading(field, original, text, places, tuple(fold(label) for label in labels))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Fold a short text, for comparing a name or an address with what a piece says."""
    return read_field("", text).text


class _Folding:
    """The folded text so far, in stretches, with the place of each of its characters."""

    def __init__(self) -> None:
        self._stretches: list[str] = []
        self._places: list[int] = []

    def folded(self) -> tuple[str, tuple[int, ...]]:
        """The text without space at its end, and the places."""
        text = "".join(self._stretches).rstrip()
        return text, tuple(self._places[: len(text)])

    def text(self, source: str, start: int) -> None:
        """Take a text that stands at `start`; printable ASCII whole, as nearly all copy is that."""
        done = 0
        for odd in _ODD.finditer(source):
            self._plain(source[done : odd.start()], start + done)
            for place, character in enumerate(odd.group(), start + odd.start()):
                self._character(character, place)
            done = odd.end()
        self._plain(source[done:], start + done)

    def _character(self, character: str, place: int) -> None:
        plain = _plain(character)
        if plain.isspace():
            self._space(plain, place)
            return
        if len(plain) > 2 and "/" in plain and self._stretches and self._stretches[-1][-1].isdigit():
            plain = f" {plain}"  # 6 and a half, not sixty-one halves
        if plain:
            self._stretches.append(plain)
            self._places += [place] * len(plain)

    def _plain(self, stretch: str, place: int) -> None:
        if stretch.startswith(" ") and self._after_space():
            stretch, place = stretch[1:], place + 1
        if stretch:
            self._stretches.append(stretch.lower())
            self._places += range(place, place + len(stretch))

    def _after_space(self) -> bool:
        return not self._stretches or self._stretches[-1][-1].isspace()

    def _space(self, space: str, place: int) -> None:
        r"""Keep runs of space as one space, one line break, or one paragraph break."""
        if not self._stretches:
            return
        if space == "\n":
            self._line_break(place)
        elif not self._after_space():
            self._stretches.append(" ")
            self._places.append(place)

    def _line_break(self, place: int) -> None:
        last = self._stretches[-1]
        if last[-1] == " ":
            self._stretches[-1] = last[:-1] + "\n"
            self._places[-1] = place
        elif "".join(self._stretches[-2:])[-2:] != "\n\n":
            self._stretches.append("\n")
            self._places.append(place)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """What a reader takes a character for: plain lower-case letters, digits and signs, or nothing."""
    if character.isascii():
        return "" if character in _DROPPED else "\n" if character in "\n\f\v" else character.lower()
    if character in "\u2028\u2029\x85":
        return "\n"
    if character in _DROPPED or unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if character.isspace() or unicodedata.category(character) == "Zs":
        return " "
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    parts = unicodedata.normalize("NFKD", character.translate(_SIGNS).translate(_LOOKALIKES))
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return letters.translate(_SIGNS).translate(_LOOKALIKES).lower()


def _around(ends: list[int], length: int, start: int, end: int) -> tuple[int, int]:
    before = bisect_right(ends, start)
    after = bisect_right(ends, max(start, end - 1))
    return (ends[before - 1] if before else 0), (ends[after] if after < len(ends) else length)
