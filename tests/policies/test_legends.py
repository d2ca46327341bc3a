"""Each state's words, from whatever licence is held there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from campaign.lender import STATES, License, parse_lender
from policies.disclosures import (
    identity_claims,
)
from policies.legends import STATE_NAMES, legend_of, short_text, street_of

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)


def licensed_in(state, kind="Mortgage Lender License", **changes):
    held = License(number="12-345", type=kind, regulator="The regulator", expires=date(2026, 12, 31))
    return LENDER.model_copy(update={"licenses": {state: held}, **changes})


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


def test_short_legends_fit_and_hold_name_and_id():
    for state in LENDER.licensed_states(DAY):
        text = short_text(state, LENDER)
        assert 0 < len(text) <= 90
        assert text.startswith("Cedar & Main")
        assert "NMLS" in text
        assert LENDER.nmls in text


def test_addresses_lose_suite_and_zip_where_characters_count():
    assert street_of("410 Juniper Street, Suite 200, Boise, ID 83702") == "410 Juniper Street, Boise ID"
    assert street_of("PO Box 12") == "PO Box 12"
