"""The key of a class, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from approvals.class_keys import class_key
from campaign.claim import Claim
from campaign.finding import Finding, Severity
from campaign.lender import Lender
from campaign.piece import Piece
from tests.approvals.gate import AT
from tests.approvals.signed import LENDER, OFFICERS, PARTNERS, STATES, signed

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


def changed(claim: Claim, **more: Any) -> Claim:
    origin = {name: more.pop(name) for name in ("source", "reference", "inputs") if name in more}
    provenance = claim.provenance.model_copy(update=origin)
    return claim.model_copy(update={**more, "provenance": provenance})
