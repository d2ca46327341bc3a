"""The demographic records, in a file of their own: no agent may read them, one check may (law 4).

Nothing but this module opens that file. Imports put records in through `keep_monitoring`; only the
fair-lending check takes them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from tools.book.engine import Book, is_duckdb, open_book
from tools.book.schemas import MONITORING
from tools.book.writing import Merged, merge_rows, transaction


def keep_monitoring(path: Path, rows: pa.RecordBatchReader) -> Merged:
    """Put demographic records away; a loan seen again replaces its record.

    Args:
        path: the monitoring file, made where missing.
        rows: columns of the `monitoring` table, one row per loan.

    Raises:
        Busy: another process holds the file; nothing was changed.
    """
    with open_monitoring(path, write=True) as records, transaction(records):
        return merge_rows(records, MONITORING.name, MONITORING.types, MONITORING.key, rows)


@contextmanager
def open_monitoring(path: Path, *, write: bool = False) -> Iterator[Book]:
    """Open the demographic records for the fair-lending check, for as long as the block runs.

    Raises:
        BadInput: there are no records yet and `write` is False.
        Busy: another process holds the file.
    """
    with open_book(f"duckdb://{path}", write=write, tables={MONITORING.name: MONITORING.types}) as records:
        yield records


@contextmanager
def monitored_beside(book: Book, path: Path) -> Iterator[Any]:
    """The records as a table on the book's own engine, so that counting happens there, for the block.

    Args:
        book: the fair-lending check's own opening of the book; nobody else may hold it meanwhile.
        path: the monitoring file.

    Raises:
        BadInput: there are no records yet. Busy: another process holds the file.
    """
    with open_monitoring(path) as records:
        rows = None if is_duckdb(book) else monitored_loans(records).to_pyarrow()
    connection, name = book.connection, ibis.util.gen_name("monitoring")
    if rows is not None:
        yield connection.create_table(name, rows, temp=True)
        connection.raw_sql(f'DROP TABLE "{name}"')
        return
    connection.attach(path, name=name, read_only=True)
    try:
        yield connection.table(MONITORING.name, database=(name, "main"))
    finally:
        connection.detach(name)


def monitored_loans(records: Book) -> Any:
    """The records as an Ibis table: loan_id, race, ethnicity, sex, age_band, tract_minority_percent."""
    table: ibis.Table = records.table(MONITORING.name)
    return table
