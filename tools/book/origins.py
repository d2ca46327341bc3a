"""Where each column came from, import by import, so that no finding rests on a column that was made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa

from campaign.errors import Unreadable
from tools.book.engine import COLUMN_ORIGINS, Book
from tools.book.schemas import ORIGINS_TYPES
from tools.book.writing import merge_rows

Origin = Literal["real", "generated", "derived"]
ORIGINS_FILE = "origins.csv"
VIEW = "consumer_loans"
_KEY = ("source", "table_name", "column_name")
_AMOUNT = ("original_amount", "note_rate", "term_months")
_BALANCE = (
    ("current_balance",), (*_AMOUNT, "funded_date"), (*_AMOUNT, "activity_year"), ("original_amount",),
)  # fmt: skip
_OFFER = (("product", "term_months"), ("product",), ("term_months",), ())
CALCULATED: dict[str, tuple[tuple[str, ...], ...]] = {
    "current_balance": _BALANCE,
    "ltv": tuple((*way, "property_value") for way in _BALANCE),
    "months_since_funding": (("funded_date",), ("activity_year",)),
    "offered_rate": _OFFER,
    "rate_gap_bps": tuple(("note_rate", *way) for way in _OFFER),
}
"""Columns of the agents' view that may be worked out: from which columns of `loans`, best way first."""
SET_ASIDE = ("product", "term_months", "funded_date", "current_balance")
"""Columns of `loans` that no calculation rests on where an import made them up beside reported ones."""
_COUNTED = ("sends", "opens", "clicks", "applications")
_Known = Mapping[tuple[str, str, str], Origin]


def record_origins(book: Book, source: str, table: str, origins: Mapping[str, Origin]) -> None:
    """Write down where the columns of one import came from; a column named again is replaced."""
    rows = [
        {"source": source, "table_name": table, "column_name": column, "origin": origin}
        for column, origin in origins.items()
    ]
    if rows:
        schema = pa.schema([(name, pa.string()) for name in ORIGINS_TYPES])
        merge_rows(book, COLUMN_ORIGINS, ORIGINS_TYPES, _KEY, pa.Table.from_pylist(rows, schema).to_reader())


def origin_of(book: Book, table: str, column: str) -> dict[str, Origin]:
    """Where a column came from in each import that has it.

    Args:
        table: a table of the book, or `consumer_loans` for a column of the agents' view: that is `derived`
            where it is a calculation on reported columns, and `generated` where it rests on made-up ones or
            is left empty because there is nothing else (`set_aside`).

    Returns:
        Import -> origin; imports that lack the column (or all it could be worked out from) are absent.
    """
    known = _known(book)
    if table != VIEW:
        return {source: origin for (source, *place), origin in known.items() if place == [table, column]}
    given = {source: _in_view(known, source, column) for source in sorted({source for source, *_ in known})}
    return {source: origin for source, origin in given.items() if origin is not None}


def set_aside(book: Book) -> dict[str, tuple[str, ...]]:
    """Columns of `loans` that no calculation of the view rests on, with the imports that made them up.

    An import none of whose loan columns was reported is an example, fiction throughout, and used as it is.
    """
    known = _known(book)
    made_up = {
        column: tuple(
            source
            for source in sorted({source for source, *_ in known})
            if _reports(known, source) and known.get((source, "loans", column)) == "generated"
        )
        for column in SET_ASIDE
    }
    return {column: sources for column, sources in made_up.items() if sources}


def real_sources(book: Book, table: str, column: str) -> set[str]:
    """Imports in which a column was reported or, in the agents' view, follows from reported ones."""
    wanted = ("real", "derived") if table == VIEW else ("real",)
    return {source for source, origin in origin_of(book, table, column).items() if origin in wanted}


def origins_beside(path: Path, table: str) -> dict[str, Origin]:
    """What an `origins.csv` (table_name, column_name, origin) beside a file says of its columns.

    Raises:
        Unreadable: that file names an origin that does not exist.
    """
    beside = path.with_name(ORIGINS_FILE)
    if not beside.is_file():
        return {}
    found: dict[str, Origin] = {}
    with beside.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            origin = next((known for known in get_args(Origin) if known == row.get("origin")), None)
            if origin is None:
                raise Unreadable(
                    f"{beside.name}:{number}", "names no origin.", "Write real, generated or derived."
                )
            if row.get("table_name") == table:
                found[str(row.get("column_name"))] = origin
    return found


def _known(book: Book) -> _Known:
    rows = book.table(COLUMN_ORIGINS).to_pyarrow().to_pylist()
    return {(row["source"], row["table_name"], row["column_name"]): row["origin"] for row in rows}


def _reports(known: _Known, source: str) -> bool:
    """Whether an import reported any column of its loans."""
    return any(place[:2] == (source, "loans") and told == "real" for place, told in known.items())


def _in_view(known: _Known, source: str, column: str) -> Origin | None:
    """Where a column of the view came from in one import; None where that import cannot have it."""
    if column in _COUNTED:
        return _joined([known.get((source, "events", name)) for name in ("kind", "at")])
    ways = CALCULATED.get(column, ((column,),))
    told = [[known.get((source, "loans", part)) for part in way] for way in ways]
    aside = _reports(known, source) and column in CALCULATED
    for way, origins in zip(ways, told, strict=True):
        usable = not (aside and any(_made_up(*pair) for pair in zip(way, origins, strict=True)))
        if None not in origins and usable:
            joined = _joined(origins)
            return joined if way == (column,) or joined == "generated" else "derived"
    return "generated" if any(None not in origins for origins in told) else None


def _made_up(part: str, origin: Origin | None) -> bool:
    return part in SET_ASIDE and origin == "generated"


def _joined(origins: Sequence[Origin | None]) -> Origin | None:
    if None in origins:
        return None
    if "generated" in origins:
        return "generated"
    return "derived" if len(origins) != 1 or "derived" in origins else "real"
