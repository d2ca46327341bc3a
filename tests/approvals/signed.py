"""One master signed by many loan officers in many states: a small lender's roster, and its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from campaign.claim import Claim, Provenance
from campaign.lender import Lender, License, Originator, Person
from campaign.licensing import MarketingPartner
from campaign.master import Master, render
from campaign.piece import FieldText, Partner, Piece, Speaker
from policies.identity import identity_claims, originator_claims, partner_claims
from tests.approvals.gate import AT, WRITER

STATES = ("AZ", "CA", "CO", "ID", "MT", "NV", "OR", "UT", "WA", "WY")
OFFICERS = tuple(
    Originator(nmls=str(2_000_001 + place), name=name, states=STATES, phone=f"208-555-01{place:02}")
    for place, name in enumerate(
        ("Olive Penn", "Bo Ash", "Cornelia van der Merwe-Castellanos", "Dee Lux", "Ian Moss", "Una O'Hara")
    )
)
PARTNERS = (
    MarketingPartner(name="Kay Ford", kind="real_estate_agent", company="Ford Homes", license="RE-11"),
    MarketingPartner(name="Jo Birch", kind="real_estate_agent", company="Birch & Sons", license="RE-12"),
    MarketingPartner(name="Elm Builders", kind="builder"),
)
LENDER = Lender(
    name="Cedar & Main Mortgage, LLC",
    nmls="1999901",
    address="410 Juniper Street, Boise, ID",
    phone="208-555-0100",
    licenses={
        state: License(
            number=f"MB-{state}-7", type="Mortgage Lender License", regulator="the state", expires=date(2026, 12, 31)
        )
        for state in STATES
    },
    originators=OFFICERS,
    partners=PARTNERS,
    people=(
        Person(name="Ruth Calder", role="compliance"),
        Person(name="Ada Stone", role="admin"),
        Person(name="Max Orr", role="marketer"),
    ),
)  # fmt: skip
UNTIL = datetime(2026, 2, 27, 23, 0, tzinfo=UTC)
RATE = Claim(
    slot="rate", kind="rate", text="6.125%", value=6.125, valid_until=UNTIL,
    provenance=Provenance(source="rate_sheet", reference="sheet s1 row 3"),
)  # fmt: skip
PAYMENT = Claim(
    slot="payment", kind="payment", text="$2,430.44", value=2430.44, valid_until=UNTIL,
    provenance=Provenance(
        source="calculation", reference="level payment of principal and interest, sheet s1 row 3",
        inputs={"loan_amount": "$400,000", "rate": "6.125%", "months": "360"},
    ),
)  # fmt: skip
FIELDS: dict[str, FieldText] = {
    "subject": "A rate of {{rate}}",
    "body": (
        "Pay {{payment}} a month at {{rate}}. {{originator_name}}, NMLS {{originator_nmls}}, {{company_name}}."
        " {{legends}}"
    ),
}
WITH_PARTNER: dict[str, FieldText] = {**FIELDS, "footer": "With {{partner_name}}, {{partner_license}}."}


def signed(
    officer: Originator = OFFICERS[0],
    states: tuple[str, ...] = ("ID",),
    *,
    piece_id: str = "",
    fields: dict[str, FieldText] | None = None,
    partner: MarketingPartner | None = None,
    claims: Iterable[Claim] = (RATE, PAYMENT),
    lender: Lender = LENDER,
    **more: Any,
) -> Piece:
    """A letter in an officer's name for some states; every value in it is bound to its record."""
    known = {claim.slot: claim for claim in claims}
    known |= identity_claims(lender, states, on=AT.date()) | originator_claims(lender, officer)
    if partner is not None:
        known |= partner_claims(partner)
        more["partner"] = Partner(name=partner.name, kind=partner.kind)
    master = Master(
        master_id="owners.email.a", placement_id="owners.email", variant="a", angle="A plain question",
        author=WRITER, fields=fields or (WITH_PARTNER if partner else FIELDS),
    )  # fmt: skip
    made = render(master, known)
    assert not made.missing, made.missing
    shown = {binding.slot for binding in made.bindings}
    more.setdefault("originator", Speaker(name=officer.name, nmls=officer.nmls, states=officer.states))
    return Piece(
        piece_id=piece_id or f"letter.{officer.nmls}.{'-'.join(states)}", channel="email", states=states,
        fields=made.fields, bindings=made.bindings, authors=(WRITER,),
        claims=tuple(claim for slot, claim in known.items() if slot in shown), **more,
    )  # fmt: skip
