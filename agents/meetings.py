"""After a Fed meeting, or any day: what was prepared for a case goes out or ends, and the plan is made anew.

The rate we offer decides which case came, on the first sheet that opens after the statement; what the Fed
decided is told, and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.publishing_runs import publish_and_wake
from agents.replanning import Replan, has_moved, replan
from agents.standing import campaigns_to_replan, case_holds, case_runs, over_in_words, take_back
from approvals import publishing, recalls
from approvals.conditional import realised
from approvals.filters import Filter

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.recalls import Receipt
    from approvals.runs import Run
    from campaign.brief import Supposition


Ending = Literal["came", "left", "over", "missed"]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What became of the plan for one case.

    Attributes:
        run: the plan.
        ending: `came` (the rate lies in its band), `left` (it came, and the rate has left the band since),
            `over` (it came, and its time is over: what is live stays) or `missed`.
        released: letters and ads that went out with it now. superseded, expired: pieces that ended.
        receipts: what became of what was live and was taken back.
    """

    run: Run
    case: Supposition
    ending: Ending
    released: int = 0
    superseded: int = 0
    expired: int = 0
    receipts: tuple[Receipt, ...] = ()

    @property
    def came(self) -> bool:
        """Whether something went out with it, now or earlier."""
        return self.ending != "missed"


@dataclass(frozen=True, slots=True)
class MarketAnswer:
    """How the team answered what the market did.

    Attributes:
        cases: what was prepared for meetings that are over, and what became of it.
        replanned: what became of the standing plan.
        others: campaigns that stand beside it and whose rate moved beyond tolerance too.
    """

    cases: tuple[CaseOutcome, ...]
    replanned: Replan
    others: tuple[Run, ...] = ()


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
    replanned = replan(street, run_id, checkpoints=checkpoints)
    others = tuple(
        run
        for run in campaigns_to_replan(street.engine, street.at)
        if run.run_id != replanned.old.run_id and has_moved(street, run)
    )
    return MarketAnswer(cases, replanned, others)


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
    if case_holds(street, case):
        report = publish_and_wake(street, run.run_id, checkpoints=checkpoints)
        return CaseOutcome(run, case, "came", released=len(report.publications))
    live = bool(recalls.live(street.engine, Filter(run=run.run_id)))
    if street.at >= case.condition.before:
        superseded, expired = take_back(street.engine, run, at=street.at, reason=over_in_words(run))
        ended: Ending = "over" if live else "missed"
        return CaseOutcome(run, case, ended, superseded=superseded, expired=expired)
    rate = _rate(street, case)
    tense = "does not hold any more" if live else "did not come"
    offered = f"The rate we offer is {rate:.3f} % after the meeting of {case.meeting}"
    reason = f"{offered}: the case `{case.name}` {tense}."
    receipts = recalls.recall_run(
        street.engine, run.run_id, reason=reason, at=street.at, take_down=publishing.take_down
    )
    superseded, expired = take_back(street.engine, run, at=street.at, reason=reason)
    ended = "left" if live else "missed"
    return CaseOutcome(run, case, ended, superseded=superseded, expired=expired, receipts=receipts)
