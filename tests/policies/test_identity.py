"""Who speaks, under which licences, for how long."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from campaign.errors import NotInForce
from campaign.lender import parse_lender
from policies.disclosures import (
    identity_claims,
    legend_groups,
)

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)


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
