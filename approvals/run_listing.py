"""Runs a page at a time, with how their pieces stand, and the rates they were planned on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime
from sqlalchemy import Engine, and_, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from approvals.database import reading
from approvals.desk_records import TallyRow
from approvals.records import RunRow
from approvals.runs import Run, run_of
from campaign.noun import Noun

MOST_RUNS = 200
"""Runs whose rates are read for a chart: enough for two years of weekly plans."""


class RunPlace(Noun):
    """Where a page of runs ends."""

    created_at: AwareDatetime
    run_id: str


class RunLine(Noun):
    """One run with how many of its revisions stand where, by status."""

    run: Run
    counts: dict[str, int]

    @property
    def place(self) -> RunPlace:
        """From where the next page goes on."""
        return RunPlace(created_at=self.run.created_at, run_id=self.run.run_id)


def run_lines(engine: Engine, *, before: RunPlace | None = None, limit: int) -> tuple[RunLine, ...]:
    """Runs, the newest first.

    Args:
        before: `place` of the last line seen.
    """
    query = select(RunRow).order_by(col(RunRow.created_at).desc(), col(RunRow.run_id).desc()).limit(limit)
    if before is not None:
        same = and_(col(RunRow.created_at) == before.created_at, col(RunRow.run_id) < before.run_id)
        query = query.where(or_(col(RunRow.created_at) < before.created_at, same))
    counted: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with reading(engine) as session:
        runs = [run_of(row) for row in session.exec(query)]
        of_page = col(TallyRow.run_id).in_([run.run_id for run in runs])
        kinds = (col(TallyRow.run_id), col(TallyRow.status))
        tallied = select_columns(*kinds, func.sum(col(TallyRow.n))).where(of_page).group_by(*kinds)
        for run_id, status, number in session.execute(tallied):
            if number:
                counted[run_id][status] = number
    return tuple(RunLine(run=run, counts=counted[run.run_id]) for run in runs)


def planned_rates(engine: Engine, zone: ZoneInfo) -> tuple[tuple[date, float], ...]:
    """The 30-year rate the lender offered on each day a run was planned, in order of days.

    Of several runs of one day the one made last counts.

    Args:
        zone: the lender's, for days.
    """
    rates: dict[date, float] = {}
    for line in reversed(run_lines(engine, limit=MOST_RUNS)):
        if line.run.offered_rate is not None:
            rates[line.run.as_of.astimezone(zone).date()] = line.run.offered_rate
    return tuple(sorted(rates.items()))
