"""A recipient's rendering shows the approved words with that recipient's values, each number still bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from campaign.claim import Claim, Provenance
from campaign.master import Master, render
from campaign.personal import personalised
from campaign.piece import Piece

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
