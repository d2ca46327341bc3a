"""A log that grows and is signed as it grows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from approvals.anchor_files import Anchor
from approvals.anchors import anchor, anchors_of
from approvals.audit import record, verify
from approvals.database import writing
from approvals.signing import signing_key
from tests.approvals.gate import AT, LENDER
from tools.workspace import Workspace


def happen(engine: Engine, times: int, what: str = "piece.approved") -> None:
    with writing(engine) as session:
        for number in range(times):
            record(
                session, event=what, subject=f"piece {number}", by="Ruth Calder", at=AT, details={"n": number}
            )


def sign(engine: Engine, place: Workspace, *, hours: int = 0) -> Anchor:
    key = signing_key(place.keys)
    return anchor(engine, place.anchors, key, lender=LENDER, at=AT + timedelta(hours=hours))


def three_anchors(engine: Engine, place: Workspace) -> None:
    for hours in range(3):
        happen(engine, 4)
        sign(engine, place, hours=hours)


def said(engine: Engine, place: Workspace) -> tuple[str, ...]:
    report = verify(engine, anchors_of(place))
    assert report.verified == (not report.faults)
    assert report.reason == (report.faults[0] if report.faults else "")
    return report.faults
