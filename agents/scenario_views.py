"""What plans for the cases of a meeting and rate alerts say: bands, money, readers, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agents.assignments import plan_of
from agents.exhibits import table_of
from approvals import queue
from campaign.answer import Answer
from campaign.market_hours import NEW_YORK

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from approvals.runs import Run
    from campaign.rate_forecast import RateForecast, Shock


def scenarios_answer(engine: Engine, made: Sequence[Run], *, as_json: bool) -> Answer:
    """The cases and their plans."""
    document = {"scenarios": [_document(engine, run) for run in made]}

    def view() -> Sequence[Any]:
        table = table_of(
            "Cases",
            "case",
            ">moved by",
            ">rate we offer",
            "run",
            ">rate alerts due",
            ">applications",
            ">waiting",
            "most money to",
        )
        for one in document["scenarios"]:
            table.add_row(
                one["case"],
                f"{one['shift_bps']:+g} bps",
                f"{one['low']:.3f}\N{EN DASH}{one['high']:.3f} %",
                one["run"],
                _alerted(one["triggers"]),
                f"{one['applications_90'][1]:,.0f}" if one["applications_90"] else "",
                str(one["pending"]),
                one["most_money_to"][0] if one["most_money_to"] else "",
            )
        waits = made[0].brief.supposing.condition if made and made[0].brief.supposing else None
        closing = (
            f"Approvals wait for them from {_moment(waits.since)} to {_moment(waits.before)}."
            if waits
            else ""
        )
        return [table, "The bands are of what this lender will offer. " + closing, _COUNTED, _HOW]

    return Answer(document, view, as_json)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(NEW_YORK):%Y-%m-%d %H:%M} New York time" if at else "now on"


_COUNTED = (
    "Rate alerts due and applications within 90 days (in brackets: against today) are of the case's own move."
)
_HOW = "Approve as usual (`vallum approve`): the approval holds only if its case comes."


def _document(engine: Engine, run: Run) -> dict[str, Any]:
    case, plan = run.brief.supposing, plan_of(engine, run.run_id)
    assert case is not None
    spent: dict[str, float] = {}
    for placement in plan.placements:
        spent[placement.segment] = spent.get(placement.segment, 0.0) + placement.budget_usd
    shock = _case_shock(plan.forecast, case.shift_bps)
    return {
        "run": run.run_id,
        "case": case.name,
        "meeting": case.meeting.isoformat(),
        "shift_bps": case.shift_bps,
        "low": case.condition.low,
        "high": case.condition.high,
        "since": case.condition.since.isoformat() if case.condition.since else None,
        "before": case.condition.before.isoformat(),
        "triggers": [one.model_dump() for one in shock.triggers] if shock else [],
        "applications_90": shock.applications_90 if shock else None,
        "pending": queue.tally(engine, run.run_id).pending,
        "budget_usd": {name: round(usd, 2) for name, usd in spent.items()},
        "most_money_to": sorted(spent, key=lambda name: -spent[name])[:2],
    }


def _case_shock(forecast: RateForecast | None, shift_bps: float) -> Shock | None:
    """What the case's own move would do."""
    shocks = forecast.shocks if forecast else ()
    return next((shock for shock in shocks if shock.shift_bps == shift_bps), None)


def _alerted(triggers: Sequence[dict[str, Any]]) -> str:
    """Borrowers whom the rate trigger takes in the case, and how many more or less than today."""
    found = next((one for one in triggers if one["name"] == "rate"), None)
    return f"{found['then']:,} ({found['then'] - found['now']:+,})" if found else ""


def alerts_answer(engine: Engine, run: Run | None, *, as_json: bool) -> Answer:
    """The letters that were queued; exit 1 where nobody is due one."""
    if run is None:
        said = "Nobody is due a rate alert, or no campaign is planned."
        return Answer({"run": None, "alerts": [], "pending": 0}, lambda: [said], as_json, exit_code=1)
    plan, pending = plan_of(engine, run.run_id), queue.tally(engine, run.run_id).pending
    listed = [
        {
            "placement": one.placement_id,
            "segment": one.segment,
            "offer_row": one.offer_row,
            "states": list(one.states),
            "figures": {held.slot: [held.low, held.high] for held in one.figures},
        }
        for one in plan.placements
    ]

    def view() -> Sequence[Any]:
        how = f"Look at them with `vallum queue --run {run.run_id} --classes`."
        return [*plan.notes, f"{pending} letters wait in run `{run.run_id}`. {how}"]

    return Answer({"run": run.run_id, "alerts": listed, "pending": pending}, view, as_json)
