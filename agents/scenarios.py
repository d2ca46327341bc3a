"""Before a Fed meeting: a plan for each case that may come of it, with copy that waits for its own band.

How far the cases lie from today is taken from what mortgage rates did after past meetings. They follow the
ten-year yield, and the funds rate only as far as that does; so the cases speak of the rate we would offer,
never of what the Fed may decide.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from agents.forecast_runs import forecast_run
from agents.planning_runs import start_anew
from agents.rates_of_run import main_rate
from agents.replanning import run_to_replan
from agents.running import advance
from agents.standing import case_runs, take_back
from approvals import runs
from campaign.brief import Supposition
from campaign.calendar import add_business_hours
from campaign.condition import Condition
from campaign.errors import BadInput
from campaign.market_hours import statement_at
from tools.market.meeting_moves import moves_around
from tools.market.supposed import EIGHTHS

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.runs import Run
    from campaign.lender import Lender

DEADLINE_HOURS = 40
"""Business hours after the statement within which the new sheet has to come: a working week."""
WEEKS_AFTER = 2
"""The survey of the second week: the first after a statement was mostly collected before it."""
LEAST_MOVES = 20
"""Meetings below which a distribution says too little to size a case by."""
_STEP = 0.001  # percentage points: bands end where the next begins, below the last digit of any rate
_EIGHTH_BPS = 12.5
_WORDS = {"down": "rates go down", "flat": "rates stay", "up": "rates go up"}


def suppositions(
    meeting: date, rate: float, moves: Sequence[float], lender: Lender
) -> tuple[Supposition, ...]:
    """The cases that may come of a meeting, each with its band, sized by what came of earlier ones.

    Flat is a move within the lender's tolerance. Down and up reach from there to the largest move that
    followed any meeting, and to the next eighth of a point; nobody has prepared for a larger one. Each is
    planned at its median. A way that rates never went beyond tolerance is no case.

    Args:
        meeting: day of the statement. rate: the 30-year rate offered today, percent.
        moves: basis points that mortgage rates moved after each past meeting. lender: tolerance, calendar.

    Raises:
        BadInput: too few meetings are known.
    """
    if len(moves) < LEAST_MOVES:
        raise BadInput(
            f"What rates did is known for {len(moves)} meetings, and {LEAST_MOVES} are needed.",
            "Extend the survey with `vallum rates update`.",
        )
    tolerance = lender.rates.tolerance_bps
    inside = [move for move in moves if abs(move) <= tolerance]
    below = [move for move in moves if move < -tolerance]
    above = [move for move in moves if move > tolerance]
    close = tolerance / 100 + _STEP
    bands = {
        "down": (below, (min(below, default=0) / 100, -close)),
        "flat": (inside, (-tolerance / 100, tolerance / 100)),
        "up": (above, (close, max(above, default=0) / 100)),
    }
    since = statement_at(meeting)
    before = add_business_hours(since, DEADLINE_HOURS, lender.calendar, lender.zone)
    return tuple(
        Supposition(
            name=_case(name),
            meeting=meeting,
            shift_bps=_eighths(statistics.median(found)),
            condition=Condition(
                low=_down_to_eighth(rate + low) if name == "down" else round(rate + low, 3),
                high=_up_to_eighth(rate + high) if name == "up" else round(rate + high, 3),
                since=since,
                before=before,
            ),
        )
        for name, (found, (low, high)) in bands.items()
        if found and low <= high
    )


def next_statement(street: Street) -> date:
    """The day of the scheduled statement that comes next.

    Raises:
        BadInput: the calendar held here ends before.
    """
    awaited = street.market.awaited(street.at)
    if awaited is None:
        raise BadInput("No later Fed meeting is on the calendar.", "Name the day of the statement.")
    return awaited.decides


def prepare_scenarios(
    street: Street, meeting: date, *, checkpoints: str, moves: Sequence[float] | None = None
) -> tuple[Run, ...]:
    """Plan each case of a meeting for the newest campaign's brief, screened and put before people.

    Each is kept with what its move would do to triggers, segments and applications. Plans that were made for
    the same meeting before are taken back, so that doing it again on newer prices leaves one plan per case.
    Stopped anywhere and repeated, it goes on from there.

    Args:
        street: opened before the meeting. meeting: day of its statement.
        checkpoints: as for `agents.running.advance`.
        moves: as `suppositions`; None takes what the survey did after every meeting known by then.

    Raises:
        BadInput: no campaign to plan for, no such meeting, its statement is out, or too few are known.
    """
    held = street.market.meeting(meeting)
    if held is None or not held.scheduled or held.cancelled_on is not None:
        raise BadInput(f"No meeting of the Fed decides on {meeting}.", "See `vallum fed calendar`.")
    if street.at >= statement_at(meeting):
        raise BadInput(f"The statement of {meeting} is out.", "Run `vallum replan`.")
    base = run_to_replan(street.engine, None, at=street.at)
    rate = main_rate(street.sheet, street.at)
    sizes = history_of_moves(street) if moves is None else moves
    started = []
    for case in suppositions(meeting, rate, sizes, street.lender):
        goal = f"{base.brief.goal[:300].rstrip('.')}, if {_WORDS[case.name]} after {meeting}"
        brief = base.brief.model_copy(update={"goal": goal, "supposing": case})
        started.append(start_anew(street, brief))
    kept = {run.run_id for run in started}
    for run in case_runs(street.engine):
        if run.run_id not in kept and run.brief.supposing and run.brief.supposing.meeting == meeting:
            take_back(
                street.engine,
                run,
                at=street.at,
                reason=f"The cases of {meeting} were planned anew on newer prices.",
            )
    for run in started:
        advance(street, run.run_id, checkpoints=checkpoints)
        moved = run.brief.supposing.shift_bps if run.brief.supposing else 0.0
        forecast_run(street, run, shifts=sorted({0.0, moved}))
    return tuple(runs.get_run(street.engine, run.run_id) for run in started)


def history_of_moves(street: Street) -> tuple[float, ...]:
    """What the 30-year survey did after each past meeting, basis points; nothing later than now."""
    today = street.at.astimezone(street.lender.zone).date()
    found = moves_around(street.market, weeks_after=WEEKS_AFTER, until=today)
    return tuple(one.move_bps for one in found)


def _case(name: str) -> Literal["down", "flat", "up"]:
    return "down" if name == "down" else "flat" if name == "flat" else "up"


def _eighths(bps: float) -> float:
    return round(bps / _EIGHTH_BPS) * _EIGHTH_BPS


def _down_to_eighth(rate: float) -> float:
    return math.floor(rate * EIGHTHS) / EIGHTHS


def _up_to_eighth(rate: float) -> float:
    return math.ceil(rate * EIGHTHS) / EIGHTHS
