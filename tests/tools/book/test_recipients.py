"""Nobody is addressed without a known consent, and the latest refusal counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.segment import Condition, Predicate
from tests.tools.book.books import AT, OFFERS, bring
from tools.book.engine import Book, open_book
from tools.book.recipients import Recipient, contactable, count_contactable, recipients
from tools.book.schemas import SCHEMAS
from tools.book.writing import merge_rows

CONTACTS = (
    "contact_id,kind,first_name,email,phone,state,timezone\n"
    "C1,borrower,Ann,ann@example.com,(208) 555-0101,CA,America/Los_Angeles\n"
    "C2,borrower,Bo,bo@example.com,,CA,\n"
    "C3,borrower,Cy,,208-555-0103,CA,\n"
    "C4,borrower,Di,di@example.com,,NY,\n"
    "C5,agent,Ed,ed@example.com,,CA,\n"
    "C6,borrower,Ann,ANN@example.com,,CA,\n"
)
LOANS = "loan_id,contact_id,note_rate,state,status\n" + "".join(
    f"L{number},C{number},7,,funded\n" for number in range(1, 7)
)
CONSENTS = "contact_id,channel,granted,at\n" + "".join(
    f"C{number},Email,true,2025-01-01\n" for number in (1, 3, 4, 5, 6)
)


@pytest.fixture
def people(book: Book, tmp_path: Path) -> Book:
    for name, text in (("contacts", CONTACTS), ("loans", LOANS), ("consents", CONSENTS)):
        bring(book, tmp_path, f"{name}.csv", text)
    return book


def addressed(
    book: Book, channel: str = "email", states: tuple[str, ...] = ("CA", "NY"), **options: object
) -> list[str]:
    predicate = options.get("predicate", Predicate())
    assert isinstance(predicate, Predicate)
    found = list(recipients(book, predicate, OFFERS, channel=channel, states=states, at=AT))
    assert len(found) == count_contactable(book, predicate, OFFERS, channel=channel, states=states, at=AT)
    return [one.contact_id for one in found]


def test_unknown_consent_means_suppressed(people: Book) -> None:
    assert addressed(people) == [
        "C1",
        "C4",
    ]  # C2 never said, C3 has no address, C5 is no consumer, C6 is C1's address
    assert addressed(people, "sms") == []


def test_a_recipient_carries_what_delivery_needs(people: Book) -> None:
    found = list(recipients(people, Predicate(), OFFERS, channel="email", states=("CA",), at=AT))
    assert found == [Recipient("C1", "ann@example.com", "Ann", "CA", "America/Los_Angeles")]


def test_only_people_of_the_segment_and_of_the_states_are_addressed(people: Book) -> None:
    high = Predicate(conditions=(Condition(column="note_rate", operator="at_least", value=8.0),))
    assert addressed(people, predicate=high) == []
    assert addressed(people, states=("NY",)) == ["C4"]
    assert addressed(people, states=()) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("suppressions", "contact_id,address,reason\nC1,,asked\n"),
        ("suppressions", "contact_id,address,reason\n,Ann@Example.com,asked\n"),
        ("suppressions", "address,reason\n(208) 555-0101,do not call\n"),
        ("suppressions", "address,reason\n1-208-555-0101,do not call\n"),
        ("suppressions", "contact_id,reason,at\nC1,asked,2030-01-01\n"),
        ("consents", "contact_id,channel,granted,at\nC1,email,false,2025-06-01\n"),
        ("consents", "contact_id,channel,granted,at\nC1,email,no,2027-06-01\n"),
        ("events", "contact_id,at,kind,channel\nC1,2025-06-01,unsubscribe,email\n"),
        ("events", "contact_id,at,kind\nC1,2025-06-01,unsubscribe\n"),
    ],
)
def test_a_refusal_in_any_form_ends_it(people: Book, tmp_path: Path, table: str, row: str) -> None:
    bring(people, tmp_path, f"{table}.csv", row)
    assert "C1" not in addressed(people)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("suppressions", "address,reason\nanna@example.com,asked\n"),
        ("consents", "contact_id,channel,granted,at\nC1,email,false,2024-06-01\n"),
        ("consents", "contact_id,channel,granted,at\nC1,sms,false,2025-06-01\n"),
        ("events", "contact_id,at,kind,channel\nC1,2025-06-01,unsubscribe,sms\n"),
        ("events", "contact_id,at,kind,channel\nC1,2024-06-01,unsubscribe,email\n"),
    ],
)
def test_what_does_not_concern_them_does_not(people: Book, tmp_path: Path, table: str, row: str) -> None:
    bring(people, tmp_path, f"{table}.csv", row)
    assert "C1" in addressed(people)


@pytest.mark.parametrize(
    ("table", "row", "remains"),
    [
        ("consents", "contact_id,channel,granted,at\nT1,email,false,2025-06-01\n", False),
        ("events", "contact_id,at,kind\nT1,2025-06-01,unsubscribe\n", False),
        ("suppressions", "contact_id,reason\nT1,asked\n", False),
        ("consents", "contact_id,channel,granted,at\nT1,email,false,2024-06-01\n", True),
        ("consents", "contact_id,channel,granted,at\nT1,sms,false,2025-06-01\n", True),
    ],
)
def test_whoever_opts_out_does_so_for_the_mailbox(
    people: Book, tmp_path: Path, table: str, row: str, remains: bool
) -> None:
    bring(people, tmp_path, "contacts.csv", "contact_id,kind,email,state\nT1,borrower,Ann@Example.com ,CA\n")
    bring(people, tmp_path, f"{table}.csv", row)
    assert ("C1" in addressed(people)) is remains


def test_a_consent_given_after_the_moment_does_not_count_yet(people: Book, tmp_path: Path) -> None:
    bring(people, tmp_path, "consents.csv", "contact_id,channel,granted,at\nC2,email,true,2026-02-27\n")
    assert "C2" not in addressed(people)


word = st.tuples(st.integers(0, 3), st.booleans(), st.integers(-30, 30))


@settings(max_examples=25, deadline=None)
@given(st.lists(word, max_size=12, unique_by=lambda said: (said[0], said[2])))
def test_the_latest_word_decides(words: list[tuple[int, bool, int]]) -> None:
    moment = AT.replace(tzinfo=None)
    said = [
        {"contact_id": f"C{who}", "channel": "email", "granted": granted, "at": moment + timedelta(days=days)}
        for who, granted, days in words
    ]
    types = {
        "contact_id": pa.string(),
        "channel": pa.string(),
        "granted": pa.bool_(),
        "at": pa.timestamp("us"),
    }
    people = [{"contact_id": f"C{who}", "email": f"{who}@example.com"} for who in range(4)]
    with open_book("duckdb://") as book:
        for name, found in (
            ("consents", pa.Table.from_pylist(said, pa.schema(types))),
            ("contacts", pa.Table.from_pylist(people)),
        ):
            merge_rows(book, name, SCHEMAS[name].types, SCHEMAS[name].key, found.to_reader())
        allowed = set(contactable(book, channel="email", at=AT).to_pyarrow()["contact_id"].to_pylist())
    for who in range(4):
        counted = [
            (days, granted) for other, granted, days in words if other == who and (days <= 0 or not granted)
        ]
        assert (f"C{who}" in allowed) == (bool(counted) and max(counted)[1])
