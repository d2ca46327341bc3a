"""Pieces to look for, and what each condition of a filter means, said once more in plain terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from approvals import acts
from approvals.filters import Filter
from approvals.pieces import StoredPiece
from campaign.approval_rules import ApprovalRule
from campaign.claim import Binding, Claim, Provenance, SlotRange
from campaign.lender import Person
from campaign.piece import Partner, Piece, Speaker
from tests.approvals.gate import AT, LENDER, a_piece, approve, gate_of, reject, start, submit

LENDER_WITH_LIMITS = LENDER.model_copy(
    update={
        "people": (Person(name="Ruth Calder", role="compliance"), Person(name="Max Orr", role="marketer")),
        "approvals": (ApprovalRule(name="Soon", channels=("email",), hours=2),),
    }
)


def numbers(rates: dict[str, float] | None = None, licences: str = "") -> dict[str, Any]:
    """Claims bound one after the other in a body."""
    body, claims, bindings = "", [], []
    for slot, rate in (rates or {}).items():
        claims.append(
            Claim(
                slot=slot, kind="apr" if "apr" in slot else "rate", text=f"{rate:.3f}%", value=rate,
                provenance=Provenance(source="rate_sheet", reference="sheet s1 row 3"),
            )
        )  # fmt: skip
    if licences:
        reference = "lender.toml " + ", ".join(f"licenses.{state}" for state in licences.split())
        origin = Provenance(source="licence", reference=reference)
        claims.append(Claim(slot="legends", kind="legend", text="Licensed.", provenance=origin))
    for claim in claims:
        bindings.append(
            Binding(field="body", start=len(body), end=len(body) + len(claim.text), slot=claim.slot)
        )
        body += f"{claim.text} "
    return {"body": f"{body}today.", "claims": tuple(claims), "bindings": tuple(bindings)}


@dataclass(frozen=True)
class Made:
    piece: Piece
    run: str = "run-1"
    then: Callable[[Engine], object] = field(default=lambda engine: None)


OWN_RATE = SlotRange(
    slot="own_rate", kind="rate", formula="of this borrower", source="loans", low=5.9, high=6.6
)
PIECES = (
    Made(a_piece("plain", states=("CA", "WA"), products=("fha",))),
    Made(a_piece("warned", body='The "best" Loan\nfor 100% of_us. Ärger', states=("ID",))),
    Made(a_piece("loud", body="guaranteed", channel="meta")),
    Made(a_piece("rate.low", states=("CA",), **numbers({"rate": 6.125, "apr": 6.25}, "CA NV"))),
    Made(a_piece("rate.high", **numbers({"jumbo_rate": 7.0}, "NY")), "run-2"),
    Made(a_piece("ten", **numbers({"rate": 10.5}))),
    Made(a_piece("own", claims=(), ranges=(OWN_RATE,))),
    Made(
        a_piece("lou", originator=Speaker(name="Lou  Field", nmls="2000001")),
        then=lambda engine: acts.assign(
            gate_of(engine, lender=LENDER_WITH_LIMITS), "lou", to="Max Orr", by="Ruth Calder", at=AT
        ),
    ),
    Made(
        a_piece("pat", originator=Speaker(name="Pat Reed"), partner=Partner(name="Kay Ford", kind="builder"))
    ),
    Made(a_piece("good", states=("CA",)), then=lambda engine: approve(engine, "good")),
    Made(a_piece("poor"), "run-2", then=lambda engine: reject(engine, "poor")),
)


def fill(engine: Engine) -> None:
    for run in ("run-1", "run-2"):
        start(engine, run)
    for made in PIECES:
        submit(engine, made.piece, run_id=made.run, lender=LENDER_WITH_LIMITS)
        made.then(engine)


def fits(stored: StoredPiece, wanted: Filter) -> bool:
    piece = stored.piece
    shown = {one.slot for one in piece.bindings}
    claims = [claim for claim in piece.claims or () if claim.slot in shown]
    rates = [float(claim.value or 0) for claim in claims if claim.kind in ("rate", "apr")]
    spans = [(rate, rate) for rate in rates]
    spans += [(held.low, held.high) for held in piece.ranges if held.kind == "rate"]
    names = {claim.kind for claim in claims} | {claim.slot for claim in claims}
    names |= {held.kind for held in piece.ranges} | {held.slot for held in piece.ranges}
    licences = {
        word.strip(",").removeprefix("licenses.")
        for claim in claims
        if claim.provenance.source == "licence"
        for word in claim.provenance.reference.split()[1:]
    }
    speaker = piece.originator
    told = {
        "statuses": lambda asked: not asked or stored.status in asked,
        "piece": lambda asked: piece.piece_id == asked,
        "run": lambda asked: stored.run_id == asked,
        "channel": lambda asked: piece.channel == asked,
        "segment": lambda asked: stored.segment == asked,
        "placement": lambda asked: stored.placement_id == asked,
        "state": lambda asked: asked.upper() in piece.states,
        "product": lambda asked: asked in piece.products,
        "rule": lambda asked: asked in {one.rule for one in stored.findings},
        "verdict": lambda asked: stored.verdict == asked,
        "originator": lambda asked: speaker is not None
        and (" ".join(asked.split()).casefold() == " ".join(speaker.name.split()).casefold() or asked == speaker.nmls),
        "partner": lambda asked: piece.partner is not None and asked.casefold() == piece.partner.name.casefold(),
        "claim": lambda asked: asked in names,
        "licence": lambda asked: asked.upper() in licences,
        "assignee": lambda asked: stored.assignee == " ".join(asked.split()).casefold(),
        "class_key": lambda asked: stored.class_key == asked,
        "overdue_at": lambda asked: stored.due_at is not None and stored.due_at < asked,
        "text": lambda asked: asked.lower() in piece.piece_id.lower()
        or any(asked.lower() in text.lower() for _, text in piece.texts()),
    }  # fmt: skip
    low, high = wanted.rate_low, wanted.rate_high
    if (low, high) != (None, None):
        lowest, highest = low or 0.0, 30.0 if high is None else high
        if not any(end >= lowest and begin <= highest for begin, end in spans):
            return False
    asked_of = wanted.model_dump(exclude_none=True, exclude={"rate_low", "rate_high"})
    return all(told[name](value) for name, value in asked_of.items())
