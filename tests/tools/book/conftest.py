"""The book of each test: empty, in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.book.engine import Book, open_book


@pytest.fixture
def book() -> Iterator[Book]:
    with open_book("duckdb://") as opened:
        yield opened
