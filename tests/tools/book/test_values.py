"""Cells as other systems write them, one table per kind: what each is read as, or why it is refused."""

from __future__ import annotations

from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.book.books import ZONE
from tools.book.schemas import SCHEMAS
from tools.book.values import ColumnHabits, read_column

ENGINE = ibis.duckdb.connect()
PLAIN = ColumnHabits()
NO_RATE = "is no rate between 0 and 20 percent"


def read(place: str, cell: str, habits: ColumnHabits = PLAIN) -> tuple[Any, str | None]:
    table, _, column = place.partition(".")
    held = ibis.memtable({"cell": [cell]}, schema={"cell": "string"})
    reading = read_column(held.cell, SCHEMAS[table].column(column), zone=ZONE, habits=habits)
    row = ENGINE.to_pyarrow(held.select(value=reading.value, reason=reading.reason)).to_pylist()[0]
    return row["value"], row["reason"]


@pytest.mark.parametrize(
    ("place", "cell", "value"),
    [
        ("loans.note_rate", "7.250", 7.25),
        ("loans.note_rate", "7.25%", 7.25),
        ("loans.note_rate", "7.25 %", 7.25),
        ("loans.note_rate", "NA", None),
        ("loans.note_rate", "Exempt", None),
        ("loans.original_amount", "580,000.00", 580_000),
        ("loans.original_amount", "$1,250,000", 1_250_000),
        ("loans.term_months", "360.0", 360),
        ("loans.term_months", "30 years", 360),
        ("loans.term_months", "180 mo", 180),
        ("loans.fico", "720", 720),
        ("loans.fico", "0", None),
        ("loans.lien", "First Lien", 1),
        ("loans.lien", "2", 2),
        ("loans.prepayment_penalty", "X", True),
        ("loans.prepayment_penalty", "Y", True),
        ("loans.prepayment_penalty", "0", False),
        ("loans.prepayment_penalty", "FALSE", False),
        ("loans.status", "Loan Originated", "funded"),
        ("loans.status", "Shipped", "funded"),
        ("loans.status", "Completion", "funded"),
        ("loans.purpose", "NoCash-Out Refinance", "refinance"),
        ("loans.occupancy", "PrimaryResidence", "principal"),
        ("loans.rate_type", "AdjustableRate", "adjustable"),
        ("loans.state", "ny", "NY"),
        ("loans.state", "New York", "NY"),
        ("loans.county_fips", "6037", "06037"),
        ("loans.census_tract", "6037108202", "06037108202"),
        ("contacts.zip", "8846", "08846"),
        ("contacts.zip", "501", "00501"),
        ("contacts.zip", "08846-1234", "08846"),
        ("contacts.loan_officer_nmls", "NMLS #1234567", "1234567"),
        ("contacts.last_name", "NA", "NA"),
        ("contacts.kind", "customer", "borrower"),
        ("loan_officers.states", "ca, ny", "CA;NY"),
        ("events.kind", "Opened", "open"),
    ],
)
def test_a_cell_is_read(place: str, cell: str, value: object) -> None:
    assert read(place, cell) == (value, None)


@pytest.mark.parametrize(
    ("place", "cell", "reason"),
    [
        ("loans.note_rate", "0", NO_RATE),
        ("loans.note_rate", "65", NO_RATE),
        ("loans.note_rate", "-1", NO_RATE),
        ("loans.note_rate", "six", "is no number"),
        ("loans.note_rate", "6,5", "is no number"),
        ("loans.note_rate", "inf", "is no number"),
        ("loans.note_rate", "1e400", "is no number"),
        ("loans.original_amount", "-300000", "is a negative amount"),
        ("loans.original_amount", "(300,000)", "is a negative amount"),
        ("loans.original_amount", "1.234,56", "is no number"),
        ("loans.original_amount", "99999999999", "is above 10,000,000,000 dollars"),
        ("loans.term_months", "481", "is no term of 1 to 480 months"),
        ("loans.term_months", "0", "is no term of 1 to 480 months"),
        ("loans.fico", "851", "is no credit score between 300 and 850"),
        ("loans.lien", "3", "is none of 1, 2"),
        ("loans.state", "ZZ", "is no US state"),
        ("loans.rate_type", "sometimes", "is none of fixed, adjustable"),
        ("loans.prepayment_penalty", "perhaps", "is neither yes nor no"),
        ("contacts.zip", "K1A 0B1", "is no five-digit ZIP code"),
        ("contacts.email", "someone", "is no e-mail address"),
        ("contacts.email", "a@b.co; c@d.co", "is no e-mail address"),
        ("contacts.loan_officer_nmls", "12", "is no NMLS id"),
        ("loan_officers.states", "CA;XX", "is no list of US states"),
        ("events.kind", "party", "is none of sent, open, click, visit, reply, call, application, lock, funding, "
                                 "unsubscribe, bounce"),
    ],
)  # fmt: skip
def test_a_cell_is_refused_with_its_reason(place: str, cell: str, reason: str) -> None:
    assert read(place, cell) == (None, reason)


def test_fractions_and_years_are_read_as_percent_and_months() -> None:
    assert read("loans.note_rate", "0.0725", ColumnHabits(fractions=True)) == (7.25, None)
    assert read("loans.term_months", "15", ColumnHabits(years=True)) == (180, None)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=20),
    st.sampled_from(["note_rate", "original_amount", "term_months", "fico", "funded_date"]),
)
def test_no_text_is_both_taken_and_refused(cell: str, column: str) -> None:
    value, reason = read(f"loans.{column}", cell.strip())
    assert value is None or reason is None


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 20).map(lambda rate: round(rate, 3)))
def test_every_possible_rate_is_taken_as_it_is(rate: float) -> None:
    assert read("loans.note_rate", f"{rate:.3f} %") == (pytest.approx(rate), None)
