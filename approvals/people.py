"""Who someone is at the gate: their role in lender.toml, and whose place they take while others are away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from pydantic import model_validator
from sqlmodel import Session

from approvals.audit import events_of
from approvals.names import fold, person_name
from campaign.errors import NotPermitted
from campaign.lender import Lender
from campaign.lender_settings import Role
from campaign.moment import end_of_day
from campaign.noun import Noun

ROLES: tuple[Role, ...] = ("marketer", "loan_officer", "compliance", "admin")
DELEGATIONS = "delegations"


class Delegation(Noun):
    """One person taking another's place.

    Attributes:
        absent, stand_in: names as lender.toml has them.
        starts, until: first and last day, whole, in the lender's zone.
        reason: why, for the record. by: who arranged it.
    """

    absent: str
    stand_in: str
    starts: date
    until: date
    reason: str = ""
    by: str

    @model_validator(mode="after")
    def _runs_forward(self) -> Delegation:
        if self.until < self.starts:
            raise ValueError(f"it ends on {self.until}, before it starts on {self.starts}")
        return self

    def holds(self, at: datetime, lender: Lender) -> bool:
        """Whether it is in force at a moment."""
        return self.starts <= at.astimezone(lender.zone).date() and at <= end_of_day(self.until, lender.zone)


class Actor(Noun):
    """Someone at the gate.

    Attributes:
        name: as lender.toml has it, or as typed where it lists nobody.
        role: their own; None where the lender lists no people, and then nothing is held against a role.
        stand_ins: whose place they take now, with the role that brings.
        colleagues: everyone lender.toml lists, to say whom to ask.
    """

    name: str
    role: Role | None
    stand_ins: tuple[tuple[str, Role], ...] = ()
    colleagues: tuple[tuple[str, Role], ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """Every role they may act in."""
        if self.role is None:
            return frozenset(ROLES)
        return frozenset({self.role, *(role for _, role in self.stand_ins)})

    @property
    def places(self) -> tuple[tuple[str, Role], ...]:
        """Names they may act under and the role each brings, their own first; none where nobody is listed."""
        return () if self.role is None else ((self.name, self.role), *self.stand_ins)

    def whom_to_ask(self, roles: Collection[Role]) -> str:
        """A remedy: up to three people with one of some roles, or the roles where nobody has one."""
        able = [f"`{name}`" for name, role in self.colleagues if role in roles and name != self.name]
        if able:
            return f"Ask {' or '.join(able[:3])}."
        return f"Give someone the role {' or '.join(sorted(roles))} in lender.toml."


def who_is(session: Session, lender: Lender, name: str, at: datetime) -> Actor:
    """The person behind a name.

    Args:
        at: aware datetime; delegations in force then count.

    Raises:
        BadInput: it names nobody. NotPermitted: lender.toml lists people, and nobody of that name.
    """
    tidy = person_name(name)
    if not lender.people:
        return Actor(name=tidy, role=None)
    listed = {fold(person.name): person for person in lender.people}
    person = listed.get(fold(tidy))
    if person is None:
        raise NotPermitted(
            f"`{tidy}` is not among the people of lender.toml.", "Have an admin add a `[[people]]` table."
        )
    places = [
        (listed[fold(one.absent)].name, listed[fold(one.absent)].role)
        for one in delegations(session)
        if fold(one.stand_in) == fold(person.name) and fold(one.absent) in listed and one.holds(at, lender)
    ]
    everyone = tuple((other.name, other.role) for other in lender.people)
    return Actor(
        name=person.name, role=person.role, stand_ins=tuple(dict.fromkeys(places)), colleagues=everyone
    )


def delegations(session: Session) -> tuple[Delegation, ...]:
    """Every delegation ever made and not ended, oldest first; the log itself is their only record."""
    standing: list[Delegation] = []
    for event in events_of(session, [DELEGATIONS]):
        one = Delegation.model_validate(event.details["delegation"])
        if event.event == "delegation.made":
            standing.append(one)
        else:
            standing = [other for other in standing if between(other) != between(one)]
    return tuple(standing)


def between(one: Delegation) -> tuple[str, str]:
    """Whom it is about, folded: the absent person and the stand-in."""
    return fold(one.absent), fold(one.stand_in)
