"""After a Fed meeting, or any day: what was prepared for a case goes out or ends, and the plan is made anew.

The rate we offer decides which case came, on the first sheet that opens after the statement; what the Fed
decided is told, and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.publishing_runs import publish_and_wake
from agents.replanning import Replan, replan
from agents.scenarios import case_runs, take_back
from approvals.conditional import realised

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.runs import Run
    from campaign.brief import Supposition


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What became of the plan for one case.

    Attributes:
        run: the plan. came: whether the realised rate lies in its band.
        released: letters and ads that went out with it now. superseded, expired: pieces that ended.
    """

    run: Run
    case: Supposition
    came: bool
    released: int = 0
    superseded: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class MarketAnswer:
    """How the team answered what the market did.

    Attributes:
        cases: what was prepared for meetings that are over, and what became of it.
        replanned: what became of the standing plan.
    """

    cases: tuple[CaseOutcome, ...]
    replanned: Replan


def answer_market(street: Street, run_id: str | None, *, checkpoints: str) -> MarketAnswer:
    """Settle what was prepared for meetings that are over, then replan if our rate moved beyond tolerance.

    Stopped anywhere and repeated, it goes on from there.

    Args:
        street: opened at the moment of answering. run_id: the campaign; None takes the newest standing one.
        checkpoints: as for `agents.running.advance`.

    Raises:
        BadInput: there is no campaign, or it was made later than the street's moment.
    """
    cases = settle_cases(street, checkpoints=checkpoints)
    return MarketAnswer(cases, replan(street, run_id, checkpoints=checkpoints))


def settle_cases(street: Street, *, checkpoints: str) -> tuple[CaseOutcome, ...]:
    """Let the plan whose band was hit go out as far as it was approved, and end the others of its meeting.

    A case is open until a sheet has opened after the statement, or its deadline has passed.
    """
    return tuple(
        _settled(street, run, case, checkpoints)
        for run in case_runs(street.engine)
        if (case := run.brief.supposing) is not None and _can_be_told(street, case)
    )


def _can_be_told(street: Street, case: Supposition) -> bool:
    since = case.condition.since
    if since is not None and street.at < since:
        return False
    return street.at >= case.condition.before or _rate(street, case) is not None


def _rate(street: Street, case: Supposition) -> float | None:
    """The rate the condition asks about, percent; None until a sheet has opened after the statement."""
    return realised(case.condition, street.sheet, street.survey, street.at)


def _settled(street: Street, run: Run, case: Supposition, checkpoints: str) -> CaseOutcome:
    rate = _rate(street, case)
    in_time = street.at < case.condition.before
    if in_time and rate is not None and case.condition.low <= rate <= case.condition.high:
        report = publish_and_wake(street, run.run_id, checkpoints=checkpoints)
        return CaseOutcome(run, case, came=True, released=len(report.publications))
    found = "No new rate was offered in time" if rate is None else f"The rate we offer is {rate:.3f} %"
    reason = f"{found} after the meeting of {case.meeting}: the case `{case.name}` did not come."
    superseded, expired = take_back(street, run, reason=reason)
    return CaseOutcome(run, case, came=False, superseded=superseded, expired=expired)
