"""A recipient's rendering shows the approved words with that recipient's values, each number still bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.claim import Claim, Provenance, SlotRange
from campaign.master import Master, render
from campaign.personal import personalised, strays
from campaign.piece import Consent, CostSplit, OfferTerms, Partner, Piece, Speaker

RATE = Claim(
    slot="rate",
    kind="rate",
    text="6.125%",
    value=6.125,
    provenance=Provenance(source="rate_sheet", reference="row 2"),
)
WORDS = st.text(st.characters(categories=("L", "P", "Zs"), exclude_characters="{}"), max_size=12)
PARTS = st.lists(
    st.one_of(WORDS, st.sampled_from(["{{rate}}", "{{first_name}}", "{{unsubscribe_url}}"])), max_size=12
)
VALUES = {"first_name": "Ada", "unsubscribe_url": "https://lender.example/unsubscribe/4f2a"}


@given(PARTS)
def test_every_claim_stands_where_its_binding_says(parts):
    master = Master(
        master_id="m.a",
        placement_id="m",
        variant="a",
        fields={"body": "".join(parts)},
        angle="x",
        author="house",
    )
    drawn = render(master, {"rate": RATE})
    piece = Piece(
        piece_id="p",
        channel="email",
        fields=drawn.fields,
        claims=(RATE,),
        bindings=drawn.bindings,
        authors=("house",),
    )
    letter = personalised(piece, VALUES)
    body = letter.fields["body"]
    assert body == "".join(parts).replace("{{rate}}", "6.125%").replace("{{first_name}}", "Ada").replace(
        "{{unsubscribe_url}}", VALUES["unsubscribe_url"]
    )
    shown = {claim.slot: claim.text for claim in letter.claims}
    assert len(letter.bindings) == sum(
        part in ("{{rate}}", "{{first_name}}", "{{unsubscribe_url}}") for part in parts
    )
    for binding in letter.bindings:
        assert body[binding.start : binding.end] == shown[binding.slot]


# what a rendering may not be


SAVING = SlotRange(
    slot="saving", kind="saving", formula="old payment less new", source="loans, rate sheet", low=25, high=900
)
OWN_RATE = SlotRange(
    slot="own_rate",
    kind="rate",
    formula="the rate offered to this borrower",
    source="rate sheet",
    low=5.5,
    high=7,
)
FIELDS = {
    "subject": "{{ first_name }}, from {{rate}}",
    "body": "Hi {{first_name}}, {{rate}} is the rate. You could save {{saving}} a month at {{own_rate}}.",
    "bullets": ("Save {{saving}}", "Talk with us"),
    "footer": "{{unsubscribe_url}}",
}


def approved(**more: Any) -> Piece:
    master = Master(master_id="m.a", placement_id="m", variant="a", fields=FIELDS, angle="x", author="house")
    drawn = render(master, {"rate": RATE})
    told: dict[str, Any] = {
        "piece_id": "p", "channel": "email", "states": ("CA",), "fields": drawn.fields, "claims": (RATE,),
        "bindings": drawn.bindings, "ranges": (SAVING, OWN_RATE), "authors": ("house",), **more,
    }  # fmt: skip
    return Piece(**told)


APPROVED = approved()
NAMES = st.text(st.characters(categories=("L", "Zs", "P")), min_size=1, max_size=12)


def filled(name: str = "Ada", saving: float = 120.0, rate: float = 6.25, text: str = "") -> Piece:
    values = {
        **VALUES, "first_name": name, "saving": text or f"${saving:,.2f}", "own_rate": f"{rate:.3f}%",
    }  # fmt: skip
    return personalised(APPROVED, values, {"saving": saving, "own_rate": rate})


@given(NAMES, st.floats(0, 1000), st.floats(5, 8))
def test_a_rendering_strays_where_a_number_leaves_its_range_and_nowhere_else(
    name: str, saving: float, rate: float
):
    said = strays(APPROVED, filled(name, saving, rate))
    assert (said == "") is (25 <= saving <= 900 and 5.5 <= rate <= 7), said


@pytest.mark.parametrize(
    ("saving", "text", "said"),
    [
        (24.99, "$24.99", "its `saving` ($24.99) lies outside of 25 to 900"),
        (25, "$25", ""),
        (900, "$900.00", ""),
        (900.01, "$900.01", "its `saving` ($900.01) lies outside of 25 to 900"),
        (float("nan"), "$100", "its `saving` ($100) lies outside of 25 to 900"),
        (100, "$9,999", "its `saving` ($9,999) does not say 100"),
        (100, "about $100", ""),
        (100.4, "$100", ""),
        (100.6, "$100", "its `saving` ($100) does not say 100.6"),
        (100, "a lot", "its `saving` (a lot) does not say 100"),
        (100, "$100 or $900", "its `saving` ($100 or $900) does not say 100"),
        (100, "-$100", "its `saving` (-$100) does not say 100"),
        (100, "\u2212$100", "its `saving` (\u2212$100) does not say 100"),
    ],
)
def test_a_number_is_within_its_range_and_its_text_says_it(saving: float, text: str, said: str):
    assert strays(APPROVED, filled(saving=saving, text=text)) == said


def test_a_number_without_a_value_behind_it_is_no_number():
    values = {**VALUES, "saving": "$120", "own_rate": "6.250%"}
    assert "lies outside" in strays(APPROVED, personalised(APPROVED, values, {"own_rate": 6.25}))


@pytest.mark.parametrize(
    ("text", "said"), [("360", ""), ("30", ""), ("30-year", ""), ("15", "does not say 360")]
)
def test_months_may_be_said_as_years(text: str, said: str):
    term = SlotRange(slot="saving", kind="term", formula="months left", source="loans", low=12, high=480)
    piece = approved(ranges=(term, OWN_RATE))
    values = {**VALUES, "saving": text, "own_rate": "6.250%"}
    assert said in strays(piece, personalised(piece, values, {"saving": 360, "own_rate": 6.25}))


def test_a_slot_left_open_is_no_rendering():
    """Nobody's letter says `{{saving}}`; the channel refuses it, and here it strays from nothing it showed."""
    some = personalised(APPROVED, {**VALUES, "saving": "$120"}, {"saving": 120})
    assert strays(APPROVED, some) == ""
    assert "{{own_rate}}" in str(some.fields["body"])


def other_letters(data: st.DataObject, rendering: Piece) -> Piece:
    """One letter more, less or another, anywhere, with what is bound after it moved along or not."""
    name, text = data.draw(st.sampled_from(list(rendering.texts())))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 2)))
    put = data.draw(st.sampled_from(["", "x", "9", "{{saving}}", " "]))
    changed = text[:start] + put + text[end:]
    shift = len(changed) - len(text) if data.draw(st.booleans()) else 0
    root, _, place = name.partition("[")
    value = rendering.fields[root]
    if not isinstance(value, str):
        entries = list(value)
        entries[int(place[:-1])] = changed
        fields = {**rendering.fields, root: tuple(entries)}
    else:
        fields = {**rendering.fields, root: changed}
    bindings = tuple(
        one.model_copy(update={"start": one.start + shift, "end": one.end + shift})
        if one.field == name and one.start >= end
        else one
        for one in rendering.bindings
    )
    return rendering.model_copy(update={"fields": fields, "bindings": bindings})


def other_bindings(data: st.DataObject, rendering: Piece) -> Piece:
    bindings = list(rendering.bindings)
    place = data.draw(st.integers(0, len(bindings) - 1))
    how = data.draw(st.sampled_from(["drop", "twice", "move", "call", "turn"]))
    one = bindings[place]
    if how == "drop":
        del bindings[place]
    elif how == "twice":
        bindings.insert(place, one)
    elif how == "move":
        bindings[place] = one.model_copy(update={"end": one.end + 1})
    elif how == "call":
        slot = data.draw(st.sampled_from(["first_name", "saving", "rate", "other"]))
        bindings[place] = one.model_copy(update={"slot": slot})
    else:
        bindings.reverse()
    return rendering.model_copy(update={"bindings": tuple(bindings)})


def other_claims(data: st.DataObject, rendering: Piece) -> Piece:
    claims = list(rendering.claims or ())
    place = data.draw(st.integers(0, len(claims) - 1))
    one = claims[place]
    how = data.draw(st.sampled_from(["drop", "twice", "change", "none", "more"]))
    if how == "drop":
        del claims[place]
    elif how == "twice":
        claims.insert(place, one)
    elif how == "change":
        change = data.draw(
            st.sampled_from(
                [
                    {"text": "$130.00"}, {"kind": "amount"}, {"value": 9_999.0}, {"slot": "other"},
                    {"provenance": one.provenance.model_copy(update={"source": "market"})},
                    {"provenance": one.provenance.model_copy(update={"reference": "elsewhere"})},
                ]
            )
        )  # fmt: skip
        claims[place] = one.model_copy(update=change)
    elif how == "more":
        source = data.draw(st.sampled_from(["recipient", "rate_sheet"]))
        origin = Provenance.model_validate({"source": source, "reference": "row 3"})
        claims.append(Claim(slot="bonus", kind="amount", text="$500", value=500, provenance=origin))
    return rendering.model_copy(update={"claims": None if how == "none" else tuple(claims)})


def other_record(data: st.DataObject, rendering: Piece) -> Piece:
    change = data.draw(
        st.sampled_from(
            [
                {"channel": "meta"}, {"audience": "partner"}, {"states": ("NY",)}, {"products": ("va",)},
                {"originator": Speaker(name="Lou")}, {"partner": Partner(name="Kay")}, {"targeting": {"zip": 1}},
                {"offers": (OfferTerms(apr=5.0),)}, {"consent": Consent(sms_written=True)}, {"ranges": ()},
                {"ranges": (SAVING.model_copy(update={"high": 99_999}), OWN_RATE)}, {"piece_id": "q"},
                {"revision": 2}, {"authors": ()}, {"cost_split": CostSplit(
                    total_usd=1, lender_pays_usd=1, lender_space_share=1
                )},
            ]
        )
    )  # fmt: skip
    return rendering.model_copy(update=change)


@given(st.data(), st.sampled_from([other_letters, other_bindings, other_claims, other_record]))
def test_any_other_difference_is_found(data: st.DataObject, differ: Callable[[st.DataObject, Piece], Piece]):
    rendering = filled()
    assert strays(APPROVED, rendering) == ""
    other = differ(data, rendering)
    assert (strays(APPROVED, other) == "") is (other == rendering)


def test_letters_that_say_another_number_than_the_claim_are_found():
    """The claim is within its range; the public would read something else."""
    rendering = filled(saving=120)
    body = str(rendering.fields["body"]).replace("$120.00", "$999.99")
    lying = rendering.model_copy(update={"fields": {**rendering.fields, "body": body}})
    assert strays(APPROVED, lying) == "its words are not those of the approved template"


def test_bare_text_is_held_to_its_words_as_well():
    piece = approved(
        claims=None, ranges=(), fields={"body": "Hi {{ first_name }}, talk with us."}, bindings=()
    )
    rendering = personalised(piece, {"first_name": "Ada"})
    assert strays(piece, rendering) == ""
    other = rendering.model_copy(update={"fields": {"body": "Hi Ada, talk with him."}})
    assert strays(piece, other) == "its words are not those of the approved template"
