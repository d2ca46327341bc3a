"""Identity that the gate cannot verify parts a class, whatever a value or a binding calls itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from approvals.class_keys import template, verified_slots
from campaign.claim import Binding, Claim, Provenance
from campaign.lender import Lender, Originator
from campaign.piece import FieldText, Piece, Speaker
from tests.approvals.class_keys import changed, key
from tests.approvals.gate import AT
from tests.approvals.signed import LENDER, OFFICERS, PARTNERS, STATES, signed


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
