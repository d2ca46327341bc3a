"""Who has to approve one piece, and whether those who did are enough, by the lender's rules as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from approvals.names import fold
from approvals.people import Actor
from approvals.permissions import PERMISSIONS, Action
from approvals.pieces import StoredPiece
from approvals.runs import find_run, plan_of, run_of
from campaign.approval_rules import DECIDING_ROLES, Requirement, requirement
from campaign.condition import Condition
from campaign.errors import NotPermitted, Refused
from campaign.lender import Lender
from campaign.lender_settings import Role
from campaign.release import Decision


@dataclass(slots=True)
class Requirements:
    """Works requirements out within one transaction, reading each run's budgets once."""

    session: Session
    lender: Lender
    _spends: dict[str, dict[str, float]] = field(default_factory=dict)
    _cases: dict[str, Condition | None] = field(default_factory=dict)

    def of(self, stored: StoredPiece) -> Requirement:
        """What a piece needs, by its findings and the budget of its placement."""
        return requirement(
            self.lender.approvals, stored.piece, stored.findings, spend_usd=self._spend(stored)
        )

    def condition(self, run_id: str, given: Condition | None, *, at: datetime) -> Condition | None:
        """The condition of an approval: that of the case which the run supposes, or a narrower one.

        Raises:
            Refused: the condition that was given lets out what the case would keep, or its time is over.
        """
        if run_id not in self._cases:
            supposed = run_of(find_run(self.session, run_id)).brief.supposing
            self._cases[run_id] = supposed.condition if supposed else None
        asked = self._cases[run_id]
        if asked is not None and asked.before <= at:
            raise Refused(
                f"Run `{run_id}` is planned for a case whose time is over: {asked.in_words}.",
                "Approve the plan that was made since, or plan anew with `vallum replan`.",
            )
        if asked is None or given is None:
            return asked or given
        if given.since is None:
            given = given.model_copy(update={"since": asked.since})
        if not given.within(asked):
            raise Refused(
                f"Run `{run_id}` is planned for the case that {asked.in_words}.",
                "Approve it without a condition of your own, or with a narrower one.",
            )
        return given

    def _spend(self, stored: StoredPiece) -> float | None:
        """Dollars of the piece's placement; None where no plan is kept."""
        if all(rule.spend_usd_over is None for rule in self.lender.approvals):
            return None
        if stored.run_id not in self._spends:
            plan = plan_of(self.session, stored.run_id)
            placements = plan.placements if plan else ()
            self._spends[stored.run_id] = {one.placement_id: one.budget_usd for one in placements}
        return self._spends[stored.run_id].get(stored.placement_id)


@dataclass(frozen=True, slots=True)
class Seat:
    """In which role an answer counts, and whose absence it fills; both empty where nobody is listed."""

    role: Role | Literal[""] = ""
    stands_in_for: str = ""


def seat_to_approve(actor: Actor, asked: Requirement, given: Sequence[Decision], stored: StoredPiece) -> Seat:
    """A role that is still asked for and that someone can fill, in their own name before an absent one's.

    Raises:
        NotPermitted: they approved already, or their approval would count for nothing.
    """
    cannot = f"Cannot approve `{stored.title}`"
    if fold(actor.name) in {name for one in given for name in (fold(one.by), fold(one.stands_in_for))}:
        raise NotPermitted(f"{cannot}: you approved it already.", f"It needs {asked.in_words}.")
    if actor.role is None:
        return Seat()
    missing = [role for role in asked.roles if role not in {one.role for one in given}]
    wanted = list(missing)
    if len(given) + len(missing) < asked.people or not asked.roles:
        wanted += [*asked.roles, *DECIDING_ROLES]
    taken = {fold(one.stands_in_for or one.by) for one in given}
    for name, role in actor.places:
        if role in wanted and _is_theirs(name, role, stored) and fold(name) not in taken:
            return Seat(role, "" if name == actor.name else name)
    needed = " and ".join(role.replace("_", " ") for role in missing) or "another person"
    raise NotPermitted(f"{cannot}: it needs the approval of {needed}.", f"It needs {asked.in_words}.")


def seat_to_turn_down(actor: Actor, action: Action, stored: StoredPiece) -> Seat:
    """The role by which the table of permissions lets someone say no, in their own name if they can."""
    held = PERMISSIONS[action]
    for name, role in actor.places:
        if role in held.roles or (role in held.own and _is_theirs(name, role, stored)):
            return Seat(role, "" if name == actor.name else name)
    return Seat()


def _is_theirs(name: str, role: Role, stored: StoredPiece) -> bool:
    """Whether a role says anything about a piece: a loan officer's only where it speaks in their name."""
    return role != "loan_officer" or fold(name) == fold(stored.speaker)


def unmet(asked: Requirement, given: Sequence[Decision]) -> str:
    """What approvals are still missing, in words; empty where those given are enough."""
    missing = [role.replace("_", " ") for role in asked.roles if role not in {one.role for one in given}]
    if missing and any(one.role for one in given):
        return f"the approval of {' and '.join(missing)}"
    people = len({fold(one.by) for one in given})
    short = asked.people - people
    return "" if short <= 0 else f"{short} more {'person' if short == 1 else 'people'}"


def no_longer(lender: Lender, given: Sequence[Decision]) -> str:
    """Whose approval no longer counts, since they lost the role they gave it in; empty where all stand."""
    if not lender.people:
        return ""
    roles = {fold(person.name): person.role for person in lender.people}
    for one in given:
        answered = fold(one.stands_in_for or one.by)
        if fold(one.by) not in roles or roles.get(answered) != one.role:
            return one.by
    return ""
