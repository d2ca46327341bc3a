"""Rows are merged by key, columns that are absent stay, and a transaction is all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.book.engine import Book, open_book
from tools.book.writing import merge_rows, transaction

TYPES = {"key": "string", "part": "string", "one": "int64", "two": "string"}
TABLES = {"kept": TYPES}


def merge(book: Book, rows: list[dict[str, Any]], *columns: str) -> tuple[int, int]:
    schema = pa.schema([(name, pa.int64() if name == "one" else pa.string()) for name in columns])
    merged = merge_rows(book, "kept", TYPES, ("key", "part"), pa.Table.from_pylist(rows, schema).to_reader())
    return merged.rows, merged.updated


def held(book: Book) -> dict[tuple[Any, Any], tuple[Any, Any]]:
    return {
        (row["key"], row["part"]): (row["one"], row["two"])
        for row in book.table("kept").to_pyarrow().to_pylist()
    }


keys = st.tuples(st.sampled_from("ab"), st.none() | st.sampled_from("xy"))
batches = st.lists(st.tuples(st.booleans(), st.dictionaries(keys, st.integers(0, 9), max_size=4)), max_size=4)


@settings(max_examples=25, deadline=None)
@given(batches)
def test_merging_is_what_a_dictionary_does(
    found: list[tuple[bool, dict[tuple[str, str | None], int]]],
) -> None:
    model: dict[tuple[Any, Any], tuple[Any, Any]] = {}
    with open_book("duckdb://", tables=TABLES) as book:
        for whole, rows in found:
            given_rows = [{"key": k, "part": p, "one": n, "two": str(n)} for (k, p), n in rows.items()]
            updated = sum(key in model for key in rows)
            columns = ("key", "part", "one", "two") if whole else ("key", "part", "one")
            assert merge(book, given_rows, *columns) == (len(rows), updated)
            for key, number in rows.items():
                model[key] = (number, str(number) if whole else model.get(key, (None, None))[1])
        assert held(book) == model


def stopped_half_way(book: Book) -> None:
    changed = [{"key": "a", "part": "x", "one": 2}, {"key": "b", "part": "y", "one": 3}]
    with transaction(book):
        merge(book, changed, "key", "part", "one")
        raise KeyboardInterrupt


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with open_book(f"duckdb://{tmp_path}/kept.duckdb", tables=TABLES) as book:
        merge(book, [{"key": "a", "part": "x", "one": 1}], "key", "part", "one")
        with pytest.raises(KeyboardInterrupt):
            stopped_half_way(book)
        assert held(book) == {("a", "x"): (1, None)}
        assert book.connection.list_tables() == ["kept"]
