"""Stated against recorded, whatever the record holds: the rules answer, they never fall over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.lender import parse_lender
from campaign.piece import OfferTerms, Piece
from policies.agreement import (
    agrees,
    agrees_in_dollars,
    borrowed_amounts,
    rate_beside,
    stated_payments,
    stated_rates,
    unit_costs,
)
from policies.engine import screen
from policies.packs import PACKS, Pack, read_rule
from policies.seen import see
from policies.sieve import Sieve

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FILES = ("regz/apr-math", "regz/terms-not-available", "regz/heloc-terms-not-available", "rate/stale")
PACK = Pack(
    "test",
    tuple(
        read_rule(
            (PACKS / f"{name}.yaml").read_text(encoding="utf-8"),
            PACKS / f"{name}.yaml",
            name.replace("/", "."),
        )
        for name in FILES
    ),
)


def seen(text):
    return see(
        Piece(piece_id="p", channel="web", states=("CA",), fields={"body": text}), LENDER, AT, Sieve(())
    )


def only(found):
    [(reading, figure)] = found
    return reading, figure


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("6.125% rate", 6.125, True),
        ("6.125% rate", 6.1254, True),
        ("6.125% rate", 6.126, False),
        ("6% fixed rate", 6.0, True),
        ("6% fixed rate", 6.125, False),
        ("6.13% rate", 6.125, True),
        ("six and one-eighth percent rate", 6.125, True),
    ],
)
def test_a_rate_agrees_at_the_precision_it_is_stated_in(text, value, same):
    reading, figure = only(stated_rates(seen(text)))
    assert agrees(reading, figure, value) is same


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("a $400,000 loan", 400_000.4, True),
        ("a $400,000 loan", 402_000, False),
        ("a $1.2 million loan", 1_204_000, True),
        ("a $1.2 million loan", 1_250_000, False),
    ],
)
def test_an_amount_agrees_to_the_dollar_or_as_it_was_rounded(text, value, same):
    reading, figure = only(borrowed_amounts(seen(text)))
    assert agrees_in_dollars(reading, figure, value) is same


@pytest.mark.parametrize(
    ("text", "payments"),
    [
        ("12 payments of $1,850.90, 12 of $2,072.36, 336 of $2,305.12.", [1850.90, 2072.36, 2305.12]),
        ("$1,998.43\na month, 360 times.", [1998.43]),
        ("180 monthly payments of $8.10 per $1,000 borrowed ($2,309.83 on this loan).", [2309.83]),
        ("A $450 appraisal and $30 for the report.", []),
    ],
)
def test_payments_are_found_in_the_forms_that_copy_uses(text, payments):
    assert [figure.value for _, figure in stated_payments(seen(text))] == payments


def test_a_unit_cost_is_no_payment():
    reading, figure = only(unit_costs(seen("180 monthly payments of $8.10 per $1,000 borrowed.")))
    assert figure.value == 8.10
    assert reading.field == "body"


def test_an_apr_belongs_to_the_nearest_rate():
    pair = seen("30-year: 6.125% rate, 6.201% APR. 15-year: 5.375% rate, 5.506% APR.")
    rates = [rate_beside(pair, reading, apr) for reading, apr in pair.stated("apr")]
    assert [rate.value for rate in rates if rate] == [6.125, 5.375]


numbers = st.one_of(
    st.none(), st.floats(-1e9, 1e9), st.sampled_from([0.0, 6.125, 400_000.0, float("inf"), float("nan")])
)
rows = st.tuples(st.floats(-5, 200), st.floats(-10, 1e7), st.integers(-3, 2000))
records = st.builds(
    OfferTerms,
    loan_amount=numbers,
    note_rate=numbers,
    apr=numbers,
    term_months=st.one_of(st.none(), st.integers(-10, 5000)),
    points=numbers,
    finance_charges_usd=numbers,
    monthly_payment=numbers,
    series=st.lists(rows, max_size=3).map(tuple),
    buydown_paid_by=st.sampled_from([None, "seller", "consumer", "lender"]),
)
TEXTS = [
    "Example: $400,000 30-year fixed-rate loan, 2 points, 6.125% rate (6.201% APR), "
    "360 monthly payments of $2,430.44, finance charges of $4,000, "
    "as of November 23, 2026, valid through November 30, 2026.",
    "7/6 ARM 5.750% (6.205% APR): 84 payments of $2,626.08, then 276 of $2,786.00 at $8.10 per $1,000.",
    "0% rate, 0 points, $0 loan, 999.999% APR, payments of $0 as of 99/99/2026 or 2026-02-30.",
]


@given(
    record=records,
    text=st.sampled_from(TEXTS),
    product=st.sampled_from(["conventional", "arm", "fha", "heloc"]),
)
@settings(max_examples=300, deadline=None)
def test_no_record_stops_the_gate(record, text, product):
    piece = Piece(
        piece_id="p",
        channel="web",
        states=("CA",),
        products=(product,),
        fields={"body": text},
        offers=(record,),
    )
    for finding in screen(piece, LENDER, PACK, at=AT):
        assert "could not finish" not in finding.message
