"""Moved prices asked of what stands: loan by loan the answers of a fresh scan, in every kind of book."""

from __future__ import annotations

from typing import Any

import pytest

from campaign.lender import parse_lender
from tests.conformance.book_engines import filled_book
from tests.conformance.trigger_books import AT, lenders, random_book, random_sheet
from tools.book.engine import Book
from tools.triggers.scan import scan
from tools.triggers.what_if import PRICED, eligible_at, standing_loans
from tools.workspace import EXAMPLE_LENDER

LENDERS = lenders(parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8")))
SHIFTS = (-150.0, 0.0, 150.0)
LOANS = 700


def scanned(book: Book, seed: int, shift: float) -> set[tuple[str, str]]:
    """Trigger and loan of everyone that the scan takes at moved prices."""
    rows = scan(book, random_sheet(seed), LENDERS[seed % 2], at=AT, shift_bps=shift, only=PRICED)
    return {(row["trigger"], row["loan_id"]) for row in rows.to_pyarrow().to_pylist() if row["eligible"]}


def taken(standing: Any, seed: int, shift: float) -> set[tuple[str, str]]:
    rows = eligible_at(standing, random_sheet(seed), LENDERS[seed % 2], at=AT, shift_bps=shift)
    return {(one, row["loan_id"]) for row in rows.to_pyarrow().to_pylist() for one in PRICED if row[one]}


@pytest.mark.parametrize("seed", [0, 1])
def test_it_takes_whom_a_scan_at_moved_prices_takes(seed: int) -> None:
    with filled_book("duckdb://", random_book(seed, LOANS)) as book:
        wanted = {shift: scanned(book, seed, shift) for shift in SHIFTS}
        with standing_loans(book, LENDERS[seed % 2], at=AT) as standing:
            assert {shift: taken(standing, seed, shift) for shift in SHIFTS} == wanted
    assert wanted[-150.0] != wanted[150.0], "the moves matter in this book"
    assert {trigger for trigger, _ in wanted[-150.0]} == set(PRICED)


def test_nothing_is_left_in_the_book() -> None:
    with filled_book("duckdb://", random_book(0, 20)) as book:
        before = book.connection.list_tables()
        with standing_loans(book, LENDERS[0], at=AT):
            pass
        assert book.connection.list_tables() == before
