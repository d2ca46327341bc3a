"""What is live in two runs, and taking it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from approvals.filters import Filter
from approvals.recalls import Recall, recall
from approvals.releases import releases_due
from campaign.piece import Piece
from campaign.release import Release
from tests.approvals.gate import AT, LATER, Rules, approve, gate_of, ledger, submit
from tools.channels.google_ads_recall import write_removal

RULES = Rules(warns={"best"})


def take_down(delivered: str) -> str:
    return str(write_removal(Path(delivered)))


def out(engine: Engine, piece: Piece, *slots: tuple[str, str], run: str = "run-1") -> Release:
    """Approve a piece and carry it out as far as each slot says: `claimed`, `submitting`, or a target."""
    submit(engine, piece, RULES, run_id=run)
    approve(engine, piece.piece_id, RULES)
    (release,) = [due for due in releases_due(engine) if due.piece.piece_id == piece.piece_id]
    books = ledger(engine, RULES)
    for slot, state in slots:
        assert books.claim(release, slot, at=AT)
        if state == "claimed":
            continue
        if state in ("postponed", "abandoned"):
            (books.postpone if state == "postponed" else books.abandon)(release, slot, reason="full", at=AT)
            continue
        books.submitting(release, slot, at=AT)
        if state != "submitting":
            books.deliver(release, slot, target=state, at=AT)
    return release


def take_back(engine: Engine, wanted: Filter | None = None, **more: Any) -> Recall:
    asked: dict[str, Any] = {"by": "Max Orr", "at": LATER, "reason": "The rate moved.", **more}
    asked.setdefault("take_down", take_down)
    return recall(gate_of(engine, RULES), wanted or Filter(), **asked)
