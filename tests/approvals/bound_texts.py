"""Texts with bound values, apart from any database."""

from __future__ import annotations

from campaign.claim import Claim, Provenance
from campaign.master import Master, render
from campaign.piece import FieldText, Piece
from tests.approvals.gate import WRITER


def value(slot: str, kind: str, text: str) -> Claim:
    origin = Provenance(source="rate_sheet", reference="sheet s1 row 3")
    return Claim.model_validate({"slot": slot, "kind": kind, "text": text, "provenance": origin})


CLAIMS = (
    value("rate", "rate", "6.125%"),
    value("apr", "apr", "6.25%"),
    value("term_years", "term", "30"),
    value("loan_amount", "amount", "$400,000"),
    value("name", "name", "Bo"),
)


def bound(**fields: FieldText) -> Piece:
    master = Master(master_id="m.a", placement_id="m", variant="a", fields=fields, angle="x", author=WRITER)
    made = render(master, {claim.slot: claim for claim in CLAIMS})
    return Piece(
        piece_id="letter", channel="email", fields=made.fields, bindings=made.bindings, claims=CLAIMS,
        authors=(WRITER,),
    )  # fmt: skip


LETTER = bound(subject="At {{rate}}", body="{{loan_amount}} over {{term_years}} years at {{rate}} ({{apr}}).")
AD = bound(headlines=("At {{rate}}", "By {{name}}", "Talk"), body="Talk with {{name}}.")
