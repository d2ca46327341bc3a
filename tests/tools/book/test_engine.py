"""Opening the book: each way it can fail is one sentence, and the same code runs on a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.errors import BadInput, Busy, UnknownName, Unreadable
from campaign.segment import Condition, Predicate
from tests.tools.book.books import AT, OFFERS, bring
from tools.book.aggregates import column_facts, count_rows, sample
from tools.book.engine import Book, open_book
from tools.book.predicates import compile_predicate
from tools.book.recipients import recipients
from tools.book.standing import standing_of
from tools.book.view import consumer_loans

HOLDER = """
import sys
import duckdb
held = duckdb.connect(sys.argv[1])
held.execute("CREATE TABLE IF NOT EXISTS mark (one INTEGER)")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held_book(tmp_path: Path) -> Iterator[Path]:
    """A book that another process is writing."""
    path = tmp_path / "book.duckdb"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield path
    finally:
        holder.communicate("")


@pytest.mark.parametrize("write", [True, False])
def test_a_book_held_by_another_process_is_busy(held_book: Path, write: bool) -> None:
    with (
        pytest.raises(Busy, match="is held by another process; nothing was changed"),
        open_book(f"duckdb://{held_book}", write=write),
    ):
        pass


def test_two_readers_may_share_a_book_in_one_process_and_a_writer_may_not_join(tmp_path: Path) -> None:
    url = f"duckdb://{tmp_path}/book.duckdb"
    with open_book(url):
        pass
    with open_book(url, write=False), open_book(url, write=False), pytest.raises(Busy), open_book(url):
        pass


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("duckdb:///absent/folder/book.duckdb", "cannot be opened"),
        ("postgresql://nobody@127.0.0.1:1/book", "No book answers at `127.0.0.1`"),
        ("snowflake://nobody@nowhere/book", "The engine `snowflake` is not installed"),
        ("carrier-pigeon://loft", "No book answers at `loft`"),
    ],
)
def test_a_book_that_is_not_there_is_bad_input(url: str, fact: str) -> None:
    with pytest.raises(BadInput, match=fact), open_book(url):
        pass


def test_reading_makes_no_book(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInput, match="There is no book"),
        open_book(f"duckdb://{tmp_path}/b.duckdb", write=False),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_book_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    path.write_text("loan_id,note_rate\n" * 1000)
    with pytest.raises(Unreadable, match="is no DuckDB book"), open_book(f"duckdb://{path}"):
        pass


def test_an_unknown_table_is_named(book: Book) -> None:
    with pytest.raises(UnknownName, match="no table `monitoring`"):
        book.table("monitoring")


@pytest.mark.server
def test_the_same_code_runs_on_a_server(tmp_path: Path, postgres_url: str) -> None:
    contacts = "contact_id,kind,first_name,email,state\n" + "".join(
        f"C{place},borrower,Ann,a{place}@example.com,CA\n" for place in range(20)
    )
    loans = "loan_id,contact_id,product,note_rate,term_months,original_amount,funded_date,status\n" + "".join(
        f"L{place},C{place},fha,{5 + place / 10},360,300000,2024-03-01,funded\n" for place in range(20)
    )
    consents = "contact_id,channel,granted,at\nC1,email,true,2025-01-01\nC19,email,true,2025-01-01\n"
    high = Predicate(conditions=(Condition(column="rate_gap_bps", operator="at_least", value=50.0),))
    answers = []
    for url in ("duckdb://", postgres_url):
        with open_book(url) as book:
            for name, text in (
                ("contacts", contacts),
                ("loans", loans),
                ("consents", consents),
                ("loans", loans),
            ):
                report = bring(book, tmp_path, f"{name}.csv", text)
            seen = consumer_loans(book, OFFERS, at=AT)
            inside = seen.filter(compile_predicate(high, seen))
            answers.append(
                (
                    (report.taken, report.updated, report.dangling),
                    seen.order_by("loan_id").to_pyarrow().to_pylist(),
                    count_rows(inside),
                    column_facts(seen, ("note_rate", "product")),
                    sample(seen, ("note_rate",), rows=20, seed=1).num_rows,
                    list(recipients(book, high, OFFERS, channel="email", states=("CA",), at=AT)),
                    standing_of(book, at=AT),
                )
            )
    assert answers[0] == answers[1]
    assert answers[0][2] == 6
    assert [one.contact_id for one in answers[0][5]] == ["C19"]
