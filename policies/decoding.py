"""Bytes as text: the encodings that office programs and browsers write, and a clear no to what is no text."""

from __future__ import annotations

import codecs
import re

from campaign.errors import Unreadable

MOST_BYTES = 20_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?i)\bcharset\s*=\s*["']?\s*([a-z0-9._:-]{2,40})""")
_HEAD = 2_048
_OLD_WINDOWS = "cp1252"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_REMEDY = "Save it as UTF-8 text."


def decoded(content: bytes, place: str) -> tuple[str, str]:
    r"""Read bytes as text and say in which encoding they were.

    A byte-order mark decides; then UTF-8; then what an HTML page declares; then Windows-1252, which older
    office programs write unasked, where nearly all of it is plain ASCII. `\\r\\n` stays as it is.

    Args:
        content: a file's bytes.
        place: the file, for the message.

    Raises:
        Unreadable: no text, longer than `MOST_BYTES`, or in an encoding that cannot be told.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            place, f"holds more than the {MOST_BYTES:,} bytes that are read.", "Check it in parts."
        )
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", *_older(content)]:
        try:
            text = content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if _CONTROLS.search(text):
            raise Unreadable(place, "is no text (it holds control characters).", _REMEDY)
        return text, encoding
    raise Unreadable(place, f"is no UTF-8 text{_first_odd(content)}.", _REMEDY)


def _older(content: bytes) -> list[str]:
    """Encodings of one byte a character that may hold where UTF-8 does not."""
    declared = [match[1].decode("ascii").lower() for match in _DECLARED.finditer(content[:_HEAD])]
    plain = sum(byte < 0x80 for byte in content)
    likely = [_OLD_WINDOWS] if plain * 4 >= len(content) * 3 else []
    return [name for name in declared if _is_text_codec(name)] + likely


def _is_text_codec(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # `rot13` and `zip` are no encodings of text
    except (LookupError, ValueError):
        return False


def _first_odd(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f" (line {line} holds the byte 0x{content[error.start]:02x})"
    return ""
