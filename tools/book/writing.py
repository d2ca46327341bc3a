"""Writing rows into the book: one transaction per file, and an id seen again replaces what was there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
import sqlglot.expressions as sge

from tools.book.engine import Book, is_duckdb

_INCOMING = "vallum_incoming"
_MERGED = "vallum_merged"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: rows written, and how many of them replaced an earlier row."""

    rows: int
    updated: int


@contextmanager
def transaction(book: Book) -> Iterator[None]:
    """All or nothing: what the block writes is kept only where it ends without an error."""
    connection = book.connection
    if not is_duckdb(book):
        with connection.con.transaction():
            yield
        return
    connection.raw_sql("BEGIN TRANSACTION")
    finished = False
    try:
        yield
        finished = True
    finally:
        connection.raw_sql("COMMIT" if finished else "ROLLBACK")


def merge_rows(
    book: Book, table: str, types: Mapping[str, str], key: tuple[str, ...], rows: pa.RecordBatchReader
) -> Merged:
    """Write rows into a table of the book; columns the rows lack keep what an earlier row of that key had.

    Args:
        table: its name. types: column -> Ibis type of the whole table. key: columns that name a row.
        rows: some of its columns, one row per key.
    """
    connection = book.connection
    _stage(book, rows)
    incoming, kept = connection.table(_INCOMING), connection.table(table)
    same = [incoming[name].identical_to(kept[name]) for name in key]
    updated = int(incoming.semi_join(kept, same).count().execute())
    connection.create_table(_MERGED, _completed(incoming, kept if updated else None, types, same), temp=True)
    if updated:
        connection.raw_sql(_deletion(table, key))
    merged = connection.table(_MERGED)
    count = int(merged.count().execute())
    connection.insert(table, merged)
    for name in (_MERGED, _INCOMING):
        connection.raw_sql(f"DROP TABLE {name}")  # Ibis' own drop_table loses the name with sqlglot 30
    return Merged(rows=count, updated=updated)


def _completed(incoming: Any, kept: Any, types: Mapping[str, str], same: list[Any]) -> Any:
    """The incoming rows with every column of the table: theirs, else what was kept for the key, else null."""
    columns = {
        name: incoming[name].cast(type_)
        if name in incoming.columns
        else (ibis.null(type_) if kept is None else kept[name])
        for name, type_ in types.items()
    }
    source = incoming if kept is None else incoming.left_join(kept, same)
    return source.select(**columns)


def _stage(book: Book, rows: pa.RecordBatchReader) -> None:
    """Bring the rows to the engine: streamed into DuckDB, as one block into any other."""
    if is_duckdb(book):
        engine = book.connection.con
        engine.register("vallum_reader", rows)
        engine.execute("CREATE TEMP TABLE vallum_incoming AS SELECT * FROM vallum_reader")
        engine.unregister("vallum_reader")
        return
    book.connection.create_table(_INCOMING, rows.read_all(), temp=True)


def _deletion(table: str, key: tuple[str, ...]) -> Any:
    target = sge.to_identifier(table, quoted=True)
    staged = sge.to_identifier(_INCOMING, quoted=True)
    same = sge.and_(
        *(
            sge.NullSafeEQ(
                this=sge.Column(this=sge.to_identifier(name, quoted=True), table=target),
                expression=sge.Column(this=sge.to_identifier(name, quoted=True), table=staged),
            )
            for name in key
        )
    )
    match = sge.select(sge.Literal.number(1)).from_(sge.Table(this=staged)).where(same)
    return sge.delete(sge.Table(this=target), where=sge.Exists(this=match))
