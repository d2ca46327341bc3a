"""Several people who approve one letter, in each other's places, and what the lender says of them later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from approvals import decisions
from approvals.delegating import delegate
from approvals.releases import releases_due
from campaign.approval_rules import ApprovalRule
from campaign.lender import Lender, Person
from campaign.release import Decision
from tests.approvals.gate import AT, LATER, LENDER, PEOPLE, Rules, gate_of, ledger, staffed

PAIR = ApprovalRule(name="Pairs", people=2)


def approve(engine: Engine, by: str, lender: Lender, rules: Rules | None = None, **more: Any) -> Decision:
    return decisions.approve(gate_of(engine, rules, lender), "letter", by=by, at=more.pop("at", AT), **more)


def away(engine: Engine, absent: str, stand_in: str) -> None:
    delegate(
        gate_of(engine, lender=staffed()), absent=absent, stand_in=stand_in, starts=AT.date(),
        until=AT.date(), by="Ada Stone", at=AT,
    )  # fmt: skip


def claim(engine: Engine, lender: Lender, rules: Rules | None = None) -> bool:
    (release,) = releases_due(engine)
    return ledger(engine, rules, lender).claim(release, "file", at=LATER)


def without(*names: str, **roles: str) -> Lender:
    """The lender's record once somebody left, or changed their role (`Ruth_Calder="marketer"`)."""
    moved = {name.replace("_", " "): role for name, role in roles.items()}
    people = [
        Person.model_validate({"name": one.name, "role": moved.get(one.name, one.role)})
        for one in PEOPLE
        if one.name not in names
    ]
    return LENDER.model_copy(update={"people": tuple(people)})
