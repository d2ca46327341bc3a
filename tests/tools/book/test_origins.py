"""Where columns came from, so that no finding rests on one that was made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.errors import Unreadable
from tools.book.engine import Book
from tools.book.origins import VIEW, origin_of, origins_beside, real_sources, record_origins


def test_a_column_has_one_origin_per_import_and_the_last_word_stands(book: Book) -> None:
    record_origins(book, "one", "loans", {"note_rate": "real", "fico": "generated"})
    record_origins(book, "two", "loans", {"note_rate": "generated"})
    record_origins(book, "two", "loans", {"note_rate": "derived"})
    assert origin_of(book, "loans", "note_rate") == {"one": "real", "two": "derived"}
    assert real_sources(book, "loans", "note_rate") == {"one"}
    assert real_sources(book, "loans", "fico") == set()
    assert origin_of(book, "loans", "purpose") == {}


def test_a_column_of_the_view_is_derived_where_it_is_worked_out_from_reported_ones(book: Book) -> None:
    record_origins(book, "core", "loans", {"note_rate": "real", "product": "real", "term_months": "real"})
    record_origins(book, "bare", "loans", {"purpose": "real"})
    record_origins(book, "made", "loans", dict.fromkeys(("note_rate", "product", "term_months"), "generated"))
    assert origin_of(book, VIEW, "rate_gap_bps") == {"core": "derived", "made": "generated"}
    assert origin_of(book, VIEW, "note_rate") == {"core": "real", "made": "generated"}
    assert real_sources(book, VIEW, "rate_gap_bps") == {"core"}
    assert real_sources(book, VIEW, "purpose") == {"bare"}


def test_a_reported_balance_needs_no_amortising(book: Book) -> None:
    record_origins(
        book,
        "one",
        "loans",
        {"current_balance": "real", "property_value": "real", "funded_date": "generated"},
    )
    assert origin_of(book, VIEW, "current_balance") == {"one": "real"}
    assert origin_of(book, VIEW, "ltv") == {"one": "derived"}


def test_an_origins_file_with_an_unknown_origin_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "origins.csv").write_text(
        "table_name,column_name,origin\nloans,fico,real\nloans,state,guessed\n"
    )
    with pytest.raises(Unreadable, match=r"origins\.csv:3: names no origin"):
        origins_beside(tmp_path / "loans.csv", "loans")
    assert origins_beside(tmp_path / "nowhere" / "loans.csv", "loans") == {}
