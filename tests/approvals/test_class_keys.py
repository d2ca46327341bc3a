"""What shares a class and what parts it: verified identity may differ, and not one letter besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.class_keys import class_key, slot_values, template, verified_slots
from campaign.claim import Binding, Claim, Provenance, SlotRange
from campaign.finding import Finding, Severity
from campaign.lender import Lender, Originator
from campaign.piece import Consent, CostSplit, FieldText, OfferTerms, Partner, Piece, Speaker
from tests.approvals.gate import AT
from tests.approvals.signed import (
    FIELDS,
    LENDER,
    OFFICERS,
    PARTNERS,
    PAYMENT,
    RATE,
    STATES,
    signed,
)

FOUND = (Finding(rule="house.tone", severity=Severity.WARN, citation="c", field="body", message="Too loud."),)
AGENTS = PARTNERS[:2]


def key(piece: Piece, findings: Sequence[Finding] = (), lender: Lender = LENDER, **more: Any) -> str:
    asked: dict[str, Any] = {"run_id": "run-1", "at": AT, **more}
    return class_key(piece, findings, lender=lender, **asked)


SIGNED = st.builds(
    signed,
    st.sampled_from(OFFICERS),
    st.lists(st.sampled_from(STATES), min_size=1, max_size=4, unique=True).map(
        lambda some: tuple(sorted(some))
    ),
)


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


def changed(claim: Claim, **more: Any) -> Claim:
    origin = {name: more.pop(name) for name in ("source", "reference", "inputs") if name in more}
    provenance = claim.provenance.model_copy(update=origin)
    return claim.model_copy(update={**more, "provenance": provenance})


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


# identity that the gate cannot verify


def speaks(**more: Any) -> Piece:
    officer = OFFICERS[0]
    return signed(
        originator=Speaker(**{"name": officer.name, "nmls": officer.nmls, "states": STATES, **more})
    )


STRANGER = Originator(nmls="2999999", name="Ann Stray", states=STATES)


@pytest.mark.parametrize(
    "piece",
    [
        signed(STRANGER),
        speaks(nmls="2000002"),
        speaks(nmls=""),
        speaks(name="Olive Pen"),
        speaks(states=(*STATES, "TX")),
        signed(OFFICERS[0], originator=Speaker(name=OFFICERS[1].name, nmls=OFFICERS[1].nmls, states=STATES)),
    ],
    ids=["stranger", "another's id", "no id", "misspelt", "more states", "in another's name"],
)
def test_a_speaker_whom_the_roster_does_not_know_so_parts_a_class(piece: Piece):
    assert key(piece) != key(signed(OFFICERS[1]))
    assert key(piece) != key(signed(OFFICERS[0]))


def test_two_strangers_share_nothing():
    other = STRANGER.model_copy(update={"name": "Ann Strey"})
    assert key(signed(STRANGER)) != key(signed(other))


@pytest.mark.parametrize(
    "partner",
    [
        PARTNERS[0].model_copy(update={"name": "Kay Lord"}),
        PARTNERS[0].model_copy(update={"kind": "builder"}),
        PARTNERS[0].model_copy(update={"license": "RE-99"}),
    ],
)
def test_a_partner_without_an_agreement_or_as_no_agreement_says_parts_a_class(partner: Any):
    assert key(signed(partner=partner)) != key(signed(partner=PARTNERS[0]))
    assert key(signed(partner=partner)) != key(signed(partner=PARTNERS[1]))


def licensed(**expires: Any) -> Lender:
    """The lender once some licence was changed."""
    licences = {
        state: held.model_copy(update=expires[state]) if state in expires else held
        for state, held in LENDER.licenses.items()
    }
    return LENDER.model_copy(update={"licenses": licences})


def test_a_legend_that_is_not_what_the_record_fills_in_parts_a_class():
    renewed = licensed(ID={"number": "MB-ID-8"})
    old, new = signed(), signed(lender=renewed)
    assert "legends" not in verified_slots(old, renewed, AT)
    assert key(old, lender=renewed) != key(new, lender=renewed)
    assert key(old, lender=renewed) != key(old), "the decision names the class, so it cannot be meant"
    assert key(signed(states=("CA",)), lender=renewed) == key(new, lender=renewed)


@pytest.mark.parametrize("lender", [licensed(ID={"expires": AT.date() - timedelta(days=1)})])
def test_nothing_of_a_lender_without_a_licence_there_is_verified(lender: Lender):
    assert verified_slots(signed(), lender, AT) == {"originator_name", "originator_nmls"}
    assert verified_slots(signed(), LENDER, AT + timedelta(days=365)) == {
        "originator_name",
        "originator_nmls",
    }


def test_an_officer_who_left_is_not_verified():
    gone = LENDER.model_copy(update={"originators": OFFICERS[1:]})
    assert "originator_name" not in verified_slots(signed(), gone, AT)
    assert key(signed(), lender=gone) != key(signed(OFFICERS[1]), lender=gone)


# a binding that says one thing over letters that say another


def rebound(piece: Piece, change: Callable[[Binding], Binding]) -> Piece:
    return piece.model_copy(update={"bindings": tuple(change(one) for one in piece.bindings)})


def test_letters_that_are_called_a_name_and_are_none_part_a_class():
    piece = signed()
    body = str(piece.fields["body"])
    name = OFFICERS[0].name
    shouted = piece.model_copy(update={"fields": {**piece.fields, "body": body.replace(name, "Apply now!")}})
    assert len("Apply now!") == len(name)
    assert "originator_name" not in verified_slots(shouted, LENDER, AT)
    assert key(shouted) != key(piece)


def test_two_names_on_the_same_letters_hide_nothing():
    """Emptied one after the other they would take the words beside them away."""

    def hiding(words: str) -> Piece:
        fields: dict[str, FieldText] = {"body": "{{originator_name}} {{company_name}} " + words}
        piece = signed(fields=fields)
        first, second = piece.bindings
        return piece.model_copy(update={"bindings": (first.model_copy(update={"end": second.end}), second)})

    assert verified_slots(hiding("offers loans."), LENDER, AT) == frozenset()
    assert key(hiding("offers loans.")) != key(hiding("waives costs."))


def test_two_values_for_one_slot_are_neither():
    piece = signed()
    second = Claim(
        slot="originator_name", kind="name", text="Apply now!",
        provenance=Provenance(source="originator", reference="lender.toml originators 2000001"),
    )  # fmt: skip
    doubled = piece.model_copy(update={"claims": (*(piece.claims or ()), second)})
    assert "originator_name" not in verified_slots(doubled, LENDER, AT)
    assert key(doubled) != key(piece)


@pytest.mark.parametrize("source", ["rate_sheet", "calculation", "market", "lender_policy", "recipient"])
def test_only_identity_is_verified_whatever_a_value_is_called(source: Any):
    piece = signed()
    claims = tuple(
        changed(claim, source=source) if claim.slot == "originator_name" else claim
        for claim in piece.claims or ()
    )
    assert "originator_name" not in verified_slots(piece.model_copy(update={"claims": claims}), LENDER, AT)


def test_entries_of_lists_are_emptied_where_they_stand():
    fields: dict[str, FieldText] = {"headlines": ("By {{originator_name}}", "At {{rate}}")}
    piece, other = signed(fields=fields), signed(OFFICERS[2], fields=fields)
    verified = verified_slots(piece, LENDER, AT)
    assert template(piece, verified) == {"headlines": ("By {{originator_name}}", "At 6.125%")}
    assert key(piece) == key(other)
    turned = piece.model_copy(
        update={"bindings": tuple(one.model_copy(update={"field": "headlines[1]"}) for one in piece.bindings)}
    )
    assert key(turned) != key(piece)


def test_a_name_left_open_is_not_a_name_filled_in():
    """`{{originator_name}}` in the text is not what an emptied slot looks like to the key."""
    filled = signed(fields={"body": "By {{originator_name}}."})
    open_ = filled.model_copy(
        update={"fields": {"body": "By {{originator_name}}."}, "bindings": (), "claims": filled.claims}
    )
    assert key(open_) != key(filled)
