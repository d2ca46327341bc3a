"""Holds: an examination or a lawsuit keeps a run's records beyond their period, until somebody lifts it.

The log itself is the only record of them.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from approvals.audit import events_of, record
from approvals.database import writing
from approvals.decisions import tidy
from approvals.gate import Gate
from approvals.people import who_is
from approvals.permissions import Action, permit
from approvals.runs import find_run
from campaign.errors import BadInput, Refused

_HELD, _LIFTED = "run.held", "run.hold_lifted"


def hold(gate: Gate, run_id: str, *, by: str, at: datetime, reason: str) -> None:
    """Keep a run's records whatever their period says.

    Raises:
        UnknownName: there is no such run. NotPermitted: `by` may not. BadInput: no reason.
        Refused: it is held already.
    """
    _note(gate, run_id, _HELD, Action.EXPORT, by, at, reason)


def lift(gate: Gate, run_id: str, *, by: str, at: datetime, reason: str) -> None:
    """End a hold; raises as `hold`, and where the run is not held."""
    _note(gate, run_id, _LIFTED, Action.DISPOSE, by, at, reason)


def held_because(session: Session, run_id: str) -> str:
    """Why a run's records are held, the end of a sentence; empty where they are not."""
    told = [event for event in events_of(session, [f"run {run_id}"]) if event.event in (_HELD, _LIFTED)]
    if not told or told[-1].event == _LIFTED:
        return ""
    return f"{told[-1].by} holds it since {told[-1].at:%Y-%m-%d} ({told[-1].details['reason']})"


def _note(gate: Gate, run_id: str, what: str, action: Action, by: str, at: datetime, reason: str) -> None:
    why, name = tidy(reason), f"run {run_id}"
    if not any(sign.isalnum() for sign in why):
        raise BadInput(f"The hold of `{name}` needs a reason.", "Name the examination or the case.")
    with writing(gate.engine) as session:
        find_run(session, run_id)
        actor = who_is(session, gate.lender, by, at)
        permit(actor, action, None, name)
        held = bool(held_because(session, run_id))
        if held is (what == _HELD):
            raise Refused(f"`{name}` is {'held already' if held else 'not held'}.", "There is nothing to do.")
        record(session, event=what, subject=name, by=actor.name, at=at, details={"reason": why})
