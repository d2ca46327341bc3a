"""Spots in a text: the line and column of a span, and that line shown with carets under the words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_AROUND = 60
_LONGEST = 2 * _AROUND
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Spot:
    """A span of a text.

    Attributes:
        line, column: where it begins, counted from 1; columns are characters.
        last_line, last_column: where it ends, the column after its last character.
        shown: the line it begins on, without its end.
    """

    line: int
    column: int
    last_line: int
    last_column: int
    shown: str


def spot(text: str, start: int, end: int) -> Spot:
    r"""The place of `text[start:end]`; a line ends with `\\n` or `\\r\\n`."""
    line, begin = text.count("\n", 0, start) + 1, text.rfind("\n", 0, start) + 1
    last, last_begin = text.count("\n", 0, end) + 1, text.rfind("\n", 0, end) + 1
    close = text.find("\n", start)
    shown = text[begin : len(text) if close < 0 else close].removesuffix("\r")
    return Spot(line, start - begin + 1, last, end - last_begin + 1, shown)


def marked(found: Spot) -> tuple[str, str]:
    """The line, cut to what stands around the words where it is long, and the carets under them."""
    start = found.column - 1
    end = found.last_column - 1 if found.last_line == found.line else len(found.shown)
    end = max(min(end, len(found.shown), start + _LONGEST), start + 1)
    left = max(0, start - _AROUND) if len(found.shown) > _LONGEST else 0
    right = min(len(found.shown), end + _AROUND) if len(found.shown) > _LONGEST else len(found.shown)
    before = ("... " if left else "") + _INVISIBLE.sub(" ", found.shown[left:start])
    words = _INVISIBLE.sub(" ", found.shown[start:end])
    after = _INVISIBLE.sub(" ", found.shown[end:right]) + (" ..." if right < len(found.shown) else "")
    number = str(found.line)
    return (
        f"{number} | {before}{words}{after}".rstrip(),
        f"{' ' * len(number)} | {' ' * _width(before)}{'^' * max(1, _width(words))}",
    )


def _width(text: str) -> int:
    """Columns that a terminal takes for a text: two for wide letters, none for marks and joiners."""
    return sum(
        0
        if unicodedata.combining(one) or unicodedata.category(one) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in text
    )
