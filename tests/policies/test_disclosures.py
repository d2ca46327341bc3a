"""Disclosures: from records only, lawful in every state the example lender is licensed in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campaign.errors import BadInput
from campaign.finding import Severity
from campaign.lender import parse_lender
from campaign.master import Master, render
from campaign.piece import Piece
from campaign.rates import RateOffer
from policies import disclosures
from policies.apr import apr_of_level_loan
from policies.disclosures import (
    identity_claims,
    offer_claims,
    offer_terms,
    rate_example,
    rate_paragraph,
)
from policies.engine import screen
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
