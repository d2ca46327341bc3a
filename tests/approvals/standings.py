"""A database with one piece that stands somewhere, brought there as it is every day, and a bench to try acts on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from approvals import acts, decisions, waivers
from approvals.database import open_database
from approvals.expiry import expire_approved, supersede_pending
from approvals.gate import Gate
from approvals.pieces import load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.condition import Condition
from campaign.errors import Refused
from tests.approvals.cast import SPEAKER, STAFFED, send_away
from tests.approvals.gate import (
    AT,
    LENDER,
    Rules,
    a_piece,
    by_hand,
    gate_of,
    ledger,
    recall_live,
    start,
    submit,
)

SOON = AT + timedelta(hours=1)
LATER = AT + timedelta(hours=5)
RULES = Rules(blocks={"guaranteed"}, warns={"best", "fine"})
ONE_APPROVAL = LENDER.model_copy(update={"people": STAFFED.people})
BAND = Condition(low=6, high=7, before=LATER)


# what a piece has to go through to stand somewhere, each by the people and parts that do it every day


def approved(engine: Engine) -> None:
    decisions.approve(gate_of(engine, RULES, ONE_APPROVAL), "letter", by="Ruth Calder", at=AT)


def claimed(engine: Engine) -> None:
    approved(engine)
    assert ledger(engine, RULES, ONE_APPROVAL).claim(releases_due(engine)[0], "r1", at=AT)


def delivered(engine: Engine) -> None:
    claimed(engine)
    books, (release,) = ledger(engine, RULES, ONE_APPROVAL), releases_due(engine)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target="letter-1", at=AT)


def taken_back(engine: Engine) -> None:
    delivered(engine)
    assert recall_live(engine, "run-1", reason="the rate moved", at=AT) == 1


def expired(engine: Engine) -> None:
    approved(engine)
    assert expire_approved(engine, "run-1", reason="the rate moved", at=AT) == 1


def put(status: str) -> Callable[[Engine], None]:
    return lambda engine: by_hand(engine, "UPDATE pieces SET status = :status", status=status)


def gate(engine: Engine) -> Gate:
    return gate_of(engine, RULES, ONE_APPROVAL)


WAYS: dict[Status, Callable[[Engine], object]] = {
    Status.DRAFTED: put("drafted"),  # nothing is ever seen to stand in these two
    Status.SCREENED: put("screened"),
    Status.BLOCKED: lambda engine: None,
    Status.PENDING: lambda engine: None,
    Status.RETURNED: lambda engine: decisions.return_for_changes(
        gate(engine), "letter", by="Ruth Calder", at=AT, reason="Shorter."
    ),
    Status.WITHDRAWN: lambda engine: acts.withdraw(
        gate(engine), "letter", by="Max Orr", at=AT, reason="Not this week."
    ),
    Status.APPROVED: approved,
    Status.APPROVED_CONDITIONALLY: lambda engine: decisions.approve(
        gate(engine), "letter", by="Ruth Calder", at=AT, condition=BAND
    ),
    Status.REJECTED: lambda engine: decisions.reject(
        gate(engine), "letter", by="Ruth Calder", at=AT, reason="Too long."
    ),
    Status.RELEASED: claimed,
    Status.PUBLISHED: delivered,
    Status.SUPERSEDED: lambda engine: supersede_pending(engine, "run-1", reason="a newer plan", at=AT),
    Status.EXPIRED: expired,
    Status.RECALLED: taken_back,
}


def build(path: Path, status: Status, *, spoken: bool, rules: Rules = RULES) -> None:
    """A database with one piece that stands there, a finding waived in it, and everybody's stand-in at work."""
    engine = open_database(f"sqlite:///{path}")
    start(engine)
    words = "The best of fine letters" + (", guaranteed." if status is Status.BLOCKED else ".")
    submit(engine, a_piece(body=words, originator=SPEAKER if spoken else None), rules, lender=STAFFED)
    send_away(gate_of(engine, RULES, STAFFED))
    waivers.waive(
        gate(engine), "letter", "test.best", reason="It quotes an award.", until=AT.date(), by="Ruth Calder",
        at=AT,
    )  # fmt: skip
    WAYS[status](engine)
    assert load_piece(engine, "letter").status is status
    engine.dispose()


def a_clear_sentence(stopped: Refused, begins: str = "") -> None:
    assert stopped.fact.startswith(begins), stopped.fact
    assert stopped.fact.endswith("."), stopped.fact
    assert "\n" not in stopped.fact
    assert stopped.remedy.endswith("."), stopped.remedy


class Bench:
    """One database that is laid anew from another: an engine that has learnt its statements once is quick."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = open_database(f"sqlite:///{path}")
        self._watching = sqlite3.connect(path)

    def lay(self, kept: Path) -> Engine:
        self.close()
        shutil.copy(kept, self.path)
        self._watching = sqlite3.connect(self.path)
        self._laid = self._version()
        return self.engine

    @property
    def untouched(self) -> bool:
        """Whether nobody changed anything since."""
        return self._version() == self._laid

    def close(self) -> None:
        self._watching.close()
        self.engine.dispose()

    def _version(self) -> int:
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])
