"""What a notice is before it is carried: a subject, sentences, lists; and how it is set for a reader.

Every word is made inert first. A name that people or files filled may hold markup, line breaks, control or
direction signs; a reader sees it as the plain letters it has, on one line.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with short lines under it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One notice.

    Attributes:
        key: the matter it is about; the same matter gives the same id wherever it is carried.
        subject: one line. opening: sentences before the sections. closing: what to do next.
    """

    key: str
    subject: str
    opening: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: str = ""


def inert(words: str, longest: int = LONGEST) -> str:
    """Words from elsewhere on one line, without anything that is no letter, mark, number, sign or space.

    An address among them is broken up, so that no mail program makes a link of it.
    """
    seen = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in words)
    short = " ".join(seen.replace("://", ": //").split())
    return short if len(short) <= longest else short[: longest - 1] + "…"


def plain(message: Message) -> str:
    """The notice as plain text."""
    parts = [inert(sentence) for sentence in message.opening]
    for section in message.sections:
        parts.append("\n".join([inert(section.heading), *(f"- {inert(line)}" for line in section.lines)]))
    parts.append(inert(message.closing))
    return "\n\n".join(part for part in parts if part) + "\n"


def html(message: Message) -> str:
    """The notice as a page without links, images or scripts."""
    shown = [f"<p>{_safe(sentence)}</p>" for sentence in message.opening]
    for section in message.sections:
        entries = "".join(f"<li>{_safe(line)}</li>" for line in section.lines)
        shown.append(f"<h2>{_safe(section.heading)}</h2><ul>{entries}</ul>")
    shown.append(f"<p>{_safe(message.closing)}</p>" if message.closing else "")
    title = _safe(message.subject)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{''.join(shown)}</body></html>\n"
    )


def _safe(words: str) -> str:
    return escape(inert(words))
