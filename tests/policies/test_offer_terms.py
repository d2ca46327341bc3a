"""`regz.terms-not-available`: each stated term agrees with a record, at the precision it is stated in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.finding import Severity
from campaign.lender import parse_lender
from campaign.piece import OfferTerms, Piece
from policies.engine import screen
from policies.packs import PACKS, Pack, read_rule

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def pack(name):
    file = PACKS / f"regz/{name}.yaml"
    return Pack("test", (read_rule(file.read_text(encoding="utf-8"), file, f"regz.{name}"),))


CLOSED, OPEN = pack("terms-not-available"), pack("heloc-terms-not-available")
OFFER = OfferTerms(
    loan_amount=330_000,
    note_rate=6.125,
    apr=6.201,
    term_months=360,
    points=0.5,
    finance_charges_usd=2640,
    monthly_payment=2005.11,
)
FIFTEEN = OfferTerms(loan_amount=250_000, note_rate=5.375, apr=5.506, term_months=180, points=0)


def found(body, *offers, products=("conventional",), rules=CLOSED):
    piece = Piece(
        piece_id="p",
        channel="web",
        states=("CA",),
        products=products,
        fields={"body": body},
        offers=offers or None,
    )
    return [(f.severity, f.excerpt, f.message) for f in screen(piece, LENDER, rules, at=AT)]


@pytest.mark.parametrize(
    "text",
    [
        "$330,000 30-year fixed-rate loan, 0.5 points, 6.125% rate (6.201% APR), 360 payments of $2,005.11.",
        "6.125% rate (6.20% APR).",
        "Six and one-eighth percent rate, 6.201% APR.",
        "Prepaid finance charges in this example, points included: $2,640.",
        "$2,640 total prepaid finance charges (points included).",
        "Put 3.5% down or 20%; a 1% lender credit is another matter.",
        "The average 30-year rate was 6.4% last week (Freddie Mac survey); this is not an offer.",
        "The $7,310 VA funding fee (2.15%, first use) is financed.",
        "An upfront insurance premium (1.75%) applies.",
        "Low rates and great service.",
        "Loans from $100,000 to $2 million.",
    ],
)
def test_terms_of_the_record_and_numbers_that_are_no_term_pass(text):
    assert found(text, OFFER) == []


@pytest.mark.parametrize(
    ("text", "excerpt", "told"),
    [
        ("6.000% rate (6.201% APR).", "6.000%", "6.125%"),
        ("6.125% rate (6.230% APR).", "6.230%", "6.201%"),
        ("No lender fees and a 5.250% rate (5.290% APR).", "5.250%", "6.125%"),
        ("No lender fees, 5.250% rate (5.290% APR).", "5.250%", "6.125%"),
        ("As low as 2.99% (3.05% APR) on a fixed-rate loan.", "2.99%", "6.125%"),
        ("6.125% rate (6.201% APR) with no points.", "no points", "0.5"),
        ("6.125% rate (6.201% APR) on a $500,000 loan.", "$500,000", "$330,000"),
        ("15-year fixed: 6.125% rate (6.201% APR).", "15-year", "360"),
        ("6.125% rate (6.201% APR), prepaid finance charges of $1,200.", "$1,200", "$2,640"),
    ],
)
def test_a_term_that_no_record_offers_blocks_and_tells_the_records(text, excerpt, told):
    blocked = [
        (shown, message) for severity, shown, message in found(text, OFFER) if severity is Severity.BLOCK
    ]
    assert excerpt in [shown for shown, _ in blocked]
    assert any(told in message for _, message in blocked)


def test_an_apr_that_the_terms_themselves_refute_is_left_to_the_rule_on_mathematics():
    assert found("6.125% rate (6.900% APR).", OFFER) == []


def test_each_of_several_offers_may_be_stated():
    both = "30-year: 6.125% rate, 6.201% APR, 0.5 points. 15-year: 5.375% rate, 5.506% APR, 0 points."
    assert found(both, OFFER, FIFTEEN) == []
    assert [excerpt for _, excerpt, _ in found(both.replace("5.375", "5.250"), OFFER, FIFTEEN)] == ["5.250%"]


def test_a_second_term_beside_a_price_is_for_a_person():
    text = "20-year fixed at a 6.125% rate (6.201% APR): 360 monthly payments of $2,005.11."
    assert [(severity, excerpt) for severity, excerpt, _ in found(text, OFFER)] == [
        (Severity.WARN, "20-year")
    ]
    assert (
        found("30-year fixed: 6.125% rate (6.201% APR). A 15-year fixed loan may suit you too.", OFFER) == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "- $310,000 loan, 6.125% rate",
        "$310,000 balloon loan, 6.125% rate",
        "Loan with fee: $310,000, 6.125% rate",
    ],
)
def test_amounts_borrowed_are_found_in_rows_and_examples(text):
    assert any(shown.startswith("$310,000") for _, shown, _ in found(text, OFFER))


def test_a_second_amount_beside_the_recorded_one_is_for_a_person():
    hits = found("On a $330,000 loan, made of a base loan of $324,000: 6.125% rate (6.201% APR).", OFFER)
    assert [severity for severity, _, _ in hits] == [Severity.WARN]


def test_what_the_record_does_not_hold_is_not_compared():
    bare = OfferTerms(note_rate=6.125)
    assert found("$500,000 15-year loan, 2 points, 6.125% rate (6.201% APR).", bare) == []


def test_a_record_that_is_not_known_keeps_the_rule_silent():
    assert found("2.99% rate (3.05% APR) on a $500,000 loan, no points.") == []


def test_a_lender_credit_is_no_points():
    credit = OFFER.model_copy(update={"points": -0.5})
    assert found("6.125% rate (6.201% APR), 0 points.", credit) == []


def test_a_stepped_loan_states_each_of_its_rates_and_periods():
    arm = OfferTerms(
        note_rate=5.75, apr=6.205, term_months=360, series=((5.75, 2626.08, 60), (6.375, 2786.0, 300))
    )
    text = "ARM: 5.750% for the first 60 months, then 6.375% for 300 months; 6.205% APR."
    assert found(text, arm, products=("arm",)) == []
    assert found(text.replace("6.375", "6.250"), arm, products=("arm",)) != []


def test_a_credit_line_is_compared_by_its_own_rule():
    record = OfferTerms(note_rate=7.5, apr=7.5, points=0)
    text = "Home equity line: {} variable APR (Prime + 0.75%; Prime was 6.75%). Maximum APR 18%."
    assert found(text.format("7.50%"), record, products=("heloc",), rules=OPEN) == []
    assert [
        shown for _, shown, _ in found(text.format("6.99%"), record, products=("heloc",), rules=OPEN)
    ] == ["6.99%"]
    assert found(text.format("6.99%"), record, products=("heloc",)) == []
