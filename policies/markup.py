"""What of an HTML text a reader can see, with the place of every visible character.

A disclosure in white on white, in a comment or in a hidden block is no disclosure; a forbidden phrase cut
by tags is still that phrase. One pass, no regular expression that could run away, no parser that loses
offsets.
"""

from __future__ import annotations

import html
import re

import re2

_TAG = re2.compile(
    r"(?i)</?(?:a|b|i|u|p|s|em|h[1-6]|br|hr|li|ol|ul|td|th|tr|div|img|pre|sub|sup|del|ins|body|font"
    r"|head|html|"
    r"main|meta|span|small|style|table|tbody|thead|title|center|footer|header|script|section|strong|button|"
    r"article|aside|nav|figure|template|noscript|blockquote|link|form|label|input|select"
    r"|svg)(?:\s[^<>]*)?/?>|<!--|<!doctype"
)
_ENTITY = re2.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NAME = re2.compile(r"(?i)^</?([a-z][a-z0-9]*)")
_STYLE = re2.compile(r"""(?i)\bstyle\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_ALT = re2.compile(r"""(?i)\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HIDDEN = re2.compile(
    r"(?i)\bdisplay\s*:\s*none|\bvisibility\s*:\s*(?:hidden|collapse)|\bopacity\s*:\s*0(?:\.0*)?\s*(?:;|$)|"
    r"\bfont-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$)|\bmso-hide\s*:\s*all|"
    r"\b(?:left|top|text-indent)\s*:\s*-\d{3,}|\b(?:max-)?height\s*:\s*0(?:px)?\s*(?:;|$)"
)
_HIDDEN_ATTRIBUTE = re2.compile(r"(?i)\s(?:hidden(?:\s|=|/?>)|aria-hidden-text)")
_COLOUR = re2.compile(r"(?i)(?:^|;)\s*color\s*:\s*([^;!]+)")
_BACKGROUND = re2.compile(r"(?i)(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)")
_LAYOUT = re2.compile(r"(?i)<(?:p|div|br|li|tr|td|h[1-6]|table|section|body)[\s/>]")
_SILENT = frozenset("style script head title template noscript svg".split())
_STOP = re.compile("[<&]")
_LINES = str.maketrans("\r\n\t", "   ")
_VOID = frozenset("br hr img meta link input".split())
_BLOCK = frozenset(
    "p div li ol ul tr table tbody thead h1 h2 h3 h4 h5 h6 section article aside nav header footer main body "
    "blockquote pre figure center form button hr".split()
)


def looks_like_markup(text: str) -> bool:
    """Whether a text holds HTML tags or character references at all."""
    return _TAG.search(text) is not None or _ENTITY.search(text) is not None


def visible(text: str) -> tuple[list[tuple[int, str]], tuple[str, ...]]:
    """The stretches a reader sees, each with its place, and the images' alternative texts.

    Args:
        text: HTML, whole or a fragment; unclosed and stray tags are taken as browsers take them.
    """
    page = _Page(keeps_lines=_LAYOUT.search(text) is None)
    position = 0
    while position < len(text):
        if text[position] == "<":
            end = _tag_end(text, position)
            if end > position:
                page.tag(text[position:end], position)
                position = end
                continue
        position = page.entity(text, position) or page.stretch(text, position)
    return page.shown, tuple(page.labels)


def _tag_end(text: str, start: int) -> int:
    """Where the tag or comment at `start` ends; `start` itself where it is just a less-than sign."""
    if text.startswith("<!--", start):
        close = text.find("-->", start + 4)
        return len(text) if close < 0 else close + 3
    follows = text[start + 1 : start + 2]
    if not (follows.isalpha() and follows.isascii()) and follows not in ("/", "!", "?"):
        return start
    close = text.find(">", start, start + 20_000)
    return start if close < 0 else close + 1


class _Page:
    """The state of reading one page: what is open, what is hidden, what was seen."""

    def __init__(self, *, keeps_lines: bool) -> None:
        self._keeps_lines = keeps_lines
        self.shown: list[tuple[int, str]] = []
        self.labels: list[str] = []
        self._open: list[tuple[str, bool, str, str]] = []
        self._counts: dict[str, int] = {}
        self._hidden = 0

    def entity(self, text: str, position: int) -> int | None:
        """Take a character reference; the next position, or None where none stands."""
        found = _ENTITY.match(text[position : position + 34]) if text[position] == "&" else None
        if found is None:
            return None
        self._show(position, *html.unescape(found.group()))
        return position + int(found.end())

    def stretch(self, text: str, position: int) -> int:
        """Take what stands before the next tag or character reference; the next position."""
        stop = _STOP.search(text, position + 1)
        end = stop.start() if stop else len(text)
        self._show(position, text[position:end])
        return end

    def _show(self, position: int, *stretches: str) -> None:
        if self._hidden:
            return
        keeps = self._keeps_lines or self._counts.get("pre")
        self.shown += [(position, one if keeps else one.translate(_LINES)) for one in stretches]

    def tag(self, tag: str, position: int) -> None:
        """Take one tag: open or close what it opens or closes, and break the line where it does."""
        named = _NAME.match(tag)
        if named is None:
            return
        name = named.group(1).lower()
        if not self._hidden:
            self._break(name, tag, position)
        if tag.startswith("</"):
            self._close(name)
        elif name not in _VOID and not tag.endswith("/>"):
            self._start(name, tag)

    def _break(self, name: str, tag: str, position: int) -> None:
        if name in _BLOCK:
            self.shown += [(position, "\n"), (position, "\n")]
        elif name == "br":
            self.shown.append((position, "\n"))
        elif name in ("td", "th"):
            self.shown.append((position, " "))
        elif name == "img" and (alt := _ALT.search(tag)):
            self.labels.append(html.unescape(alt.group(1) or alt.group(2) or ""))

    def _start(self, name: str, tag: str) -> None:
        found = _STYLE.search(tag)
        style = next((part for part in found.groups() if part), "") if found else ""
        above = self._open[-1] if self._open else ("", False, "", "")
        ink = _declared(_COLOUR, style) or above[2]
        paper = _declared(_BACKGROUND, style) or above[3]
        unseen = (
            name in _SILENT
            or _HIDDEN.search(style) is not None
            or _HIDDEN_ATTRIBUTE.search(tag) is not None
            or (ink != "" and ink == (paper or "#ffffff"))
        )
        self._open.append((name, unseen, ink, paper))
        self._counts[name] = self._counts.get(name, 0) + 1
        self._hidden += unseen

    def _close(self, name: str) -> None:
        if not self._counts.get(name):
            return
        while self._open:
            last, unseen, _, _ = self._open.pop()
            self._counts[last] -= 1
            self._hidden -= unseen
            if last == name:
                return


def _declared(pattern: re2._Regexp, style: str) -> str:
    found = pattern.search(style)
    if not found:
        return ""
    colour: str = found.group(1).strip().lower()
    return {"white": "#ffffff", "#fff": "#ffffff", "black": "#000000", "#000": "#000000"}.get(colour, colour)
