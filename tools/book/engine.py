"""Opening the book on its engine, so that nobody above knows whether it is a file or a warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import ibis
import psycopg
from ibis.common.exceptions import IbisError

from campaign.errors import BadInput, Busy, UnknownName, Unreadable
from tools.book.schemas import BOOK_TABLES, IMPORTS_TYPES, ORIGINS_TYPES

COLUMN_ORIGINS = "column_origins"
IMPORTS = "imports"
TABLES: dict[str, Mapping[str, str]] = {
    **{schema.name: schema.types for schema in BOOK_TABLES},
    COLUMN_ORIGINS: ORIGINS_TYPES,
    IMPORTS: IMPORTS_TYPES,
}


@dataclass(frozen=True, slots=True)
class Book:
    """An open book.

    Attributes:
        connection: the Ibis backend that holds its tables.
        url: where it is.
        tables: table -> column -> Ibis type.
    """

    connection: Any
    url: str
    tables: Mapping[str, Mapping[str, str]]

    def table(self, name: str) -> ibis.Table:
        """A table of the book as an Ibis expression; nothing is read until it is asked for.

        Raises:
            UnknownName: the book has no such table.
        """
        if name not in self.tables:
            raise UnknownName(f"The book has no table `{name}`.", f"Its tables: {', '.join(self.tables)}.")
        return self.connection.table(name)


@contextmanager
def open_book(
    url: str, *, write: bool = True, tables: Mapping[str, Mapping[str, str]] = TABLES
) -> Iterator[Book]:
    """Open the book that a URL names, for as long as the block runs.

    Args:
        url: `duckdb:///absolute/path/book.duckdb`, `duckdb://` for one in memory, or any Ibis URL.
        write: make the file and its tables where they are missing. False opens a DuckDB file for reading
            only, which any number of processes may do together.
        tables: table -> column -> Ibis type of what is kept there; the book's own unless said otherwise.

    Raises:
        Busy: another process holds the file.
        BadInput: nothing answers at that URL, or there is no book there and `write` is False.
        Unreadable: the file there is no book.
    """
    connection = _connect(url, write=write)
    try:
        if write:
            _make_tables(connection, tables)
        yield Book(connection, url, tables)
    finally:
        connection.disconnect()


def is_duckdb(book: Book) -> bool:
    """Whether the book is a DuckDB file, which one process at a time may write."""
    return bool(book.connection.name == "duckdb")


def _connect(url: str, *, write: bool) -> Any:
    parts = urlsplit(url)
    if parts.scheme != "duckdb":
        return _connect_server(url, parts.scheme)
    path = Path(parts.path) if parts.path and not parts.netloc else None
    if path is not None and not write and not path.is_file():
        raise BadInput(f"There is no book at `{path}`.", "Run `vallum book import FILE` first.")
    try:
        return ibis.duckdb.connect(
            str(path) if path else ":memory:", read_only=not write and path is not None
        )
    except (duckdb.IOException, duckdb.ConnectionException) as error:
        raise _unopened(path, str(error)) from error


def _unopened(path: Path | None, said: str) -> BadInput:
    if "lock" in said or "different configuration" in said:
        return Busy(
            f"The book `{path}` is held by another process; nothing was changed.",
            "Try again when it has ended.",
        )
    if "not a valid DuckDB" in said:
        return Unreadable(str(path), "is no DuckDB book.", "Move it away, or set VALLUM_BOOK_URL.")
    return BadInput(f"The book `{path}` cannot be opened.", "Check that its folder exists and is yours.")


def _connect_server(url: str, scheme: str) -> Any:
    where = urlsplit(url).hostname or url
    try:
        return ibis.connect(url)
    except (ImportError, AttributeError) as error:
        raise BadInput(
            f"The engine `{scheme}` is not installed.", f"Install `ibis-framework[{scheme}]` beside Vallum."
        ) from error
    except (ValueError, OSError, IbisError, psycopg.Error) as error:
        raise BadInput(f"No book answers at `{where}`.", "Check VALLUM_BOOK_URL and the server.") from error


def _make_tables(connection: Any, tables: Mapping[str, Mapping[str, str]]) -> None:
    kept = set(connection.list_tables())
    for name, types in tables.items():
        if name not in kept:
            connection.create_table(name, schema=ibis.schema(dict(types)))
