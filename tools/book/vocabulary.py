"""The words of other systems for our columns and values, read once from `synonyms.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tools.book.schemas import SCHEMAS

_FILE = Path(__file__).with_name("synonyms.toml")


def letters_and_digits(text: str) -> str:
    """A label reduced to what two systems agree on: lower case, letters and digits only."""
    return "".join(character for character in text.casefold() if character.isalnum())


@cache
def _tables() -> Mapping[str, Any]:
    return MappingProxyType(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def names_of(table: str) -> dict[str, tuple[str, ...]]:
    """Column -> the names it goes by in files, our own first; `borrower`: those of a loan file's borrower."""
    synonyms: dict[str, list[str]] = _tables().get(table, {})
    own = SCHEMAS[table].headers if table in SCHEMAS else ()
    return {column: (column, *synonyms.get(column, ())) for column in own} | {
        column: tuple(names) for column, names in synonyms.items() if column not in own
    }


def permission_names() -> frozenset[str]:
    """Normalised headers that speak of permission and are never read as consent."""
    return frozenset(letters_and_digits(name) for name in _tables()["unread"]["permission"])


def public_field(header: str) -> str:
    """A header as the public loan register's field names are compared: lower case, `-` as `_`."""
    return header.strip().casefold().replace("-", "_")


def known_public_fields(cells: Sequence[str]) -> int:
    """How many cells of a line are field names of the public loan register."""
    known = frozenset(_tables()["hmda"]["fields"])
    return sum(1 for cell in cells if public_field(cell) in known)


def words_of(what: str) -> dict[str, str]:
    """Normalised word of another system -> ours, for `status`, `product`, `purpose`, `state` and so on."""
    return {
        letters_and_digits(word): ours
        for ours, words in _tables()["words"][what].items()
        for word in (ours, *words)
    }
