"""Runs: what was asked for, whom it speaks to, where the money goes, and the market it was planned in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import ValidationError

from approvals.gate import Gate
from approvals.permissions import Action, permit
from approvals.queue import counts
from approvals.run_listing import RunPlace, planned_rates, run_lines
from approvals.runs import Run, get_run, load_plan, load_segmentation
from approvals.statuses import Status
from approvals.web.address import LONGEST_PLACE, day, link, words
from approvals.web.overview.forecast_chart import forecast_chart
from approvals.web.overview.lending import review_lines
from approvals.web.overview.rate_chart import rate_chart
from approvals.web.overview.spending import spending
from approvals.web.page import Page, Visit
from campaign.errors import BadInput, Refused
from campaign.plan import ChannelPlan
from campaign.plan_difference import PlanDifference, difference
from campaign.rates import SurveyRate

ON_ONE_PAGE = 30
TWO_YEARS = timedelta(days=731)
_Kept = TypeVar("_Kept")


class RunPages:
    """The routes `/runs` and `/runs/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/runs")(self.listed)
        self.router.get("/runs/{run_id:path}")(self.show)

    def listed(self, request: Request) -> Response:
        """Every run, the newest first."""
        visit = self._page.visit(request)
        permit(visit.actor, Action.VIEW, None, "the runs")
        before = _place(request.query_params)
        found = run_lines(visit.gate.engine, before=before, limit=ON_ONE_PAGE + 1)
        lines = found[:ON_ONE_PAGE]
        more = None
        if len(found) > ON_ONE_PAGE:
            last = lines[-1].place
            more = link("/runs", at=last.created_at.isoformat(), run=last.run_id)
        return self._page.render(
            request, "overview/runs.html", lines=lines, more=more, later=before is not None
        )

    def show(self, request: Request, run_id: str) -> Response:
        """One run."""
        visit = self._page.visit(request)
        engine = visit.gate.engine
        run = get_run(engine, run_id)
        permit(visit.actor, Action.VIEW, None, f"run {run_id}")
        changed: list[Refused] = []
        plan = _kept(lambda: load_plan(engine, run_id), changed)
        segmentation = _kept(lambda: load_segmentation(engine, run_id), changed)
        notable, others = review_lines(plan) if plan else ((), ())
        starts, ends = _range(request.query_params, run, visit)
        return self._page.render(
            request, "overview/run.html", run=run, changed=changed, plan=plan, segmentation=segmentation,
            spending=spending(plan) if plan else None, counts=counts(engine, run_id).by_status,
            statuses=[status.value for status in Status], starts=starts, ends=ends,
            notable=notable, others=others, forecast=_forecast(visit.gate, plan),
            chart=_chart(visit.gate, run, starts, ends, visit.at), change=_change(visit.gate, run),
        )  # fmt: skip


def _kept(load: Callable[[], _Kept | None], changed: list[Refused]) -> _Kept | None:
    """A part of a run, or None where it was changed by hand: the rest still tells what it knows."""
    try:
        return load()
    except Refused as refused:
        changed.append(refused)
        return None


def _change(gate: Gate, run: Run) -> PlanDifference | None:
    """What changed from the plan that this one took the place of; None where there is none, or not both."""
    if run.replaces is None:
        return None
    found: list[Refused] = []
    both = (run.replaces, run.run_id)
    plans = [_kept(partial(load_plan, gate.engine, one), found) for one in both]
    parted = [_kept(partial(load_segmentation, gate.engine, one), found) for one in both]
    (before, after), (parted_before, parted_after) = plans, parted
    if before is None or after is None or parted_before is None or parted_after is None:
        return None
    return difference(before, after, parted_before=parted_before, parted_after=parted_after)


def _place(asked: Mapping[str, str]) -> RunPlace | None:
    at, run_id = words(asked, "at"), words(asked, "run", LONGEST_PLACE)
    if at is None or run_id is None:
        return None
    try:
        return RunPlace.model_validate({"created_at": at, "run_id": run_id})
    except ValidationError as error:
        raise BadInput(f"`{at}` is no place in the list.", "Begin at /runs.") from error


def _range(asked: Mapping[str, str], run: Run, visit: Visit) -> tuple[date, date]:
    """Two years back from today, reaching to the day the run was planned, or what was asked for."""
    zone = visit.gate.lender.zone
    today, planned = visit.at.astimezone(zone).date(), run.as_of.astimezone(zone).date()
    ends = day(asked, "to") or max(today, planned)
    starts = day(asked, "from") or min(ends - TWO_YEARS, planned)
    if starts >= ends:
        raise BadInput(f"The chart would end on {ends}, before it starts on {starts}.", "Swap the days.")
    return starts, ends


def _forecast(gate: Gate, plan: ChannelPlan | None) -> Markup | None:
    """What moves of rates would do, in the market as it was known on the day of the forecast."""
    if plan is None or plan.forecast is None:
        return None
    market = gate.open_market()
    return forecast_chart(plan.forecast, market.weeks, market.meetings_known(plan.forecast.on))


def _chart(gate: Gate, run: Run, starts: date, ends: date, at: datetime) -> Markup:
    """The market as it is known today, with what this lender offered whenever it planned, and offers now."""
    today = at.astimezone(gate.lender.zone).date()
    market = gate.open_market()
    offered = dict(planned_rates(gate.engine, gate.lender.zone))
    best = gate.sheet.best("conventional", 360, at) if gate.sheet else None
    if best is not None:
        offered[today] = best.rate
    return rate_chart(
        _known(market.weeks, today),
        market.meetings_known(today),
        offered=sorted(offered.items()),
        starts=starts,
        ends=ends,
        planned=run.as_of.astimezone(gate.lender.zone).date(),
    )


def _known(weeks: tuple[SurveyRate, ...], today: date) -> list[SurveyRate]:
    return [week for week in weeks if week.week <= today]
