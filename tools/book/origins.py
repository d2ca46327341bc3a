"""Where each column came from, import by import, so that no finding rests on a column that was made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping
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
_LOAN_COLUMNS = (
    "status", "product", "purpose", "occupancy", "lien", "rate_type", "note_rate", "term_months",
    "original_amount", "fico", "state",
)  # fmt: skip
_BALANCE = ("original_amount", "note_rate", "term_months", "funded_date")
LINEAGE: dict[str, tuple[str, ...]] = {
    **{name: (f"loans.{name}",) for name in _LOAN_COLUMNS},
    "current_balance": tuple(f"loans.{name}" for name in _BALANCE),
    "ltv": tuple(f"loans.{name}" for name in (*_BALANCE, "property_value")),
    "months_since_funding": ("loans.funded_date",),
    "offered_rate": ("loans.product", "loans.term_months"),
    "rate_gap_bps": ("loans.note_rate", "loans.product", "loans.term_months"),
    **dict.fromkeys(("sends", "opens", "clicks", "applications"), ("events.kind", "events.at")),
}


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
        table: a table of the book, or `consumer_loans` for a column of the agents' view: that is `generated`
            where any column it is worked out from was generated, `derived` where it is a calculation, else
            `real`.

    Returns:
        Import -> origin; imports that lack the column (or one it is worked out from) are absent.
    """
    known = _known(book)
    if table != VIEW:
        return {source: origin for (source, *place), origin in known.items() if place == [table, column]}
    found: dict[str, Origin] = {}
    for source in sorted({source for source, *_ in known}):
        parts = _parts(known, source, column)
        if parts and all((source, *part) in known for part in parts):
            found[source] = _joined([known[source, *part] for part in parts])
    return found


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


def _known(book: Book) -> dict[tuple[str, str, str], Origin]:
    rows = book.table(COLUMN_ORIGINS).to_pyarrow().to_pylist()
    return {(row["source"], row["table_name"], row["column_name"]): row["origin"] for row in rows}


def _parts(known: Mapping[tuple[str, str, str], Origin], source: str, column: str) -> list[tuple[str, str]]:
    """The columns that a column of the view is worked out from; a reported balance needs no amortising."""
    parts = LINEAGE.get(column, ())
    if column in ("current_balance", "ltv") and (source, "loans", "current_balance") in known:
        parts = ("loans.current_balance", *(part for part in parts if part == "loans.property_value"))
    return [(table, name) for table, _, name in (part.partition(".") for part in parts)]


def _joined(origins: list[Origin]) -> Origin:
    if "generated" in origins:
        return "generated"
    return "derived" if len(origins) > 1 or "derived" in origins else "real"
