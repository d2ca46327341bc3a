"""Leave: one person takes another's place for some days, as they or an admin arrange it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from approvals.audit import record
from approvals.database import writing
from approvals.gate import Gate
from approvals.names import fold
from approvals.people import DELEGATIONS, Actor, Delegation, between, delegations, who_is
from approvals.permissions import Action, permit
from campaign.errors import BadInput


def delegate(
    gate: Gate,
    *,
    absent: str,
    stand_in: str,
    starts: date,
    until: date,
    by: str,
    at: datetime,
    reason: str = "",
) -> Delegation:
    """Let one person take another's place for some days.

    Raises:
        BadInput: the days run backward, or both are the same person.
        NotPermitted: one of them is not listed, or `by` is neither the absent person nor an admin.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        away, here = (who_is(session, gate.lender, name, at) for name in (absent, stand_in))
        _may_arrange(actor, away.name)
        if fold(away.name) == fold(here.name):
            raise BadInput(f"`{here.name}` cannot stand in for themselves.", "Name another person.")
        if until < starts:
            raise BadInput(f"The leave ends on {until}, before it starts on {starts}.", "Swap the days.")
        made = Delegation(
            absent=away.name, stand_in=here.name, starts=starts, until=until, reason=reason, by=actor.name
        )
        _note(session, "made", made, actor.name, at)
    return made


def end_delegation(gate: Gate, *, absent: str, stand_in: str, by: str, at: datetime) -> Delegation:
    """End every standing in of one person for another, before its time or before it begins.

    Raises:
        BadInput: there is none. NotPermitted: `by` is neither the absent person nor an admin.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        _may_arrange(actor, absent)
        wanted = (fold(absent), fold(stand_in))
        known = [one for one in delegations(session) if between(one) == wanted]
        if not known:
            raise BadInput(f"`{stand_in}` does not stand in for `{absent}`.", "See `vallum people list`.")
        _note(session, "ended", known[-1], actor.name, at)
    return known[-1]


def _may_arrange(actor: Actor, absent: str) -> None:
    """One's own leave, or as admin anyone's; in one's own right, since a lent place is not lent on."""
    alone = actor.model_copy(update={"stand_ins": ()})
    permit(alone, Action.DELEGATE, None, f"the place of {absent}", speaker=absent)


def _note(session: Session, what: str, made: Delegation, by: str, at: datetime) -> None:
    details = {"delegation": made.model_dump(mode="json")}
    record(session, event=f"delegation.{what}", subject=DELEGATIONS, by=by, at=at, details=details)
