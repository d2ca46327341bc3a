"""What makes two pieces alike, and every difference that parts them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.class_keys import slot_values, template, verified_slots
from campaign.claim import Claim, SlotRange
from campaign.finding import Finding, Severity
from campaign.piece import Consent, CostSplit, OfferTerms, Partner, Piece
from tests.approvals.class_keys import AGENTS, FOUND, SIGNED, changed, key
from tests.approvals.gate import AT
from tests.approvals.signed import FIELDS, LENDER, OFFICERS, PARTNERS, PAYMENT, RATE, signed


@given(SIGNED, SIGNED)
def test_pieces_that_differ_in_verified_slots_alone_share_a_class(one: Piece, other: Piece):
    assert key(one) == key(other)
    verified = verified_slots(one, LENDER, AT)
    assert {"originator_name", "originator_nmls", "legends", "company_name"} <= verified
    assert not {"rate", "payment"} & verified
    assert template(one, verified) == template(other, verified_slots(other, LENDER, AT))
    assert template(one, verified)["body"] == (
        "Pay $2,430.44 a month at 6.125%. {{originator_name}}, NMLS {{originator_nmls}}, {{company_name}}."
        " {{legends}}"
    )
    assert slot_values(one, verified)["originator_name"] == one.originator.name


@given(st.sampled_from(AGENTS), st.sampled_from(AGENTS), st.sampled_from(OFFICERS), st.sampled_from(OFFICERS))
def test_partners_with_an_agreement_share_a_class_with_their_kind(
    one: Any, other: Any, mine: Any, yours: Any
):
    assert key(signed(mine, partner=one)) == key(signed(yours, ("CA", "NV"), partner=other))
    builder = {"fields": {**FIELDS, "footer": "With {{partner_name}}."}}
    assert key(signed(partner=one, **builder)) != key(signed(partner=PARTNERS[2], **builder))


def test_states_addressed_may_differ_and_what_they_are_aimed_by_besides_may_not():
    aimed = {"states": ["ID"], "special_ad_category": "HOUSING"}
    here = signed(targeting=aimed)
    there = signed(states=("CA",), targeting={**aimed, "states": ["CA"]})
    assert key(here) == key(there)
    for other in ({**aimed, "special_ad_category": "NONE"}, {**aimed, "zip": ["83702"]}, {}, None):
        assert key(here) != key(signed(targeting=other))


def test_the_same_price_from_another_row_of_the_sheet_is_the_same_price():
    def moved(claim: Claim) -> Claim:
        reference = claim.provenance.reference.replace("row 3", "row 19")
        return claim.model_copy(
            update={"provenance": claim.provenance.model_copy(update={"reference": reference})}
        )

    assert key(signed()) == key(signed(claims=(moved(RATE), moved(PAYMENT))))


# every other difference


@given(SIGNED, st.data())
def test_one_letter_more_anywhere_parts_a_class(piece: Piece, data: st.DataObject):
    field = data.draw(st.sampled_from(sorted(piece.fields)))
    text = str(piece.fields[field])
    place = data.draw(st.integers(0, len(text)))
    letter = data.draw(st.sampled_from([" ", "x", "5", "{", "​", "."]))
    assert key(_put(piece, field, place, place, letter)) != key(piece)


@given(SIGNED, st.data())
def test_one_letter_less_or_another_anywhere_parts_a_class(piece: Piece, data: st.DataObject):
    field = data.draw(st.sampled_from(sorted(piece.fields)))
    text = str(piece.fields[field])
    place = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from(["", "#"]))
    assert key(_put(piece, field, place, place + 1, put)) != key(piece)


def _put(piece: Piece, field: str, start: int, end: int, letters: str) -> Piece:
    """Other letters in a field; what is bound after them moves along, and what is bound there stays as long."""
    text = str(piece.fields[field])
    shift = len(letters) - (end - start)
    bindings = tuple(
        one.model_copy(update={"start": one.start + shift, "end": one.end + shift})
        if one.field == field and one.start >= end
        else one
        for one in piece.bindings
    )
    fields = {**piece.fields, field: text[:start] + letters + text[end:]}
    return piece.model_copy(update={"fields": fields, "bindings": bindings})


@pytest.mark.parametrize(
    "claims",
    [
        (changed(RATE, text="6.250%", value=6.25), PAYMENT),
        (changed(RATE, value=7.125), PAYMENT),
        (changed(RATE, kind="apr"), PAYMENT),
        (changed(RATE, source="market"), PAYMENT),
        (changed(RATE, reference="sheet s2 row 3"), PAYMENT),
        (changed(RATE, valid_until=RATE.valid_until + timedelta(days=1)), PAYMENT),
        (changed(RATE, valid_until=None), PAYMENT),
        (RATE, changed(PAYMENT, reference="interest alone, sheet s1 row 3")),
        (RATE, changed(PAYMENT, inputs={**PAYMENT.provenance.inputs, "months": "180"})),
        (RATE, changed(PAYMENT, inputs={**PAYMENT.provenance.inputs, "points": "0"})),
        (RATE, changed(PAYMENT, inputs={})),
    ],
)
def test_another_value_formula_or_validity_parts_a_class(claims: tuple[Claim, ...]):
    assert key(signed(claims=claims)) != key(signed())


@pytest.mark.parametrize(
    "findings",
    [
        (),
        (*FOUND, *FOUND),
        (FOUND[0].model_copy(update={"severity": Severity.INFO}),),
        (FOUND[0].model_copy(update={"rule": "house.voice"}),),
        (FOUND[0].model_copy(update={"field": "subject"}),),
    ],
)
def test_other_findings_part_a_class(findings: tuple[Finding, ...]):
    assert key(signed(), findings) != key(signed(), FOUND)


RANGE = SlotRange(
    slot="saving", kind="saving", formula="old payment less new", source="loans", low=25, high=900
)


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "linkedin"},
        {"audience": "partner"},
        {"products": ("fha",)},
        {"ranges": (RANGE,)},
        {"cost_split": CostSplit(total_usd=100, lender_pays_usd=50, lender_space_share=0.5)},
        {"consent": Consent(sms_written=True)},
        {"offers": (OfferTerms(loan_amount=400_000),)},
        {"originator": None},
        {"partner": Partner(name="Kay Ford", kind="real_estate_agent")},
    ],
)
def test_another_record_beside_the_words_parts_a_class(change: dict[str, Any]):
    assert key(signed().model_copy(update=change)) != key(signed())


@pytest.mark.parametrize(
    "change",
    [
        {"low": 24},
        {"high": 901},
        {"formula": "new payment less old"},
        {"source": "quotes"},
        {"kind": "amount"},
    ],
)
def test_another_range_parts_a_class(change: dict[str, Any]):
    other = SlotRange.model_validate({**RANGE.model_dump(), **change})
    assert key(signed(ranges=(RANGE,))) != key(signed(ranges=(other,)))


def test_classes_do_not_reach_across_runs():
    assert key(signed()) != key(signed(), run_id="run-2")


def test_bare_text_is_no_member_of_anything_bound():
    bare = signed().model_copy(update={"claims": None, "bindings": ()})
    assert key(bare) != key(signed().model_copy(update={"claims": (), "bindings": ()}))


def test_order_of_claims_and_bindings_and_who_wrote_it_do_not_matter():
    piece = signed()
    turned = piece.model_copy(
        update={
            "claims": tuple(reversed(piece.claims or ())), "bindings": tuple(reversed(piece.bindings)),
            "authors": ("model x",), "revision": 7, "piece_id": "other",
        }
    )  # fmt: skip
    assert key(turned) == key(piece)
