"""Replanning: notice what moved since a run, pull back what went stale, and run the street again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from agents.assignments import plan_of, segmentation_of
from agents.occasions import meetings_stated
from agents.planning_runs import start_planning
from agents.rates_of_run import main_rate
from agents.running import advance
from agents.standing import campaigns_to_replan, is_standing_campaign, recall_outlived_cases
from approvals import expiry, publishing, recalls, runs
from approvals.classes import waiting_classes
from approvals.filters import Filter
from campaign.errors import BadInput
from campaign.plan_difference import PlanDifference, difference

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.workflow import Street
    from approvals.recalls import Receipt
    from approvals.runs import Run
    from campaign.rates import FedMeeting, RateSheet
    from tools.market.series import Market


@dataclass(frozen=True, slots=True)
class Move:
    """What changed between the moment of a run and now.

    Attributes:
        from_rate, to_rate: the lender's best 30-year conventional rate then and now, percent.
        meetings: Fed meetings in between whose outcome matters, oldest first.
    """

    from_rate: float
    to_rate: float
    meetings: tuple[FedMeeting, ...]

    @property
    def bps(self) -> float:
        """How far the rate moved, basis points; positive is up."""
        return round((self.to_rate - self.from_rate) * 100, 1)

    def exceeds(self, tolerance_bps: float) -> bool:
        """Whether it is more than the lender tolerates."""
        return abs(self.bps) > tolerance_bps

    @property
    def reason(self) -> str:
        """One sentence for the person who asks why the plan changed."""
        way = "rose" if self.bps > 0 else "fell" if self.bps < 0 else "stood still"
        rates = f"The 30-year rate we offer {way} from {self.from_rate:.3f} % to {self.to_rate:.3f} %"
        rates += f" ({self.bps:+g} bps)"
        told = [_told(meeting) for meeting in self.meetings if meeting.direction != "hold"]
        held = sum(meeting.direction == "hold" for meeting in self.meetings)
        if held:
            told.append(f"{held} meeting{'s' if held > 1 else ''} without a change")
        return f"{rates}; Fed since then: {'; '.join(told)}." if told else f"{rates}."


@dataclass(frozen=True, slots=True)
class Replan:
    """A replanning, done.

    Attributes:
        old, new: the two runs; `new` is None where nothing moved beyond tolerance.
        move: what changed.
        superseded, expired: pending and approved pieces pulled back. receipts: what became of the live ones.
        budget_before, budget_after: dollars by segment id.
        names: segment id -> the name people know it by, the old plan's where both have it.
        difference: the two plans side by side, None where nothing moved beyond tolerance.
        waiting_pieces, waiting_classes: what of the new plan waits for a decision.
    """

    old: Run
    new: Run | None
    move: Move
    superseded: int
    expired: int
    receipts: tuple[Receipt, ...]
    budget_before: Mapping[str, float]
    budget_after: Mapping[str, float]
    names: Mapping[str, str]
    difference: PlanDifference | None = None
    waiting_pieces: int = 0
    waiting_classes: int = 0

    @property
    def recalled(self) -> int:
        """How many live pieces were taken back."""
        return len(self.receipts)


def replan(street: Street, run_id: str | None, *, checkpoints: str) -> Replan:
    """Answer what the market did since a run.

    While our rate stays within the lender's tolerance nothing changes, whatever the Fed decided. Beyond it
    all of the old plan is pulled back, pending, approved and live, and the street runs again for the same
    brief. Stopped anywhere and repeated, it goes on from there.

    Args:
        street: opened at the moment of replanning.
        run_id: the run to replan; None takes the newest that is not itself replaced.
        checkpoints: as for `agents.running.advance`.

    Raises:
        BadInput: there is no run, or it was made later than the street's moment.
    """
    old = run_to_replan(street.engine, run_id, at=street.at)
    if old.status == "planning":
        advance(street, old.run_id, checkpoints=checkpoints)
    move = what_moved(old, street.sheet, street.market, at=street.at)
    before, names = _budget(street, old.run_id), _names(street, old.run_id)
    if not move.exceeds(street.lender.rates.tolerance_bps):
        return Replan(old, None, move, 0, 0, (), before, before, names)
    new = start_planning(street, old.brief, replaces=old.run_id)
    _drop_other_attempts(street, new, reason=move.reason)
    superseded = expiry.supersede_pending(street.engine, old.run_id, reason=move.reason, at=street.at)
    expired = expiry.expire_approved(street.engine, old.run_id, reason=move.reason, at=street.at)
    receipts = recalls.recall_run(
        street.engine, old.run_id, reason=move.reason, at=street.at, take_down=publishing.take_down
    )
    receipts += recall_outlived_cases(street, reason=move.reason)
    runs.set_run_status(street.engine, old.run_id, "superseded", at=street.at, reason=move.reason)
    advance(street, new.run_id, checkpoints=checkpoints)
    waiting = waiting_classes(street.engine, Filter(run=new.run_id), limit=None)
    return Replan(
        old, new, move, superseded, expired, receipts, before, _budget(street, new.run_id),
        {**_names(street, new.run_id), **names},
        difference=_difference(street, old, new),
        waiting_pieces=sum(one.pending for one in waiting),
        waiting_classes=len(waiting),
    )  # fmt: skip


def has_moved(street: Street, run: Run) -> bool:
    """Whether our rate is further from what a run rests on than the lender tolerates."""
    move = what_moved(run, street.sheet, street.market, at=street.at)
    return move.exceeds(street.lender.rates.tolerance_bps)


def what_moved(run: Run, sheet: RateSheet, market: Market, *, at: datetime) -> Move:
    """Compare the rate a run rests on with the sheet in force."""
    return Move(
        from_rate=run.offered_rate if run.offered_rate is not None else main_rate(sheet, at),
        to_rate=main_rate(sheet, at),
        meetings=tuple(
            meeting
            for meeting in meetings_stated(market, run.as_of, at)
            if meeting.status in ("decided", "unknown")
        ),
    )


def run_to_replan(engine: Engine, run_id: str | None, *, at: datetime) -> Run:
    """The run that is named, or the newest standing campaign.

    Raises:
        BadInput: there is none, or it was made later than `at`. UnknownName: none of that name.
    """
    if run_id is not None:
        run = runs.get_run(engine, run_id)
    else:
        standing = campaigns_to_replan(engine, at) or [
            one for one in runs.list_runs(engine) if is_standing_campaign(one)
        ]
        if not standing:
            raise BadInput("There is no run to replan.", "Plan one with `vallum plan`.")
        run = standing[0]
    if run.as_of > at:
        made, asked = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (run.as_of, at))
        raise BadInput(
            f"Run `{run.run_id}` was made as of {made}, later than {asked}.", "Give a later --as-of."
        )
    return run


def _drop_other_attempts(street: Street, new: Run, *, reason: str) -> None:
    """End what an earlier replan of the same run began and did not finish, on other prices or another day."""
    for other in runs.list_runs(street.engine):
        if other.replaces == new.replaces and other.run_id != new.run_id and other.status != "superseded":
            expiry.supersede_pending(street.engine, other.run_id, reason=reason, at=street.at)
            runs.set_run_status(street.engine, other.run_id, "superseded", at=street.at, reason=reason)


def _difference(street: Street, old: Run, new: Run) -> PlanDifference:
    engine = street.engine
    return difference(
        plan_of(engine, old.run_id),
        plan_of(engine, new.run_id),
        parted_before=segmentation_of(engine, old.run_id),
        parted_after=segmentation_of(engine, new.run_id),
    )


def _budget(street: Street, run_id: str) -> dict[str, float]:
    spent: dict[str, float] = {}
    for placement in plan_of(street.engine, run_id).placements:
        spent[placement.segment_id] = round(spent.get(placement.segment_id, 0.0) + placement.budget_usd, 2)
    return spent


def _names(street: Street, run_id: str) -> dict[str, str]:
    return {found.segment_id: found.segment for found in plan_of(street.engine, run_id).placements}


def _told(meeting: FedMeeting) -> str:
    if meeting.status == "unknown":
        return f"{meeting.decides}, outcome not known here"
    inferred = ", inferred" if meeting.provenance == "inferred" else ""
    return f"{meeting.direction} of {abs(meeting.change_bps or 0)} bps on {meeting.decides}{inferred}"
