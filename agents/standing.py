"""Which campaign stands, and what stands beside it: the plan for a case that came, until its time is over.

A look at the schedule asks what stands, so that the publisher is imported only where something is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from approvals import expiry, recalls, runs
from approvals.conditional import realised
from approvals.filters import Filter
from campaign.channel import Channel

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from agents.workflow import Street
    from approvals.recalls import Receipt
    from approvals.runs import Run
    from campaign.brief import Supposition


def is_campaign(run: Run) -> bool:
    """Whether a run is a campaign on the rates as they are: no alert, and no case."""
    return run.brief.purpose == "campaign" and run.brief.supposing is None


def is_standing_campaign(run: Run) -> bool:
    """Whether a run is a campaign that no newer plan took the place of."""
    return run.status != "superseded" and is_campaign(run)


def standing_campaign(engine: Engine) -> Run | None:
    """The newest standing campaign."""
    return next((run for run in runs.list_runs(engine) if is_standing_campaign(run)), None)


def campaigns_to_replan(engine: Engine, at: datetime) -> tuple[Run, ...]:
    """The campaigns that stand at a moment, newest first; of a replan stopped half-way the old run."""
    standing = [run for run in runs.list_runs(engine) if is_standing_campaign(run) and run.as_of <= at]
    known = {run.run_id for run in standing}
    return tuple(run for run in standing if run.replaces not in known)


def case_runs(engine: Engine) -> tuple[Run, ...]:
    """The standing plans for cases of meetings, newest first."""
    return tuple(run for run in runs.list_runs(engine) if run.status != "superseded" and run.brief.supposing)


def take_back(engine: Engine, run: Run, *, at: datetime, reason: str) -> tuple[int, int]:
    """Take a plan's pieces out of the queue and end its approvals; how many of each. What is live stays."""
    superseded = expiry.supersede_pending(engine, run.run_id, reason=reason, at=at)
    expired = expiry.expire_approved(engine, run.run_id, reason=reason, at=at)
    runs.set_run_status(engine, run.run_id, "superseded", at=at, reason=reason)
    return superseded, expired


def end_overdue_cases(engine: Engine, *, at: datetime) -> tuple[Run, ...]:
    """End cases whose time is over, which needs no price; what came and is live stays.

    Returns:
        Their plans as they stood.
    """
    over = [
        run for run in case_runs(engine) if run.brief.supposing and run.brief.supposing.condition.before <= at
    ]
    for run in over:
        take_back(engine, run, at=at, reason=over_in_words(run))
    return tuple(over)


def over_in_words(run: Run) -> str:
    """Why a case ends at its deadline, whatever came of it."""
    case = run.brief.supposing
    return f"The time of the case `{case.name}` of {case.meeting} is over." if case else ""


def case_holds(street: Street, case: Supposition) -> bool:
    """Whether what was approved for a case may go out now: a new rate is offered, in its band, in time."""
    rate = realised(case.condition, street.sheet, street.survey, street.at)
    in_time = street.at < case.condition.before
    return in_time and rate is not None and case.condition.low <= rate <= case.condition.high


def recall_outlived_cases(street: Street, *, reason: str) -> tuple[Receipt, ...]:
    """Take back what is live of every case that does not hold now, its plan ended or not.

    Returns:
        A receipt for each release; none where nothing is live.
    """
    from approvals.publishing import take_down

    return tuple(
        receipt
        for run in runs.list_runs(street.engine)
        if run.brief.supposing is not None and not case_holds(street, run.brief.supposing)
        for receipt in recalls.recall_run(
            street.engine, run.run_id, reason=reason, at=street.at, take_down=take_down
        )
    )


def recall_cases_beside(street: Street) -> tuple[Receipt, ...]:
    """Take back what is live of cases in each channel in which the plan made after their meeting is live.

    Letters are out and stay out; the frequency cap keeps them apart.
    """
    from approvals.publishing import take_down

    standing = standing_campaign(street.engine)
    if standing is None:
        return ()
    answered = [
        run
        for run in runs.list_runs(street.engine)
        if (case := run.brief.supposing) and case.condition.since and standing.as_of >= case.condition.since
    ]
    reason = f"Run `{standing.run_id}` speaks there now, on the prices after the meeting."
    return tuple(
        receipt
        for run in answered
        for channel in Channel
        if channel != Channel.EMAIL and _is_live(street.engine, run, channel)
        if _is_live(street.engine, standing, channel)
        for receipt in recalls.recall_run(
            street.engine, run.run_id, channel=channel, reason=reason, at=street.at, take_down=take_down
        )
    )


def _is_live(engine: Engine, run: Run, channel: Channel) -> bool:
    return bool(recalls.live(engine, Filter(run=run.run_id, channel=channel.value)))
