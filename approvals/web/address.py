"""What the address bar asks, read into what can be looked for, or refused in a sentence; and written back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from campaign.errors import BadInput
from campaign.moment import YEARS

LONGEST = 200
LONGEST_PLACE = 2000
"""Names of releases and runs are as long as the ids of their pieces."""


def words(given: Mapping[str, str], name: str, most: int = LONGEST) -> str | None:
    """A short text; None where it is empty.

    Raises:
        BadInput: it is too long, or holds signs that nobody types.
    """
    text = given.get(name, "").strip()
    if len(text) > most or not text.isprintable():
        raise BadInput(f"What stands in `{name}` cannot be looked for.", f"Give at most {most} characters.")
    return text or None


def day(given: Mapping[str, str], name: str) -> date | None:
    """A day; None where it is empty.

    Raises:
        BadInput: it is none.
    """
    text = words(given, name)
    return None if text is None else day_of(text)


def day_of(text: str) -> date:
    """A day as a form sends it.

    Raises:
        BadInput: it is none.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"`{text}` is no date.", "Write a date as 2026-11-24.") from error
    if found.year not in YEARS:
        raise BadInput(
            f"`{text}` is too far from today.", f"Give a year from {YEARS.start} to {YEARS.stop - 1}."
        )
    return found


def link(path: str, **asked: object) -> str:
    """An address that asks something; what is empty is left out."""
    query = urlencode({name: value for name, value in asked.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
