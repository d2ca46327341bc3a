"""`regz.apr-math`: what the record's own terms do not come to, and what must not be taken for it."""

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
FILE = PACKS / "regz/apr-math.yaml"
PACK = Pack("test", (read_rule(FILE.read_text(encoding="utf-8"), FILE, "regz.apr-math"),))

LEVEL = OfferTerms(
    loan_amount=400_000,
    note_rate=6.125,
    apr=6.414,
    term_months=360,
    points=2,
    finance_charges_usd=12_000,
    monthly_payment=2430.44,
)
ARM = OfferTerms(
    loan_amount=450_000,
    note_rate=5.75,
    apr=6.205,
    term_months=360,
    finance_charges_usd=3600,
    series=((5.75, 2626.08, 60), (6.375, 2786.00, 300)),
)
BALLOON = OfferTerms(
    loan_amount=260_000,
    note_rate=6.5,
    apr=6.649,
    term_months=84,
    finance_charges_usd=2080,
    series=((6.5, 1643.38, 83), (6.5, 236725.28, 1)),
)


def found(body, *offers, products=("conventional",), **fields):
    piece = Piece(
        piece_id="p",
        channel="web",
        states=("CA",),
        products=products,
        fields={"body": body, **fields},
        offers=offers or None,
    )
    return [(f.severity, f.excerpt, f.message) for f in screen(piece, LENDER, PACK, at=AT)]


@pytest.mark.parametrize("apr", ["6.414%", "6.290%", "6.535%", "6.41%"])
def test_an_apr_within_an_eighth_of_a_point_is_accurate(apr):
    record = LEVEL.model_copy(update={"apr": float(apr[:-1])})
    assert found(f"On $400,000: 6.125% rate ({apr} APR), 360 monthly payments of $2,430.44.", record) == []


@pytest.mark.parametrize("apr", ["6.199%", "6.280%", "6.545%"])
def test_an_apr_further_away_blocks_and_names_the_right_one(apr):
    record = LEVEL.model_copy(update={"apr": float(apr[:-1])})
    [(severity, excerpt, message)] = found(f"On $400,000: 6.125% rate ({apr} APR).", record)
    assert severity is Severity.BLOCK
    assert excerpt == apr
    assert "6.414%" in message


def test_a_wrong_apr_beside_a_right_rate_blocks_though_the_record_is_right():
    [(severity, excerpt, _)] = found("On $400,000: 6.125% rate (6.141% APR).", LEVEL)
    assert (severity, excerpt) == (Severity.BLOCK, "6.141%")


def test_the_right_offer_of_several_is_compared():
    fifteen = OfferTerms(
        loan_amount=350_000, note_rate=5.375, apr=5.506, term_months=180, finance_charges_usd=2975
    )
    both = "30-year fixed: 6.125% rate, 6.414% APR. 15-year fixed: 5.375% rate, 5.506% APR."
    assert found(both, LEVEL, fifteen) == []
    [(_, excerpt, message)] = found(both.replace("5.506", "5.306"), LEVEL, fifteen)
    assert excerpt == "5.306%"
    assert "5.506%" in message


def test_charges_that_the_record_does_not_hold_are_not_recomputed():
    unknown = LEVEL.model_copy(update={"finance_charges_usd": None, "apr": 6.9})
    assert found("On $400,000: 6.125% rate (6.900% APR).", unknown) == []


def test_mortgage_insurance_may_raise_an_apr_and_never_lower_it():
    high = LEVEL.model_copy(update={"apr": 7.1})
    assert found("6.125% rate (7.100% APR) on $400,000.", high, products=("fha",)) == []
    assert found("6.125% rate (7.100% APR) on $400,000.", high) != []
    low = LEVEL.model_copy(update={"apr": 6.15})
    assert found("6.125% rate (6.150% APR) on $400,000.", low, products=("fha",)) != []


def test_an_apr_below_its_rate_blocks_unless_the_lender_pays():
    record = LEVEL.model_copy(update={"apr": 6.075, "finance_charges_usd": 0.0, "points": 0})
    [(severity, _, message)] = found("6.125% rate (6.075% APR) on $400,000.", record)
    assert severity is Severity.BLOCK
    assert "below the 6.125% rate" in message
    credit = record.model_copy(update={"finance_charges_usd": -2_000.0})
    assert found("6.125% rate (6.075% APR) on $400,000.", credit) == []


def test_an_apr_equal_to_the_rate_despite_points_is_for_a_person():
    record = LEVEL.model_copy(update={"apr": 6.125, "finance_charges_usd": 2_000, "points": 0.5})
    [(severity, _, message)] = found("6.125% rate (6.125% APR) on $400,000.", record)
    assert severity is Severity.WARN
    assert "0.5 points" in message


def test_a_stepped_loan_has_a_composite_apr_and_a_quarter_of_a_point():
    text = "5/6 ARM: 5.750% for 60 months, then 6.375%; {} APR. 60 payments of $2,626.08, then $2,786.00."
    assert found(text.format("6.205%"), ARM, products=("arm",)) == []
    within = ARM.model_copy(update={"apr": 6.000})
    assert found(text.format("6.000%"), within, products=("arm",)) == []
    outside = ARM.model_copy(update={"apr": 5.85})
    [(_, excerpt, message)] = found(text.format("5.850%"), outside, products=("arm",))
    assert excerpt == "5.850%"
    assert "1/4" in message


def test_a_recorded_series_that_does_not_repay_the_loan_blocks():
    wrong = ARM.model_copy(update={"series": ((5.75, 2626.08, 60), (6.375, 2686.00, 300)), "apr": None})
    text = "ARM: 5.750% for 60 months, then 6.375%. 60 payments of $2,626.08, then 300 payments of $2,686.00."
    [(severity, excerpt, message)] = found(text, wrong, products=("arm",))
    assert (severity, excerpt) == (Severity.BLOCK, "$2,686.00")
    assert "$2,786.00" in message


def test_a_buydown_that_the_seller_pays_leaves_the_apr_alone():
    series = ((4.625, 1850.9, 12), (5.625, 2072.36, 12), (6.625, 2305.12, 336))
    seller = OfferTerms(
        loan_amount=360_000,
        note_rate=6.625,
        apr=6.708,
        term_months=360,
        finance_charges_usd=3060,
        series=series,
        buydown_paid_by="seller",
    )
    text = "2-1 buydown on $360,000: 4.625% in year 1, 6.625% after; {} APR."
    assert found(text.format("6.708%"), seller) == []
    composite = seller.model_copy(update={"apr": 6.35})
    assert found(text.format("6.350%"), composite) != []
    consumer = seller.model_copy(update={"buydown_paid_by": "consumer", "apr": 6.4})
    assert found(text.format("6.400%"), consumer) == []


def test_a_balloon_is_recomputed_with_its_last_payment():
    assert found("6.500% rate (6.649% APR), 84 monthly payments, the last of $236,725.28.", BALLOON) == []
    wrong = BALLOON.model_copy(update={"apr": 6.5})
    record = wrong.model_copy(update={"finance_charges_usd": 9_000})
    assert found("6.500% rate (6.500% APR) balloon loan of $260,000.", record) != []


@pytest.mark.parametrize(
    "text",
    [
        "360 monthly payments of $2,340.44.",
        "You pay $2,340.44 a month.",
        "$2,340.44\na month, 360 times.",
        "Your monthly payment of $2,340.44 does not include taxes and insurance premiums.",
        "360 monthly payments of $1,000.",
        "12 payments of $2,430.44, 348 of $2,340.44.",
    ],
)
def test_a_payment_that_the_loan_does_not_have_blocks(text):
    [(severity, excerpt, message)] = found(f"$400,000 loan, 6.125% rate (6.414% APR). {text}", LEVEL)
    assert severity is Severity.BLOCK
    assert excerpt.startswith("$")
    assert "$2,430.44" in message


@pytest.mark.parametrize(
    "text",
    [
        "360 monthly payments of $2,430.44.",
        "360 monthly payments of $2,431.",
        "360 monthly payments of $6.08 per $1,000 borrowed.",
        "Taxes and insurance add about $1,400 a month.",
        "If rent is $2,600 a month, compare.",
        "In the first year the annual mortgage insurance premium adds about $140.75 a month.",
        "The drip line costs $30 a month.",
        "Save $1,300 a month on cards.",
    ],
)
def test_other_monthly_amounts_are_not_the_payment(text):
    assert found(f"$400,000 loan, 6.125% rate (6.414% APR). {text}", LEVEL) == []


def test_a_unit_cost_is_checked_to_the_cent():
    text = "$400,000 loan, 6.125% rate (6.414% APR). 360 monthly payments of {} per $1,000 borrowed."
    assert found(text.format("$6.08"), LEVEL) == []
    [(_, excerpt, message)] = found(text.format("$6.80"), LEVEL)
    assert excerpt == "$6.80"
    assert "$6.08 per $1,000" in message


def test_a_payment_for_other_terms_is_left_to_the_rule_on_terms():
    assert found("$400,000 at a 5.490% rate (5.566% APR): 360 monthly payments of $2,268.63.", LEVEL) == []


def test_an_adjustable_loan_without_its_series_is_asked_for_its_first_payment_only():
    plain = OfferTerms(
        loan_amount=440_000, note_rate=6.375, apr=6.452, term_months=360, finance_charges_usd=3520
    )
    text = "ARM: 6.375% (6.452% APR). 84 monthly payments of {}, then 276 monthly payments of $2,900.00."
    assert found(text.format("$2,745.03"), plain, products=("arm",)) == []
    assert found(text.format("$2,475.03"), plain, products=("arm",)) != []


def test_without_a_record_the_words_own_contradictions_are_for_a_person():
    low = (
        "Example: $400,000 loan, 30-year fixed, 6.125% rate (6.000% APR), 360 monthly payments of $2,130.44."
    )
    assert [severity for severity, _, _ in found(low)] == [Severity.WARN, Severity.WARN]
    right = (
        "Example: $400,000 loan, 30-year fixed, 6.125% rate (6.232% APR), 360 monthly payments of $2,430.44."
    )
    assert found(right) == []


@pytest.mark.parametrize(
    "text",
    [
        "Put 3.5% down and 97% is financed.",
        "We are 100% committed to you.",
        "Home prices are up 5.2% (FHFA, Q3).",
    ],
)
def test_percentages_that_are_no_rate_are_left_alone(text):
    assert found(text, LEVEL) == []


def test_a_line_of_credit_is_another_regulation():
    assert found("7.25% variable APR on our home equity line.", LEVEL, products=("heloc",)) == []


def test_an_impossible_record_does_not_stop_the_gate():
    broken = LEVEL.model_copy(update={"finance_charges_usd": 500_000.0, "term_months": 0})
    assert found("6.125% rate (6.414% APR).", broken) == []
