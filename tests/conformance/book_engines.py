"""The same tables on every engine that a book may lie on: a DuckDB file, PostgreSQL, Spark in local mode."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.book.engine import TABLES, Book, open_book

SPARK_CONFIGURATION = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.constraintPropagation.enabled": "false",
}


def arrow_tables(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """Rows as Arrow tables of the book's own types; columns that are not given are empty."""
    made = {}
    for name, types in TABLES.items():
        schema = ibis.schema(dict(types)).to_pyarrow()
        rows = [{column: row.get(column) for column in types} for row in tables.get(name, ())]
        made[name] = pa.Table.from_pylist(rows, schema=schema)
    return made


@contextmanager
def filled_book(url: str, tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Book]:
    """A book on DuckDB or PostgreSQL with these rows."""
    with open_book(url) as book:
        for name, rows in arrow_tables(tables).items():
            book.connection.truncate_table(name)
            if rows.num_rows:
                book.connection.insert(name, rows)
        yield book


@contextmanager
def spark_book(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Book]:
    """A book in a Spark catalogue that somebody else filled, as one in a warehouse is."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (the extra `spark`)")
    if not (
        os.environ.get("JAVA_HOME") or any(Path(folder, "java").exists() for folder in os.get_exec_path())
    ):
        pytest.skip("there is no Java, which Spark runs on")
    with tempfile.TemporaryDirectory(prefix="spark") as folder:
        builder = sql.SparkSession.builder.config("spark.sql.warehouse.dir", folder)
        for key, value in SPARK_CONFIGURATION.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        for name, rows in arrow_tables(tables).items():
            pq.write_table(rows, f"{folder}/{name}.parquet")
            session.read.parquet(f"{folder}/{name}.parquet").createOrReplaceTempView(name)
        with open_book("pyspark://", write=False) as book:
            yield book
