"""How large and how dark the words of a page are, as far as its own inline styles say.

Style sheets are not read: only what stands in the piece itself can be judged. Sizes are CSS pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import re2

_TAG = re2.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_SIZE = re2.compile(r"(?i)\bfont-size\s*:\s*(\d+(?:\.\d+)?)\s*(px|pt|em|rem|%)?")
_INK = re2.compile(r"(?i)(?:^|[;\"'\s])color\s*:\s*(#[0-9a-f]{3,6}|[a-z]+)")
_PAPER = re2.compile(r"(?i)\bbackground(?:-color)?\s*:\s*(#[0-9a-f]{3,6}|[a-z]+)")
_HEADINGS = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "small": 13.0, "sup": 12.0}
_VOID = frozenset("br hr img meta link input".split())
_NAMES = {"white": "#ffffff", "black": "#000000", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0"}
_BASE = 16.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks.

    Attributes:
        start: where it begins in the text.
        size: CSS pixels.
        ink, paper: colours as `#rrggbb`, empty where not said.
    """

    start: int
    size: float
    ink: str
    paper: str


def styles(text: str) -> list[Style]:
    """The styles of a text in order, the first from its beginning, each until the next."""
    found = [Style(0, _BASE, "", "")]
    opened: list[tuple[str, Style]] = [("", found[0])]
    for tag in _TAG.finditer(text):
        closing, name, rest = tag.group(1), tag.group(2).lower(), tag.group(3)
        if closing:
            opened = _closed(opened, name)
        elif name not in _VOID and not rest.endswith("/"):
            opened.append((name, _inner(opened[-1][1], name, rest, tag.end())))
        above = opened[-1][1]
        found.append(Style(tag.end(), above.size, above.ink, above.paper))
    return found


def style_at(found: list[Style], place: int) -> Style:
    """The style in force at a place."""
    return [style for style in found if style.start <= place][-1]


def contrast(style: Style) -> float:
    """The contrast ratio of ink on paper (WCAG 2), 1 to 21; 21 where the ink is not said."""
    if not style.ink:
        return 21.0
    ink, paper = _luminance(style.ink), _luminance(style.paper or "#ffffff")
    return (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)


def _closed(opened: list[tuple[str, Style]], name: str) -> list[tuple[str, Style]]:
    for depth in range(len(opened) - 1, 0, -1):
        if opened[depth][0] == name:
            return opened[:depth]
    return opened


def _inner(above: Style, name: str, rest: str, start: int) -> Style:
    size = _HEADINGS.get(name, above.size)
    if stated := _SIZE.search(rest):
        scale = {"pt": 4 / 3, "em": above.size, "rem": _BASE, "%": above.size / 100}.get(
            stated.group(2) or "px", 1.0
        )
        size = float(stated.group(1)) * scale
    ink, paper = _INK.search(rest), _PAPER.search(rest)
    return Style(
        start,
        size,
        _colour(ink.group(1)) if ink else above.ink,
        _colour(paper.group(1)) if paper else above.paper,
    )


def _colour(word: str) -> str:
    named = _NAMES.get(word.lower(), word.lower())
    if not named.startswith("#"):
        return ""
    return "#" + "".join(digit * 2 for digit in named[1:]) if len(named) == 4 else named


def _luminance(colour: str) -> float:
    parts = (
        [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)] if len(colour) == 7 else [0.0] * 3
    )
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
