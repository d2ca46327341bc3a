"""The scan over the example book: every loan has one reason, and the counts add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from campaign.lender import Lender, parse_lender
from campaign.moment import end_of_day
from tools.book.engine import Book, open_book
from tools.book.generator import generate_book
from tools.book.importing import import_file
from tools.book.recipients import contactable
from tools.market.example_sheets import example_sheet
from tools.market.series import shipped_market
from tools.triggers.held_loans import POPULATION
from tools.triggers.reasons import ELIGIBLE, RATE_REASONS
from tools.triggers.scan import SCAN_COLUMNS, counts, scan
from tools.workspace import EXAMPLE_LENDER

DAY = date(2026, 2, 26)
LENDER: Lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
AT = end_of_day(DAY, LENDER.zone)
SHEET = example_sheet(DAY, LENDER, shipped_market())


@pytest.fixture(scope="module")
def example_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    folder: Path = tmp_path_factory.mktemp("book")
    made = generate_book(folder, loans=3_000, seed=1, lender=LENDER, as_of=DAY)
    with open_book("duckdb://") as book:
        for path in made.files.values():
            import_file(
                book,
                path,
                rejects=folder / "rejects",
                monitoring=folder / "m.duckdb",
                at=AT,
                zone=LENDER.zone,
            )
        yield book


def test_counts_have_a_key_per_reason_and_add_up_to_the_loans_looked_at(example_book: Book) -> None:
    counted = counts(scan(example_book, SHEET, LENDER, at=AT, only=("rate",)))
    loans = example_book.table("loans")
    assert list(counted) == [ELIGIBLE, *RATE_REASONS]
    assert sum(counted.values()) == loans.filter(loans.status.isin(POPULATION)).count().execute() > 2_000
    assert counted[ELIGIBLE] > 50


def test_every_loan_has_one_row_and_the_eligible_ones_may_be_written_to(example_book: Book) -> None:
    rows = scan(example_book, SHEET, LENDER, at=AT, only=("rate",)).to_pyarrow().to_pylist()
    assert tuple(rows[0]) == SCAN_COLUMNS
    assert len({row["loan_id"] for row in rows}) == len(rows)
    inside = [row for row in rows if row["eligible"]]
    reachable = contactable(example_book, channel="email", at=AT).contact_id.to_pyarrow().to_pylist()
    assert {row["contact_id"] for row in inside} <= set(reachable)
    assert all(row["benefit_bps"] >= 50 and row["monthly_saving_usd"] >= 25 for row in inside)
    assert all((row["reason"] == ELIGIBLE) == row["eligible"] for row in rows)


def test_lower_prices_reach_more_borrowers(example_book: Book) -> None:
    reached = [
        counts(scan(example_book, SHEET, LENDER, at=AT, shift_bps=bps, only=("rate",)))[ELIGIBLE]
        for bps in (100, 0, -100)
    ]
    assert reached == sorted(reached)
    assert reached[0] < reached[2]
