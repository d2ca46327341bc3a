"""What may be known of the book without a row: counts, quantiles, shares with a smallest cell, a sample.

Everything here runs on the book's own engine. Only `sample` brings rows into Python, a stated number
of them and without any id; it feeds the statistics and never a language model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from campaign.errors import BadInput
from tools.book.engine import Book
from tools.book.predicates import SEGMENT_ID
from tools.book.view import AGENT_COLUMNS

SMALLEST_CELL = 10
LARGEST_SAMPLE = 200_000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_IDS = ("loan_id", "contact_id")


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One column of the view in aggregate, in the shape that a mind is shown.

    Attributes:
        column, unit, meaning: as documented in the view.
        quantiles: 5, 25, 50, 75, 95 % for numbers; empty where too few rows have a value.
        shares: for words, share of all rows, cells below the smallest size left out.
        rows: rows that have a value.
    """

    column: str
    unit: str
    meaning: str
    quantiles: tuple[float, ...] = ()
    shares: dict[str, float] | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One group of rows in aggregate: its name, size, and a summary of each column asked for."""

    group: str
    rows: int
    columns: tuple[ColumnSummary, ...]


@contextmanager
def worked_out(book: Book, table: Any) -> Iterator[Any]:
    """A view kept by the engine while the block runs, so that many questions work it out once.

    It is a temporary table of this connection: other processes do not see it, and a book opened for reading
    only can hold it. Spark, which has no temporary tables, keeps the rows in memory.
    """
    connection, name = book.connection, ibis.util.gen_name("worked_out")
    if connection.name == "pyspark":
        with table.cache() as kept:
            yield kept
        return
    connection.create_table(name, table, temp=True)
    try:
        yield connection.table(name)
    finally:
        connection.raw_sql(f'DROP TABLE "{name}"')  # Ibis' own drop_table loses the name with sqlglot 30


def count_rows(table: Any) -> int:
    """How many rows a table has, counted on its engine."""
    return int(table.count().execute())


def column_facts(
    table: Any, columns: Sequence[str], *, smallest_cell: int = SMALLEST_CELL
) -> tuple[ColumnSummary, ...]:
    """Quantiles of numbers and shares of words, in the order asked.

    Raises:
        BadInput: a column is no column of the view or is an id, or the cell is smaller than 10 rows.
    """
    _permit(columns)
    _permit_cell(smallest_cell)
    numbers = [
        column for column in columns if column != SEGMENT_ID and AGENT_COLUMNS[column].kind == "number"
    ]
    facts = _quantiles(table, numbers, smallest_cell)
    for column in columns:
        if column not in facts:
            facts[column] = _shares(table, column, smallest_cell)
    return tuple(facts[column] for column in columns)


def group_facts(
    table: Any, by: str, columns: Sequence[str], *, smallest_cell: int = SMALLEST_CELL
) -> tuple[GroupSummary, ...]:
    """The same for each value of a column, largest group first, groups below the smallest cell left out."""
    _permit((by,))
    sizes = cross_counts(table, (by,), smallest_cell=smallest_cell)
    return tuple(
        GroupSummary(
            group, rows, column_facts(table.filter(table[by] == group), columns, smallest_cell=smallest_cell)
        )
        for (group,), rows in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    )


def cross_counts(
    table: Any, by: Sequence[str], *, smallest_cell: int = SMALLEST_CELL
) -> dict[tuple[str, ...], int]:
    """Rows for each combination of words, combinations below the smallest cell left out."""
    _permit(by)
    _permit_cell(smallest_cell)
    counted = table.group_by(list(by)).aggregate(rows=table.count())
    shown = counted.filter(counted.rows >= smallest_cell).to_pyarrow().to_pylist()
    return {
        tuple(str(row[name]) for name in by): int(row["rows"])
        for row in shown
        if all(row[name] is not None for name in by)
    }


def sample(table: Any, columns: Sequence[str], *, rows: int, seed: int) -> pa.Table:
    """A bounded random sample of the view, the same rows for the same seed and engine.

    Args:
        columns: of the view (or `segment_id`), never an id. rows: at most 200,000. seed: which sample.

    Raises:
        BadInput: a column is none of the view or an id, or too many rows are asked for.
    """
    _permit(columns)
    if not 0 < rows <= LARGEST_SAMPLE:
        raise BadInput(
            f"A sample of {rows:,} rows is out of bounds.", f"Ask for 1 to {LARGEST_SAMPLE:,} rows."
        )
    salted = table.loan_id + ibis.literal(f"#{seed}")
    drawn = table.mutate(drawn=salted.hash()).order_by("drawn", "loan_id").limit(rows)
    found: pa.Table = drawn.select(*columns).to_pyarrow()
    return found


def _permit(columns: Sequence[str]) -> None:
    for column in columns:
        if column in _IDS or (column not in AGENT_COLUMNS and column != SEGMENT_ID):
            allowed = ", ".join(name for name in AGENT_COLUMNS if name not in _IDS)
            raise BadInput(f"`{column}` may not be summarised.", f"Use one of {allowed}.")


def _permit_cell(rows: int) -> None:
    if rows < SMALLEST_CELL:
        raise BadInput(
            f"A cell of {rows} rows may show a person.", f"Ask for cells of {SMALLEST_CELL} or more."
        )


def _quantiles(table: Any, columns: Sequence[str], smallest_cell: int) -> dict[str, ColumnSummary]:
    if not columns:
        return {}
    asked = {
        f"{column}.{place}": table[column].quantile(quantile)
        for column in columns
        for place, quantile in enumerate(QUANTILES)
    }
    counts = {f"{column}.rows": table[column].count() for column in columns}
    found = table.aggregate(**asked, **counts).to_pyarrow().to_pylist()[0]
    return {column: _number_summary(column, found, smallest_cell) for column in columns}


def _number_summary(column: str, found: dict[str, Any], smallest_cell: int) -> ColumnSummary:
    rows = int(found[f"{column}.rows"])
    shown = rows >= smallest_cell
    values = tuple(float(found[f"{column}.{place}"]) for place in range(len(QUANTILES))) if shown else ()
    meant = AGENT_COLUMNS[column]
    return ColumnSummary(column, meant.unit, meant.meaning, values, {}, rows if shown else 0)


def _shares(table: Any, column: str, smallest_cell: int) -> ColumnSummary:
    rows = count_rows(table)
    counts = cross_counts(table, (column,), smallest_cell=smallest_cell)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shares = {word: count / rows for (word,), count in ordered}
    meant = AGENT_COLUMNS.get(column)
    return ColumnSummary(
        column, meant.unit if meant else "", meant.meaning if meant else "", (), shares, sum(counts.values())
    )
