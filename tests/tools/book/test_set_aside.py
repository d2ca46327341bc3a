"""What is worked out rests on reported columns: made-up products, terms and days are set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaign.lender import parse_lender
from campaign.rates import Product, RateOffer
from tools.book.aggregates import worked_out
from tools.book.engine import Book, open_book
from tools.book.fill import fill_hmda
from tools.book.importing import import_file
from tools.book.origins import origin_of, set_aside
from tools.book.predicates import SEGMENT_ID
from tools.book.recipients import count_by_segment
from tools.book.view import consumer_loans
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
AT = datetime(2026, 2, 26, 18, tzinfo=UTC)
BARE = "action_taken,loan_amount,interest_rate,property_value\n" + "1,300000,7.5,400000\n" * 40
FULL = (
    "action_taken,activity_year,loan_amount,interest_rate,property_value,loan_type,loan_term\n"
    + "1,2021,300000,6.5,400000,2,180\n" * 40
)


def offer(product: Product, term_months: int, rate: float) -> RateOffer:
    return RateOffer(
        row=1, product=product, term_months=term_months, rate=rate, points=0, fees_usd=0, apr=rate,
        example_amount_usd=300_000, lock_days=30,
        effective_at=AT - timedelta(days=1), expires_at=AT + timedelta(days=6),
    )  # fmt: skip


OFFERS: dict[tuple[Product, int], RateOffer] = {
    ("conventional", 360): offer("conventional", 360, 6.0),
    ("conventional", 180): offer("conventional", 180, 5.0),
    ("fha", 180): offer("fha", 180, 4.5),
    ("va", 360): offer("va", 360, 5.75),
}


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Book]:
    with open_book("duckdb://") as book:
        for name, text in (("bare", BARE), ("full", FULL)):
            bring(book, tmp_path, name, text, form="hmda")
            fill_hmda(book, name, seed=7, lender=LENDER, as_of=date(2026, 2, 26), at=AT)
        yield book


def bring(book: Book, folder: Path, name: str, text: str, **more: Any) -> None:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    import_file(
        book, path, rejects=folder, monitoring=folder / "m.duckdb", at=AT, zone=LENDER.zone,
        **more,
    )  # fmt: skip


def seen(book: Book, source: str, *columns: str) -> set[tuple[object, ...]]:
    view = consumer_loans(book, OFFERS, at=AT)
    rows = view.filter(view.source == source).select(*columns).to_pyarrow().to_pylist()
    return {tuple(row.values()) for row in rows}


def test_a_made_up_product_or_term_does_not_choose_the_offer(filled: Book) -> None:
    assert len(seen(filled, "bare", "product", "term_months")) > 1
    assert seen(filled, "bare", "offered_rate", "rate_gap_bps") == {(6.0, 150.0)}
    assert seen(filled, "full", "offered_rate", "rate_gap_bps") == {(4.5, 200.0)}


def test_without_a_reported_day_the_balance_is_the_amount_lent_or_follows_the_year(filled: Book) -> None:
    assert seen(filled, "bare", "current_balance", "ltv", "months_since_funding") == {(300_000.0, 75.0, None)}
    growth, paid = 1 + 6.5 / 1200, 4 * 12 + 7
    left = 300_000 * (growth**180 - growth**paid) / (growth**180 - 1)
    ((balance, ltv, months),) = seen(filled, "full", "current_balance", "ltv", "months_since_funding")
    assert months == paid
    assert balance == pytest.approx(left, abs=0.01)
    assert ltv == pytest.approx(left / 4_000)


def test_the_origins_say_the_same(filled: Book) -> None:
    for column in ("rate_gap_bps", "offered_rate", "current_balance", "ltv"):
        assert origin_of(filled, "consumer_loans", column) == {"bare": "derived", "full": "derived"}
    months = origin_of(filled, "consumer_loans", "months_since_funding")
    assert months == {"bare": "generated", "full": "derived"}
    assert origin_of(filled, "consumer_loans", "note_rate") == {"bare": "real", "full": "real"}
    assert origin_of(filled, "consumer_loans", "product") == {"bare": "generated", "full": "real"}
    assert set(origin_of(filled, "consumer_loans", "clicks").values()) == {"generated"}
    assert set_aside(filled) == {
        "product": ("bare",),
        "term_months": ("bare",),
        "funded_date": ("bare", "full"),
    }


def test_an_example_is_used_as_it_is_since_nothing_in_it_was_reported(tmp_path: Path) -> None:
    columns = ("loan_id", "contact_id", "status", "product", "note_rate", "term_months", "original_amount",
               "current_balance", "funded_date")  # fmt: skip
    (tmp_path / "origins.csv").write_text(
        "table_name,column_name,origin\n" + "".join(f"loans,{name},generated\n" for name in columns)
    )
    text = ",".join(columns) + "\nL1,C1,funded,va,6.5,360,300000,250000,2024-02-01\n"
    with open_book("duckdb://") as book:
        bring(book, tmp_path, "loans", text)
        assert set_aside(book) == {}
        assert seen(book, tmp_path.name, "offered_rate", "current_balance") == {(5.75, 250_000.0)}
        assert origin_of(book, "consumer_loans", "rate_gap_bps") == {tmp_path.name: "generated"}
        assert origin_of(book, "consumer_loans", "current_balance") == {tmp_path.name: "generated"}


def test_reported_columns_are_real_and_a_reported_balance_needs_no_day(tmp_path: Path) -> None:
    text = "loan_id,contact_id,status,note_rate,original_amount,current_balance\nL1,C1,funded,6.5,300000,250000\n"
    with open_book("duckdb://") as book:
        bring(book, tmp_path, "loans", text)
        assert origin_of(book, "consumer_loans", "current_balance") == {tmp_path.name: "real"}
        assert origin_of(book, "consumer_loans", "rate_gap_bps") == {tmp_path.name: "derived"}
        assert origin_of(book, "consumer_loans", "months_since_funding") == {}
        assert origin_of(book, "consumer_loans", "ltv") == {}


def test_a_view_is_kept_while_the_block_runs_and_no_longer(filled: Book) -> None:
    with worked_out(filled, consumer_loans(filled, OFFERS, at=AT)) as kept:
        assert kept.count().execute() == 80
        assert kept.get_name() in filled.connection.list_tables()
    assert kept.get_name() not in filled.connection.list_tables()


def test_one_person_with_loans_in_two_segments_counts_once_in_each(tmp_path: Path) -> None:
    loans = (
        "loan_id,contact_id,status,note_rate,original_amount,state\n"
        "L1,C1,funded,7.5,300000,CA\nL2,C1,funded,3.0,200000,CA\nL3,C1,funded,3.0,100000,CA\n"
        "L4,C2,funded,7.5,300000,CA\n"
    )
    with open_book("duckdb://") as book:
        bring(book, tmp_path, "loans", loans)
        bring(book, tmp_path, "contacts",
              "contact_id,kind,email,phone,state\nC1,borrower,a@example.com,555-010-0001,CA\n"
              "C2,borrower,b@example.com,,CA\n")  # fmt: skip
        bring(book, tmp_path, "consents", "contact_id,channel,granted,at,source\n" + "".join(
            f"{who},{channel},true,2025-01-01,form\n" for who in ("C1", "C2") for channel in ("email", "phone")))  # fmt: skip
        view = consumer_loans(book, OFFERS, at=AT)
        labelled = view.mutate(**{SEGMENT_ID: (view.note_rate > 5).ifelse("high", "low")})
        found = {
            channel: count_by_segment(book, labelled, channel=channel, states=("CA",), at=AT)
            for channel in ("email", "sms", "phone")
        }
    assert found == {"email": {"high": 2, "low": 1}, "sms": {}, "phone": {"high": 1, "low": 1}}
