"""The kill switch: all publishing stops at once, and goes on only by someone who decides.

The log itself is the only record of it, so that no row in a table can be edited to open the gate.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from approvals.audit import events_of, record
from approvals.database import reading, writing
from approvals.decisions import reason_for
from approvals.gate import Gate
from approvals.people import who_is
from approvals.permissions import Action, permit
from campaign.errors import Refused
from campaign.noun import Noun

_SUBJECT = "publishing"


class Pause(Noun):
    """Why nothing goes out: who stopped it, when, and for what reason."""

    by: str
    at: datetime
    reason: str

    @property
    def in_words(self) -> str:
        """As a sentence's end."""
        return f"{self.by} paused all publishing at {self.at:%Y-%m-%d %H:%M} UTC ({self.reason})"


def paused(session: Session) -> Pause | None:
    """The pause in force, None where publishing runs."""
    events = events_of(session, [_SUBJECT])
    if not events or events[-1].event != "publishing.paused":
        return None
    return Pause(by=events[-1].by, at=events[-1].at, reason=str(events[-1].details["reason"]))


def pause_in_force(engine: Engine) -> Pause | None:
    """As `paused`, for those who only look."""
    with reading(engine) as session:
        return paused(session)


def pause(gate: Gate, *, by: str, at: datetime, reason: str) -> Pause:
    """Stop all publishing at once, letters that are half sent included.

    Raises:
        NotPermitted: they may not. BadInput: no reason. Refused: it is paused already.
    """
    why = reason_for("pause", reason, "publishing")
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        permit(actor, Action.PAUSE, None, "publishing")
        if (standing := paused(session)) is not None:
            raise Refused(f"Publishing is paused already: {standing.in_words}.", "Run `vallum resume`.")
        details = {"reason": why}
        record(session, event="publishing.paused", subject=_SUBJECT, by=actor.name, at=at, details=details)
    return Pause(by=actor.name, at=at, reason=why)


def resume(gate: Gate, *, by: str, at: datetime, reason: str = "") -> None:
    """Let publishing go on; every release is asked again whether it still stands.

    Raises:
        NotPermitted: they may not. Refused: it is not paused.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        permit(actor, Action.RESUME, None, "publishing")
        if paused(session) is None:
            raise Refused("Publishing is not paused.", "There is nothing to do.")
        details = {"reason": " ".join(reason.split())}
        record(session, event="publishing.resumed", subject=_SUBJECT, by=actor.name, at=at, details=details)
