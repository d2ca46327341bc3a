"""Telling the rows that can be taken from those that cannot, and keeping the reason of each refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from tools.book.conversion import RAW, WHY, Converted
from tools.book.reading import TextFile
from tools.book.rejects import Reject
from tools.book.staging import LINE
from tools.book.table_schema import TableSchema


@dataclass(frozen=True, slots=True)
class Cleared:
    """The rows of one table that can be taken.

    Attributes:
        rows: typed columns only, one row per key. count: how many.
        duplicates: rows that a later row of the file with the same key replaced.
        rejects: what was refused, cell by cell.
    """

    rows: Any
    duplicates: int
    rejects: tuple[Reject, ...]


def clear(converted: Converted, schema: TableSchema) -> Cleared:
    """Separate a file's rows; of rows with one key the later wins.

    Only the refused rows are brought into Python.
    """
    connection = converted.rows.get_backend()
    name = f"converted_{schema.name}"
    connection.create_table(name, converted.rows)
    rows = connection.table(name)
    columns = [column for column in rows.columns if f"{WHY}{column}" in rows.columns]
    bad = ibis.or_(*(rows[f"{WHY}{column}"].notnull() for column in columns))
    rejects = _rejects(rows.filter(bad), columns)
    good = rows.filter(~bad)
    key = [column for column in schema.key if column in columns]
    ranked = good.mutate(
        later=ibis.row_number().over(ibis.window(group_by=key, order_by=ibis.desc(good[LINE])))
    )
    last = ranked.filter(ranked.later == 0)
    duplicates = int(good.count().execute()) - int(last.count().execute())
    absent = {name: ibis.null(schema.types[name]) for name in schema.key if name not in columns}
    return Cleared(last.select(*columns, **absent), duplicates, tuple(rejects))


def malformed_rejects(file: TextFile) -> tuple[Reject, ...]:
    """Rows whose cells do not fit the header, as rejects; a totals line of another width is none."""
    return tuple(
        Reject(row.line, "", row.text, row.reason)
        for row in file.malformed
        if not row.text.lstrip('"').casefold().startswith(("total", "grand total"))
    )


def _rejects(bad: Any, columns: list[str]) -> list[Reject]:
    found = []
    for row in bad.to_pyarrow().to_pylist():
        for column in columns:
            if row[f"{WHY}{column}"] is not None:
                found.append(Reject(row[LINE], column, row[f"{RAW}{column}"] or "", row[f"{WHY}{column}"]))
    return found
