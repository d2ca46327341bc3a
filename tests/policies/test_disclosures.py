"""Disclosures: from records only, lawful in every state the example lender is licensed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaign.errors import BadInput, NotInForce
from campaign.finding import Severity
from campaign.lender import STATES, License, parse_lender
from campaign.master import Master, render
from campaign.piece import Piece
from campaign.rates import RateOffer
from policies import disclosures
from policies.apr import apr_of_level_loan
from policies.disclosures import (
    identity_claims,
    legend_groups,
    offer_claims,
    offer_terms,
    rate_example,
    rate_paragraph,
)
from policies.engine import screen
from policies.legends import STATE_NAMES, legend_of, short_text, street_of
from policies.packs import load_pack

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


def licensed_in(state, kind="Mortgage Lender License", **changes):
    held = License(number="12-345", type=kind, regulator="The regulator", expires=date(2026, 12, 31))
    return LENDER.model_copy(update={"licenses": {state: held}, **changes})


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


def test_a_row_without_limits_leaves_their_slots_and_their_words_out():
    bare = OFFER.model_copy(update={"min_fico": None, "max_ltv": None})
    claims = offer_claims(bare, LENDER, at=AT)
    assert not {"min_fico", "max_ltv", "down_payment"} & set(claims)
    assert not render(_master(rate_paragraph(bare)), claims).missing


@pytest.mark.parametrize("product", ["arm", "heloc"])
def test_no_example_is_made_for_a_rate_that_can_change(product):
    with pytest.raises(BadInput, match="can change"):
        rate_example(OFFER.model_copy(update={"product": product}))


def _master(body, footer=""):
    return Master(
        master_id="a.a",
        placement_id="a",
        variant="a",
        fields={"body": body, "footer": footer},
        angle="",
        author="",
    )


@pytest.mark.parametrize("state", LENDER.licensed_states(DAY))
@pytest.mark.parametrize("product", ["conventional", "jumbo", "fha", "va", "usda"])
def test_a_price_with_its_disclosures_passes_the_gate_in_every_licensed_state(state, product):
    offer = OFFER.model_copy(update={"product": product})
    claims = identity_claims(LENDER, (state,), on=DAY) | offer_claims(offer, LENDER, at=AT)
    government = [disclosures.NONAFFIL_GOV] if product in ("fha", "va", "usda") else []
    footer = " ".join([disclosures.LEGAL_FOOTER, *government, disclosures.CANSPAM_FOOTER])
    rendered = render(_master(rate_paragraph(offer), footer), claims)
    assert rendered.missing == ()
    piece = Piece(
        piece_id="p",
        channel="email",
        states=(state,),
        products=(product,),
        fields={"subject": "What a mortgage costs today", **rendered.fields},
        offers=(offer_terms(offer),),
        claims=tuple(claims.values()),
        bindings=rendered.bindings,
        authors=("vallum house writer",),
    )
    findings = screen(piece, LENDER, load_pack(), at=AT)
    blocking = [(finding.rule, finding.message) for finding in findings if finding.severity is Severity.BLOCK]
    assert blocking == []


def test_a_state_has_a_name_and_a_legend_from_any_record():
    assert set(STATE_NAMES) == STATES
    for state in STATES:
        legend = legend_of(state, licensed_in(state))
        assert legend.source
        assert "Business Oversight" not in legend.full
        assert "Banking Department" not in legend.full.replace("New Hampshire Banking Department", "")


def test_the_legend_that_counsel_fixed_goes_before_the_table():
    held = LENDER.licenses["CA"].model_copy(update={"legend": "Our own words."})
    own = LENDER.model_copy(update={"licenses": {"CA": held}})
    assert identity_claims(own, ("CA",), on=DAY)["legends"].text == "Our own words."


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (
            "CA",
            "California Residential Mortgage Lending Act",
            "Residential Mortgage Lending Act, License 12-345",
        ),
        ("CA", "California Financing Law License", "made or arranged pursuant to a California Financing Law"),
        ("CA", "Real Estate Broker License", "Department of Real Estate license number 12-345"),
        ("NY", "Licensed Mortgage Banker", "Licensed Mortgage Banker - NYS Department of Financial Services"),
        ("NY", "Registered Mortgage Broker", "Registered Mortgage Broker - NYS Department of Financial"),
        ("MA", "Mortgage Lender License", "Massachusetts Mortgage Lender License 12-345"),
        (
            "IL",
            "Residential Mortgage License",
            "For licensing information, go to: www.nmlsconsumeraccess.org",
        ),
        ("GA", "Mortgage Lender License", "Licensed in Georgia."),
        ("RI", "Lender License", "Rhode Island Licensed Lender"),
    ],
)
def test_a_legend_follows_the_kind_of_licence_held(state, kind, words):
    assert words in identity_claims(licensed_in(state, kind), (state,), on=DAY)["legends"].text


def test_legends_age_with_the_first_licence_to_expire():
    held = dict(LENDER.licenses)
    held["CO"] = held["CO"].model_copy(update={"expires": date(2026, 6, 30)})
    sooner = LENDER.model_copy(update={"licenses": held})
    until = identity_claims(sooner, ("AZ", "CO"), on=DAY)["legends"].valid_until
    assert until is not None
    assert until.astimezone(LENDER.zone).date() == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("state", "day", "said"), [("OR", DAY, "no licence"), ("CA", date(2027, 1, 1), "passed")]
)
def test_a_state_without_a_licence_in_force_is_refused(state, day, said):
    with pytest.raises(NotInForce, match=said):
        identity_claims(LENDER, (state,), on=day)


def test_a_bank_needs_no_state_licence_and_gets_no_legend_it_does_not_hold():
    bank = LENDER.model_copy(update={"kind": "bank_fdic", "licenses": {}})
    claims = identity_claims(bank, ("OR",), on=DAY)
    assert claims["legends"].text == "Offered in Oregon."
    assert legend_groups(bank, ("OR", "CA"), on=DAY) == (("CA", "OR"),)


def test_short_legends_fit_and_hold_name_and_id():
    for state in LENDER.licensed_states(DAY):
        text = short_text(state, LENDER)
        assert 0 < len(text) <= 90
        assert text.startswith("Cedar & Main")
        assert "NMLS" in text
        assert LENDER.nmls in text


def test_states_are_grouped_by_the_short_legend_they_share():
    groups = legend_groups(LENDER, (), on=DAY)
    assert sorted(state for group in groups for state in group) == list(LENDER.licensed_states(DAY))
    assert ("GA", "TX") in groups
    for group in groups:
        assert "short_legend" in identity_claims(LENDER, group, on=DAY)
    assert "short_legend" not in identity_claims(LENDER, ("CA", "NY"), on=DAY)


def test_a_state_whose_short_legend_cannot_fit_is_in_no_group():
    long = LENDER.model_copy(update={"short_name": "The Cedar and Main Street Home Mortgage Company"})
    groups = legend_groups(long, ("CA", "GA"), on=DAY)
    assert groups == (("GA",),)


def test_addresses_lose_suite_and_zip_where_characters_count():
    assert street_of("410 Juniper Street, Suite 200, Boise, ID 83702") == "410 Juniper Street, Boise ID"
    assert street_of("PO Box 12") == "PO Box 12"
