"""The letter as HTML: one narrow column that mail programs, phones and screen readers all show.

Tables and inline styles, because mail programs drop style sheets; the pre-header is hidden at the top,
because inboxes show the first words of the HTML. Every visible word comes from the approved fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaign.errors import Refused

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_SILENT = frozenset({"head", "style", "script", "title"})
_BULLETS = ("- ", "• ", "* ")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines set the same way: a paragraph or a list, each line as (text, is it the link)."""

    kind: Literal["paragraph", "list"]
    lines: tuple[tuple[tuple[str, bool], ...], ...]


@dataclass(frozen=True, slots=True)
class LetterText:
    """The words of one letter, personal slots already filled.

    Attributes:
        subject, preheader, headline, body, cta, footer: plain text; blank lines part paragraphs, lines
            that begin with a bullet are a list.
        landing_url: where the button leads; empty leaves the button out.
        unsubscribe_url: made a link wherever it stands in the text.
    """

    subject: str
    body: str
    preheader: str = ""
    headline: str = ""
    cta: str = ""
    footer: str = ""
    landing_url: str = ""
    unsubscribe_url: str = ""


def letter_html(text: LetterText) -> str:
    """Set a letter as one HTML document, every value escaped.

    Raises:
        Refused: a link is no web address.
    """
    for link in (text.landing_url, text.unsubscribe_url):
        if link and not link.startswith(("https://", "http://")):
            raise Refused(f"The link `{link:.60}` is no web address.", "Give one that begins with https://.")
    return _TEMPLATES.get_template("letter.html.j2").render(
        text=text,
        body=tuple(_blocks(text.body, text.unsubscribe_url)),
        footer=tuple(_blocks(text.footer, text.unsubscribe_url)),
    )


def letter_plain(text: LetterText) -> str:
    """Set the same letter as plain text: the first alternative, for readers and filters without HTML."""
    button = f"{text.cta}: {text.landing_url}" if text.cta and text.landing_url else text.cta
    parts = (text.headline, text.body, button, text.footer)
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def visible_words(html: str) -> tuple[str, ...]:
    """Every word that a reader of an HTML letter can meet, the hidden pre-header included."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return words_of(" ".join(reader.texts))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without the bullets that lists turn into marks."""
    bare = (line.strip() for line in text.splitlines())
    return tuple(word for line in bare for word in (line[2:] if line.startswith(_BULLETS) else line).split())


def _blocks(text: str, link: str) -> Iterator[Block]:
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        run: list[str] = []
        kind: Literal["paragraph", "list"] = "paragraph"
        for line in (line.strip() for line in paragraph.splitlines() if line.strip()):
            here: Literal["paragraph", "list"] = "list" if line.startswith(_BULLETS) else "paragraph"
            if here != kind and run:
                yield _block(kind, run, link)
                run = []
            kind = here
            run.append(line[2:].strip() if here == "list" else line)
        if run:
            yield _block(kind, run, link)


def _block(kind: Literal["paragraph", "list"], lines: list[str], link: str) -> Block:
    return Block(kind, tuple(_linked(line, link) for line in lines))


def _linked(line: str, link: str) -> tuple[tuple[str, bool], ...]:
    if not link or link not in line:
        return ((line, False),)
    before, _, after = line.partition(link)
    return tuple(part for part in ((before, False), (link, True), *_linked(after, link)) if part[0])


class _Reader(HTMLParser):
    """Collects text outside of `head`; every element but a link parts words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0
        self._parted = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent += tag in _SILENT
        self._parted |= tag != "a"

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        self._parted |= tag != "a"

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._parted:
            self.texts.append(data)
        else:
            self.texts[-1] += data
        self._parted = False
