"""Runs of the street: what was asked, as of when, under which rates, and what the agents answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from approvals.audit import events_of, record
from approvals.database import changed_rows, reading, writing
from approvals.names import unknown_name
from approvals.records import RunRow
from campaign.brief import Brief
from campaign.errors import BadInput, Refused, UnknownName
from campaign.fair_lending import FairLendingReview
from campaign.market import MarketSnapshot
from campaign.noun import Noun
from campaign.plan import ChannelPlan
from campaign.rate_forecast import RateForecast
from campaign.segment import Segmentation

RunStatus = Literal["planning", "parked", "finished", "superseded"]

RUN_TRANSITIONS: Mapping[RunStatus, frozenset[RunStatus]] = {
    "planning": frozenset({"parked", "finished", "superseded"}),
    "parked": frozenset({"planning", "finished", "superseded"}),
    "finished": frozenset({"superseded"}),
    "superseded": frozenset(),
}


class Run(Noun):
    """One run of the street.

    Attributes:
        run_id: short stable name. brief: what the director asked for.
        as_of: aware datetime the run thinks it is.
        status: `planning` (agents at work), `parked` (waiting for people), `finished`, `superseded`.
        sheet_id: the rate sheet its claims come from.
        offered_rate, survey_rate: 30-year rates when it was planned, percent; of the survey, that week's.
        market: what was known of the market; pieces, and so their approvals, rest on it through the run.
        replaces: the run it took the place of, None for a first one.
        created_at: aware datetime. mind: `house` or `model`.
    """

    run_id: str
    brief: Brief
    as_of: datetime
    status: RunStatus = "planning"
    sheet_id: str
    offered_rate: float | None = None
    survey_rate: float | None = None
    market: MarketSnapshot | None = None
    replaces: str | None = None
    created_at: datetime
    mind: Literal["house", "model"] = "house"


def start_run(engine: Engine, run: Run, *, by: str, at: datetime) -> Run:
    """Keep a new run; starting the same run again, later the same day too, changes nothing.

    Raises:
        BadInput: another run has that id.
    """
    with writing(engine) as session:
        kept = session.get(RunRow, run.run_id)
        if kept is not None:
            found = run_of(kept)
            as_began = {"status": run.status, "as_of": run.as_of, "created_at": run.created_at}
            if found.model_copy(update=as_began) != run:
                said = f"Run `{run.run_id}` is there already, with another brief."
                raise BadInput(said, "Choose another id.")
            return found
        session.add(
            RunRow(
                run_id=run.run_id, status=run.status, created_at=run.created_at, noun=run.model_dump_json()
            )
        )
        rates = {"sheet": run.sheet_id, "market": run.market.snapshot_id if run.market else None}
        details = {"as_of": run.as_of.isoformat(), **rates, "replaces": run.replaces}
        _note(session, run.run_id, "started", by=by, at=at, details=details)
    return run


def get_run(engine: Engine, run_id: str) -> Run:
    """One run as it stands.

    Raises:
        UnknownName: there is none of that id.
    """
    with reading(engine) as session:
        return run_of(find_run(session, run_id))


def list_runs(engine: Engine) -> tuple[Run, ...]:
    """Every run, newest first."""
    query = select(RunRow).order_by(col(RunRow.created_at).desc(), col(RunRow.run_id).desc())
    with reading(engine) as session:
        return tuple(run_of(row) for row in session.exec(query))


def set_run_status(
    engine: Engine, run_id: str, status: RunStatus, *, at: datetime, by: str = "vallum", reason: str = ""
) -> None:
    """Move a run; moving it to where it stands changes nothing.

    Raises:
        UnknownName: there is no such run. Refused: the table has no such transition.
    """
    with writing(engine) as session:
        row = find_run(session, run_id)
        before = run_of(row).status
        if before == status:
            return
        if status not in RUN_TRANSITIONS[before]:
            raise Refused(f"Run `{run_id}` is {before} and cannot become {status}.", "Start a new run.")
        of_run = (col(RunRow.run_id) == run_id, col(RunRow.status) == before)
        if changed_rows(session, update(RunRow).where(*of_run).values(status=status)) != 1:
            raise Refused(f"Run `{run_id}` was moved by another process.", "Run the command again.")
        details = {"from": before, "to": status, "reason": reason}
        _note(session, run_id, status, by=by, at=at, details=details)


def save_segmentation(engine: Engine, run_id: str, segmentation: Segmentation, *, at: datetime) -> None:
    """Keep the run's partition of the book, with its hash in the log."""
    with writing(engine) as session:
        row = find_run(session, run_id)
        row.segmentation = segmentation.model_dump_json()
        details = {
            "segments": len(segmentation.segments),
            "hash": sha256(row.segmentation.encode()).hexdigest(),
        }
        _note(session, run_id, "segmented", by="segmentation", at=at, details=details)


def load_segmentation(engine: Engine, run_id: str) -> Segmentation | None:
    """The run's partition, None where the agent has not answered yet.

    Raises:
        UnknownName: there is no such run. Refused: it was changed after it was kept.
    """
    with reading(engine) as session:
        kept = find_run(session, run_id).segmentation
        _must_be_as_kept(session, run_id, "segmented", "segments", kept)
    return None if kept is None else Segmentation.model_validate_json(kept)


def save_plan(engine: Engine, run_id: str, plan: ChannelPlan, *, at: datetime) -> None:
    """Keep the run's channel plan, with its hash in the log."""
    with writing(engine) as session:
        _keep_plan(session, run_id, plan, by="channel_planning", at=at)


def save_review(engine: Engine, run_id: str, plan: ChannelPlan, *, at: datetime) -> None:
    """Keep the plan with its fair-lending review, and the review's verdicts and ratios in the log."""
    assert plan.fair_lending is not None
    review = plan.fair_lending
    with writing(engine) as session:
        _keep_plan(session, run_id, plan, by="compliance", at=at)
        found = {
            name: {"verdict": one.verdict, "ratio": one.ratio, "reach_ratio": one.reach_ratio}
            for name, one in review.named().items()
        }
        told = {"verdict": review.verdict, "reason": review.note, "results": found}
        _note(session, run_id, "fair_lending_reviewed", by="compliance", at=at, details=told)


def save_forecast(engine: Engine, run_id: str, forecast: RateForecast, *, at: datetime) -> None:
    """Keep a rate-shock forecast with the run's plan, in place of the one before it; see `load_plan`."""
    with writing(engine) as session:
        if (plan := plan_of(session, run_id)) is None:
            raise UnknownName(f"Run `{run_id}` has no plan yet.", f"Run `vallum runs resume {run_id}`.")
        _keep_plan(session, run_id, plan.model_copy(update={"forecast": forecast}), by="forecast", at=at)


def load_plan(engine: Engine, run_id: str) -> ChannelPlan | None:
    """The run's channel plan, None where the agent has not answered yet.

    Raises:
        UnknownName: there is no such run. Refused: it was changed after it was kept.
    """
    with reading(engine) as session:
        return plan_of(session, run_id)


def plan_of(session: Session, run_id: str) -> ChannelPlan | None:
    """As `load_plan`, within a transaction."""
    kept = find_run(session, run_id).plan
    _must_be_as_kept(session, run_id, "planned", "placements", kept)
    return None if kept is None else ChannelPlan.model_validate_json(kept)


def standing_reviews(engine: Engine, run_id: str | None) -> dict[str, FairLendingReview]:
    """The fair-lending reviews of one run, or of every run that is planning or parked, by run id.

    Raises:
        UnknownName: there is no such run. Refused: a plan was changed after it was kept.
    """
    if run_id is None:
        names = [run.run_id for run in list_runs(engine) if run.status in ("planning", "parked")]
    else:
        names = [run_id]
    plans = {name: load_plan(engine, name) for name in names}
    return {name: plan.fair_lending for name, plan in plans.items() if plan and plan.fair_lending}


def find_run(session: Session, run_id: str) -> RunRow:
    """The row of a run.

    Raises:
        UnknownName: there is none of that id; the message names near ones.
    """
    row = session.get(RunRow, run_id)
    if row is None:
        known = session.exec(select(RunRow.run_id)).all()
        raise unknown_name("run", run_id, known, "Run `vallum runs list`.")
    return row


def run_of(row: RunRow) -> Run:
    """A run as its row says, with the status it has now."""
    return Run.model_validate_json(row.noun).model_copy(update={"status": row.status})


def _keep_plan(session: Session, run_id: str, plan: ChannelPlan, *, by: str, at: datetime) -> None:
    row = find_run(session, run_id)
    row.plan = plan.model_dump_json()
    details = {"placements": len(plan.placements), "hash": sha256(row.plan.encode()).hexdigest()}
    _note(session, run_id, "planned", by=by, at=at, details=details)


def _must_be_as_kept(session: Session, run_id: str, what: str, name: str, kept: str | None) -> None:
    """Segments and plan say who is written to, so an edit by hand would carry an approval elsewhere."""
    told = [event for event in events_of(session, [f"run {run_id}"]) if event.event == f"run.{what}"]
    logged = told[-1].details.get("hash") if told else None
    if logged != (None if kept is None else sha256(kept.encode()).hexdigest()):
        raise Refused(
            f"The {name} of run `{run_id}` are not what the audit log recorded.",
            "Run `vallum audit verify`, then plan anew with `vallum plan`.",
        )


def _note(
    session: Session, run_id: str, what: str, *, by: str, at: datetime, details: Mapping[str, object]
) -> None:
    record(session, event=f"run.{what}", subject=f"run {run_id}", by=by, at=at, details=details)
