"""The staging engine: a file's text on a DuckDB of its own, so that nothing half-read touches the book."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from campaign.errors import BadInput
from tools.book.reading import TextFile

LINE = "line"


@contextmanager
def staged(file: TextFile) -> Iterator[Any]:
    """A file's rows as a table of text columns `c0`, `c1` ... and `line`, for as long as the block runs.

    Raises:
        Unreadable: the file breaks off or is no delimited text.
        BadInput: the disk is full.
    """
    names = [f"c{place}" for place in range(len(file.header))]
    schema = pa.schema([*((name, pa.string()) for name in names), (LINE, pa.int64())])
    with tempfile.TemporaryDirectory(prefix="vallum-") as folder:
        connection = ibis.duckdb.connect(f"{folder}/staging.duckdb", temp_directory=folder)
        engine = connection.con
        try:
            engine.register("text", pa.RecordBatchReader.from_batches(schema, file.batches()))
            engine.execute("CREATE TABLE rows AS SELECT * FROM text")
            engine.unregister("text")
            yield connection.table("rows")
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise BadInput(
                f"`{file.path.name}` does not fit on the disk.", "Free some space and import it again."
            ) from error
        except duckdb.Error as error:
            if file.failure is None:
                raise
            raise file.failure from error
        finally:
            connection.disconnect()
