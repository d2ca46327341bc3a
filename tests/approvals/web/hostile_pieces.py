"""A piece of a channel with a hostile text in everything that is shown of it."""

from __future__ import annotations

from approvals.pieces import StoredPiece
from campaign.claim import Binding, Claim, Provenance, SlotRange
from campaign.finding import Finding, Severity
from campaign.piece import CostSplit, OfferTerms, Partner, Piece, Speaker
from campaign.waiver import Waiver
from tests.approvals.gate import AT
from tests.approvals.web.inert import ADDRESS, HOSTILE
from tests.approvals.web.looks import FIELDS, stored


def everywhere(channel: str) -> StoredPiece:
    """A piece with something hostile in every place that a person or a file can fill."""
    texts = {
        name: HOSTILE if isinstance(value, str) else (HOSTILE, HOSTILE) for name, value in FIELDS.items()
    }
    texts |= {"landing_url": ADDRESS, HOSTILE: HOSTILE}
    said = Provenance(source="calculation", reference=HOSTILE, inputs={HOSTILE: HOSTILE})
    claims = tuple(
        Claim(slot=slot, kind=kind, text=HOSTILE * 2, provenance=said)
        for slot, kind in (("rate", "rate"), ("company_name", "name"), ("company_url", "url"))
    )
    piece = Piece(
        piece_id=HOSTILE, channel=channel, fields=texts, states=(HOSTILE,), products=(HOSTILE,),
        originator=Speaker(name=HOSTILE, nmls=HOSTILE, states=(HOSTILE,)), partner=Partner(name=HOSTILE, kind=HOSTILE),
        targeting={HOSTILE: {HOSTILE: [HOSTILE]}}, cost_split=CostSplit(total_usd=1, lender_pays_usd=1, lender_space_share=1),
        offers=(OfferTerms(buydown_paid_by=HOSTILE),), claims=claims,
        bindings=(Binding(field="body", start=0, end=5, slot="rate"),),
        ranges=(SlotRange(slot="saving", kind="saving", formula=HOSTILE, source=HOSTILE, low=1, high=2),), authors=(HOSTILE,),
    )  # fmt: skip
    found = Finding(
        rule=HOSTILE, severity=Severity.WARN, citation=HOSTILE, field="body", start=2, end=30, excerpt=HOSTILE,
        message=HOSTILE, fix=HOSTILE,
    )  # fmt: skip
    waiver = Waiver(
        rule=HOSTILE,
        piece=HOSTILE,
        content=piece.content_hash,
        reason=HOSTILE,
        by=HOSTILE,
        issued=AT.date(),
        until=AT.date(),
    )
    elsewhere = found.model_copy(update={"field": HOSTILE})
    return stored(
        piece, found, elsewhere, waivers=(waiver,), pack_version=HOSTILE, segment=HOSTILE, angle=HOSTILE
    )
