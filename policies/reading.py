"""Reading as a person reads: one plain, folded text per field, every character traceable to its source.

Copy hides words in many ways, by accident or not: zero-width characters, look-alike letters, markup,
non-breaking spaces, fraction signs. Rules match on the folded text only, and findings point into the
original, so that nobody has to think about either twice.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

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
_SENTENCE_END = re2.compile(r"[.!?][)\"']*\s|\n")
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

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.end() for match in _SENTENCE_END.finditer(self.text)]

    @cached_property
    def _paragraph_ends(self) -> list[int]:
        return [match.end() for match in _PARAGRAPH_END.finditer(self.text)]


def read_field(field: str, original: str) -> Reading:
    """Read one field: markup taken away where there is some, then folded."""
    if looks_like_markup(original):
        characters, labels = visible(original)
    else:
        characters, labels = list(enumerate(original)), ()
    places: list[int] = []
    folded: list[str] = []
    for place, character in characters:
        _take(character, place, folded, places)
    while folded and folded[-1].isspace():
        folded.pop()
        places.pop()
    return Reading(field, original, "".join(folded), tuple(places), tuple(fold(text) for text in labels))


def fold(text: str) -> str:
    """Fold a short text, for comparing a name or an address with what a piece says."""
    return read_field("", text).text


def _take(character: str, place: int, folded: list[str], places: list[int]) -> None:
    """Append one source character to the folded text."""
    plain = _plain(character)
    if plain.isspace():
        _take_space(plain, place, folded, places)
        return
    if len(plain) > 2 and "/" in plain and folded and folded[-1].isdigit():
        plain = f" {plain}"  # 6 and a half, not sixty-one halves
    for letter in plain:
        folded.append(letter)
        places.append(place)


def _take_space(space: str, place: int, folded: list[str], places: list[int]) -> None:
    r"""Keep runs of space as one space, one line break, or one paragraph break."""
    if not folded:
        return
    if space != "\n":
        if not folded[-1].isspace():
            folded.append(" ")
            places.append(place)
        return
    if folded[-1] == " ":
        folded[-1] = "\n"
        places[-1] = place
    elif folded[-1] != "\n" or (len(folded) > 1 and folded[-2] != "\n"):
        folded.append("\n")
        places.append(place)


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
