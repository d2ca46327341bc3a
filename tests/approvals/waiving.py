"""One piece that a rule blocks, and who lets it pass and takes that back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from approvals import decisions
from approvals.pieces import waiver_name
from approvals.releases import releases_due
from approvals.waivers import revoke, waive
from campaign.lender import Lender
from campaign.release import Decision
from campaign.waiver import Waiver
from tests.approvals.gate import (
    AT,
    LENDER,
    STAFFED,
    gate_of,
    ledger,
)

TODAY = date(2026, 2, 26)
DAY = timedelta(days=1)
RULE = "test.guaranteed"


def waived(engine: Engine, rule: str = RULE, *, lender: Lender = STAFFED, **more: Any) -> Waiver:
    asked: dict[str, Any] = {
        "reason": "It quotes the statute.", "until": TODAY + DAY, "by": "Sam Ott", "at": AT, **more
    }  # fmt: skip
    return waive(gate_of(engine, lender=lender), "letter", rule, **asked)


def revoked(engine: Engine, waiver: Waiver, **more: Any) -> Waiver:
    asked: dict[str, Any] = {"reason": "It does not.", "by": "Sam Ott", "at": AT, **more}
    return revoke(gate_of(engine, lender=STAFFED), waiver_name(waiver), **asked)


def approve(engine: Engine, **more: Any) -> Decision:
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, **more}
    return decisions.approve(gate_of(engine, lender=STAFFED), "letter", **asked)


def claim(engine: Engine, at: datetime = AT) -> bool:
    (release,) = releases_due(engine)
    return ledger(engine, lender=STAFFED).claim(release, "file", at=at)


def end_of(day: date) -> datetime:
    return datetime.combine(day, datetime.max.time(), tzinfo=LENDER.zone).replace(microsecond=0)
