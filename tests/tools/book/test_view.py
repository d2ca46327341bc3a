"""The agents' view: one row per consumer loan, permitted columns, worked out as documented."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.rates import PRODUCTS
from tests.tools.book.books import AT, OFFERS, bring
from tools.book.engine import Book, open_book
from tools.book.view import AGENT_COLUMNS, consumer_loans, offered_rate

LOANS = "loan_id,contact_id,status,product,note_rate,term_months,original_amount,current_balance,property_value,funded_date,state\n"


def view(book: Book) -> list[dict[str, Any]]:
    return consumer_loans(book, OFFERS, at=AT).order_by("loan_id").to_pyarrow().to_pylist()


def test_the_view_has_the_documented_columns_and_no_others(book: Book) -> None:
    seen = consumer_loans(book, OFFERS, at=AT)
    assert tuple(seen.columns) == tuple(AGENT_COLUMNS)
    for name, column in AGENT_COLUMNS.items():
        assert seen[name].type().is_numeric() == (column.kind == "number"), name
        assert column.meaning


def test_ids_state_and_source_may_not_define_a_segment() -> None:
    assert {name for name, column in AGENT_COLUMNS.items() if not column.may_cut} == {
        "loan_id", "contact_id", "state", "source",
    }  # fmt: skip


def test_a_loan_is_seen_with_what_follows_from_it(book: Book, tmp_path: Path) -> None:
    bring(
        book,
        tmp_path,
        "loans.csv",
        LOANS + "L1,C1,funded,conventional,7.25,360,300000,,400000,2024-03-01,CA\n",
    )
    events = "".join(f"C1,{AT - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ},{kind}\n" for days, kind in [
        (1, "sent"), (2, "sent"), (3, "open"), (364, "click"), (366, "click"), (-1, "click"), (5, "application"),
    ])  # fmt: skip
    bring(book, tmp_path, "events.csv", "contact_id,at,kind\n" + events)
    (loan,) = view(book)
    assert loan["months_since_funding"] == 23
    assert loan["current_balance"] == pytest.approx(294_244.02)
    assert loan["ltv"] == pytest.approx(100 * 294_244.02 / 400_000)
    assert (loan["offered_rate"], loan["rate_gap_bps"]) == (6.125, 112.5)
    assert (loan["sends"], loan["opens"], loan["clicks"], loan["applications"]) == (2, 1, 1, 1)
    assert loan["source"] == tmp_path.name


def test_a_reported_balance_stands_and_unknown_parts_stay_unknown(book: Book, tmp_path: Path) -> None:
    bring(
        book,
        tmp_path,
        "loans.csv",
        LOANS
        + "L1,,funded,conventional,7,360,300000,250000,,2024-03-01,\n"
        + "L2,,funded,heloc,8,120,50000,,,2024-03-01,\n"
        + "L3,,applied,,,,300000,,0,,\n",
    )
    one, two, three = view(book)
    assert (one["current_balance"], one["ltv"]) == (250_000, None)
    assert (two["current_balance"], two["offered_rate"], two["rate_gap_bps"]) == (50_000, None, None)
    assert (three["current_balance"], three["months_since_funding"], three["ltv"]) == (300_000, None, None)
    assert (three["offered_rate"], three["rate_gap_bps"]) == (6.125, None)


def test_referral_partners_are_no_consumers_and_the_contacts_state_stands_in(
    book: Book, tmp_path: Path
) -> None:
    bring(book, tmp_path, "contacts.csv", "contact_id,kind,state\nA,agent,CA\nB,borrower,TX\n")
    row = "{},{},funded,conventional,7,360,300000,,,2024-03-01,\n"
    bring(
        book,
        tmp_path,
        "loans.csv",
        LOANS + row.format("L1", "A") + row.format("L2", "B") + row.format("L3", "Z"),
    )
    assert [(loan["loan_id"], loan["state"]) for loan in view(book)] == [("L2", "TX"), ("L3", None)]


ENGINE = ibis.duckdb.connect()


@settings(max_examples=60, deadline=None)
@given(
    st.none() | st.sampled_from(PRODUCTS),
    st.none() | st.integers(1, 480),
    st.sets(st.sampled_from(sorted(OFFERS))),
)
def test_the_offered_rate_is_the_documented_one(
    product: Any, term: int | None, on_sheet: set[tuple[Any, int]]
) -> None:
    offers = {key: OFFERS[key] for key in on_sheet}
    held = ibis.memtable({"p": [product], "t": [term]}, schema={"p": "string", "t": "int64"})
    found = ENGINE.to_pyarrow(held.select(rate=offered_rate(held.p, held.t, offers)))["rate"][0].as_py()
    wanted = product or "conventional"
    bucket, other = (180, 360) if term is not None and term <= 180 else (360, 180)
    best = offers.get((wanted, bucket)) or offers.get((wanted, other))
    assert found == (best.rate if best else None)


loan = st.tuples(
    st.dates(date(1996, 1, 1), date(2027, 12, 31)),
    st.floats(0.5, 18).map(lambda rate: round(rate, 4)),
    st.sampled_from([120, 180, 360]),
    st.integers(10_000, 2_000_000),
)


def balance_of(funded: date, rate: float, term: int, amount: int) -> tuple[int, float]:
    age = max((AT.year - funded.year) * 12 + AT.month - funded.month - (funded.day > AT.day), 0)
    payment = amount * (rate / 1200) / (1 - (1 + rate / 1200) ** -term)
    balance = float(amount)
    for _ in range(min(age, term)):
        balance = balance * (1 + rate / 1200) - payment
    return age, balance


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(loan, min_size=1, max_size=40))
def test_the_amortised_balance_is_that_of_a_payment_by_payment_count(
    tmp_path: Path, loans: list[tuple[date, float, int, int]]
) -> None:
    text = "".join(
        f"L{number:02},,funded,conventional,{rate},{term},{amount},,,{funded},CA\n"
        for number, (funded, rate, term, amount) in enumerate(loans)
    )
    with open_book("duckdb://") as book:
        bring(book, tmp_path, "loans.csv", LOANS + text)
        found = [(seen["months_since_funding"], seen["current_balance"]) for seen in view(book)]
    wanted = [balance_of(*one) for one in loans]
    assert [age for age, _ in found] == [age for age, _ in wanted]
    assert [balance for _, balance in found] == pytest.approx([balance for _, balance in wanted], abs=0.02)
