"""Letters of six loan officers that are one class, and how a class is looked at and decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from approvals.bulk import BatchDecision, batch_of, decide_batch
from approvals.classes import ClassView, class_view
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import load_piece
from campaign.lender import Lender
from tests.approvals.gate import AT, Rules, gate_of
from tests.approvals.signed import LENDER, OFFICERS, STATES, signed

LETTERS = tuple(signed(officer, (STATES[place],)) for place, officer in enumerate(OFFICERS))


def gate(engine: Engine, lender: Lender = LENDER, rules: Rules | None = None) -> Gate:
    return gate_of(engine, rules, lender)


def key_of(engine: Engine, piece_id: str = LETTERS[0].piece_id) -> str:
    return load_piece(engine, piece_id).class_key


def view(engine: Engine, **more: Any) -> ClassView:
    return class_view(gate(engine), key_of(engine), **{"at": AT, **more})


def decide(
    engine: Engine, key: str, *, digest: str = "", lender: Lender = LENDER, **more: Any
) -> BatchDecision:
    wanted = Filter(class_key=key)
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, **more}
    return decide_batch(
        gate(engine, lender), wanted, "approve", digest=digest or batch_of(engine, wanted).digest, **asked
    )
