"""What an offer lets copy say, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaign.errors import NotInForce
from campaign.lender import parse_lender
from campaign.rates import RateOffer
from policies.apr import apr_of_level_loan
from policies.disclosures import (
    offer_claims,
    offer_terms,
)

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)
AT = datetime(2026, 2, 26, 18, 0, tzinfo=UTC)
OFFER = RateOffer(
    row=2,
    product="conventional",
    term_months=360,
    rate=6.125,
    points=0.5,
    fees_usd=2400,
    apr=round(apr_of_level_loan(400_000, 6.125, 360, 4400), 3),
    example_amount_usd=400_000,
    lock_days=45,
    min_fico=740,
    max_ltv=80,
    effective_at=datetime(2026, 2, 26, 7, 0, tzinfo=UTC),
    expires_at=datetime(2026, 3, 5, 7, 0, tzinfo=UTC),
)


def test_each_value_says_where_it_came_from_and_when_it_ends():
    claims = offer_claims(OFFER, LENDER, at=AT, sheet_id="4f2a")
    assert {slot: claim.text for slot, claim in claims.items()} == {
        "rate": "6.125%",
        "apr": "6.229%",
        "points": "0.5 points",
        "fees": "$2,400",
        "finance_charges": "$4,400",
        "loan_amount": "$400,000",
        "term_years": "30",
        "payment_count": "360",
        "monthly_payment": "$2,430.44",
        "lock_days": "45",
        "min_fico": "740",
        "max_ltv": "80%",
        "down_payment": "20%",
        "as_of": "February 26, 2026",
        "valid_through": "March 4, 2026",
    }
    assert {claim.valid_until for claim in claims.values()} == {OFFER.expires_at}
    assert claims["rate"].provenance.reference == "sheet 4f2a row 2"
    assert claims["monthly_payment"].provenance.inputs == {
        "loan_amount": "$400,000",
        "rate": "6.125%",
        "months": "360",
    }


def test_the_day_is_spoken_in_the_lenders_zone():
    late = datetime(2026, 2, 27, 5, 0, tzinfo=UTC)
    assert offer_claims(OFFER, LENDER, at=late)["as_of"].text == "February 26, 2026"


@pytest.mark.parametrize("moment", [OFFER.expires_at, OFFER.effective_at - timedelta(seconds=1)])
def test_an_offer_that_does_not_hold_gives_no_claim(moment):
    with pytest.raises(NotInForce, match="holds from"):
        offer_claims(OFFER, LENDER, at=moment)


def test_the_record_agrees_with_the_claims():
    terms = offer_terms(OFFER)
    assert terms.finance_charges_usd == 4400
    assert terms.monthly_payment == 2430.44
    assert terms.apr == OFFER.apr


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (0, "0 points"),
        (1, "1 point"),
        (1.25, "1.25 points"),
        (-0.5, "0 points and a lender credit of 0.5% of"),
    ],
)
def test_points_are_said_as_people_say_them(points, text):
    claims = offer_claims(OFFER.model_copy(update={"points": points}), LENDER, at=AT)
    assert claims["points"].text.startswith(text)


def test_yearly_insurance_keeps_the_record_from_being_recomputed_and_the_charges_shown():
    insured = OFFER.model_copy(update={"product": "fha", "mi_annual_percent": 0.55, "apr": 6.9})
    assert offer_terms(insured).finance_charges_usd is None
    assert offer_claims(insured, LENDER, at=AT)["finance_charges"].text == "$4,400"
