"""Which header of a file means which column of ours: exact field id first, then the label, no guessing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from campaign.errors import Unreadable
from tools.book.schemas import SCHEMAS, schema_of
from tools.book.vocabulary import known_public_fields, letters_and_digits, names_of, permission_names

BORROWER = "borrower"
_PUBLIC_FIELDS = 5
_TELLING = 2
_LOAN_NUMBER = "364"
"""A line of bare numbers is a header of field ids only where the loan number's id is among them."""


@dataclass(frozen=True, slots=True)
class HeaderMapping:
    """How a file's header was read.

    Attributes:
        table: the table it was taken for.
        columns: our column -> positions in the file that mean it, best first.
        borrower: the same for the contact that a loan file names.
        unread: headers that mean no column of ours.
        permissions: headers that speak of permission, which are never read as consent.
    """

    table: str
    columns: dict[str, tuple[int, ...]]
    borrower: dict[str, tuple[int, ...]]
    unread: tuple[str, ...]
    permissions: tuple[str, ...]


def known_headers(cells: Sequence[str]) -> int:
    """How many cells of a line are headers that some table knows, to tell a header from a preamble."""
    known = _every_name()
    numbered = _LOAN_NUMBER in (cell.strip() for cell in cells)
    return sum(
        1
        for cell in cells
        if (cell.strip() in known or letters_and_digits(cell) in known)
        and (numbered or not cell.strip().isdigit())
    )


def map_header(header: Sequence[str], file: str, *, table: str | None) -> HeaderMapping:
    """Decide which table a file is and which of its headers mean which column.

    Args:
        header: the file's header cells.
        file: its name, for messages and as a hint of the table.
        table: the table, where the person said it.

    Raises:
        UnknownName: there is no table of that name.
        Unreadable: the file is no table of the book, or lacks a column that its table needs.
    """
    chosen = schema_of(table).name if table else _table_of(header, file)
    columns = _positions(header, names_of(chosen))
    if missing := _missing(chosen, columns):
        near = difflib.get_close_matches(missing, [cell.strip() for cell in header], n=1)
        hint = f"Its nearest header is `{near[0]}`." if near else f"Its headers: {_listed(header)}."
        raise Unreadable(file, f"has no column `{missing}`, which `{chosen}` needs.", hint)
    borrower = _positions(header, names_of(BORROWER)) if chosen == "loans" else {}
    used = {place for places in (*columns.values(), *borrower.values()) for place in places}
    left = [cell for place, cell in enumerate(header) if place not in used and cell.strip()]
    permissions = tuple(cell for cell in left if letters_and_digits(cell) in permission_names())
    return HeaderMapping(
        chosen, columns, borrower, tuple(cell for cell in left if cell not in permissions), permissions
    )


def table_named_by(file: str) -> str | None:
    """The table that a file's name says it is (`loans.csv`, `loans-2026-02.csv.gz`), or None."""
    stem = file.casefold().split(".", 1)[0]
    return next((name for name in SCHEMAS if stem == name or stem.startswith((f"{name}-", f"{name} "))), None)


def _table_of(header: Sequence[str], file: str) -> str:
    named = table_named_by(file)
    if named:
        return named
    scores = {
        name: (_own_headers(header, name), len(_positions(header, names_of(name))), -place)
        for place, name in enumerate(SCHEMAS)
        if not _missing(name, _positions(header, names_of(name)))
    }
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best][1] < _TELLING:
        raise Unreadable(
            file,
            f"is no table of the book; its headers are {_listed(header)}.",
            _remedy(header),
        )
    return best


def _remedy(header: Sequence[str]) -> str:
    if known_public_fields(header) >= _PUBLIC_FIELDS:
        return "It looks like a public loan file: import it with --form hmda."
    return f"Name the table with --table, one of {', '.join(SCHEMAS)}."


def _own_headers(header: Sequence[str], name: str) -> int:
    own = set(SCHEMAS[name].headers)
    found = {cell.strip() for cell in header} & own
    # one header alone proves nothing: `address` heads a street in a contact export
    return len(found) if len(found) >= _TELLING and set(SCHEMAS[name].required) <= found else 0


def _missing(table: str, columns: dict[str, tuple[int, ...]]) -> str | None:
    schema = SCHEMAS[table]
    if table == "suppressions" and not columns.keys() & {"contact_id", "address"}:
        return "contact_id"
    if table == "contacts" and "contact_id" not in columns and columns.keys() >= {"email", "last_name"}:
        return None
    return next((name for name in schema.required if name not in columns), None)


def _positions(header: Sequence[str], names: dict[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    exact = [cell.strip() for cell in header]
    normal = [letters_and_digits(cell) for cell in header]
    found: dict[str, tuple[int, ...]] = {}
    for column, spoken in names.items():
        own, *synonyms = spoken
        places = [place for place, cell in enumerate(exact) if cell == own]
        places += [
            place
            for name in (*synonyms, own)
            for place, cell in enumerate(exact)
            if cell == name or (not _is_field_id(name) and normal[place] == letters_and_digits(name))
        ]
        if places:
            found[column] = tuple(dict.fromkeys(places))
    return found


def _is_field_id(name: str) -> bool:
    return name.isdigit() or name.startswith("Fields.")


@cache
def _every_name() -> frozenset[str]:
    spoken = (name for table in (*SCHEMAS, BORROWER) for names in names_of(table).values() for name in names)
    return frozenset(form for name in spoken for form in (name, letters_and_digits(name)))


def _listed(header: Sequence[str]) -> str:
    cells = [f"`{cell.strip()}`" for cell in header if cell.strip()]
    return ", ".join(cells[:8]) + (f" and {len(cells) - 8} more" if len(cells) > 8 else "")
