"""Everyone at the gate as an admin sees them: role, whether they can log in, and whose place they take."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlmodel import Session, select

from approvals.database import reading
from approvals.desk_records import AccountRow, LoginRow
from approvals.gate import Gate
from approvals.logins import stands
from approvals.names import fold
from approvals.people import Actor, who_is
from campaign.noun import Noun


class Member(Noun):
    """One person at the gate.

    Attributes:
        name: as lender.toml has it; folded where it lists nobody. role: empty where it lists nobody.
        can_log_in: they have a password. locked_until: aware, None where nothing is locked.
        sessions: how many are open now.
        stands_in_for: whose place they take today.
    """

    name: str
    role: str = ""
    can_log_in: bool = False
    locked_until: datetime | None = None
    sessions: int = 0
    stands_in_for: tuple[str, ...] = ()


def roster(gate: Gate, *, at: datetime) -> tuple[Member, ...]:
    """Everyone of lender.toml in its order; where it lists nobody, everyone who has a password."""
    with reading(gate.engine) as session:
        accounts = {row.person: row for row in session.exec(select(AccountRow).order_by(AccountRow.person))}
        names = [person.name for person in gate.lender.people] or list(accounts)
        open_now = _sessions(session, at)
        actors = [who_is(session, gate.lender, name, at) for name in names]
        return tuple(
            _member(actor, accounts.get(fold(actor.name)), open_now[fold(actor.name)], at) for actor in actors
        )


def _sessions(session: Session, at: datetime) -> Counter[str]:
    return Counter(fold(row.person) for row in session.exec(select(LoginRow)) if stands(row, at))


def _member(actor: Actor, account: AccountRow | None, sessions: int, at: datetime) -> Member:
    locked = account.locked_until if account else None
    return Member(
        name=actor.name,
        role=actor.role or "",
        can_log_in=account is not None,
        locked_until=locked if locked and at < locked else None,
        sessions=sessions,
        stands_in_for=tuple(name for name, _ in actor.stand_ins),
    )
