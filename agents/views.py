"""What the street's commands answer: a document for scripts and a view for people, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.assignments import plan_of, segmentation_of
from agents.documents import (
    plan_document,
    publication_document,
    segment_document,
    withheld_document,
)
from agents.exhibits import (
    plan_tables,
    publication_tables,
    segment_tables,
    table_of,
    withheld_lines,
)
from approvals import queue, runs
from approvals.fair_lending_views import review_document, review_tables
from campaign.answer import Answer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Engine

    from approvals.publish_report import PublishReport
    from campaign.segment import Segmentation
    from tools.workspace import Workspace


def made(workspace: Workspace, *, example: bool, as_json: bool) -> Answer:
    """A workspace was made, and what to do next."""
    lender = workspace.lender
    document = {"home": str(workspace.home), "lender": lender.name, "states": sorted(lender.licenses)}
    said = [f"Workspace `{workspace.home}` for {lender.name}, NMLS {lender.nmls}."]
    if example:
        said.append("This is the example lender; give your own with `vallum init --lender lender.toml`.")
    if not lender.people:
        said.append("No people are listed in lender.toml: whoever wrote none of a piece may decide it.")
    said.append("Next: `vallum book import FILE...`, `vallum rates import SHEET`, `vallum plan`.")
    return Answer(document, lambda: said, as_json)


def segmentation(parted: Segmentation, *, as_json: bool) -> Answer:
    """The partition with its evidence."""
    document = {
        "segments": [
            segment.model_dump(mode="json") | {"predicate": str(segment.predicate)}
            for segment in parted.segments
        ],
        "learnt_from": parted.learnt_from,
        "origin_note": parted.origin_note,
        "mind": parted.mind,
        "notes": list(parted.notes),
        "partners": parted.partners,
        "officers": parted.officers,
    }  # fmt: skip
    return Answer(document, lambda: segment_tables(parted), as_json)


def planned(engine: Engine, run_id: str, *, as_json: bool) -> Answer:
    """How a run stands after it was moved along; exit 1 where every piece is blocked."""
    run = runs.get_run(engine, run_id)
    parted, plan, count = (
        segmentation_of(engine, run_id),
        plan_of(engine, run_id),
        queue.tally(engine, run_id),
    )
    document = {
        "run": run_id,
        "status": run.status,
        "as_of": run.as_of.isoformat(),
        "segments": segment_document(parted),
        "plan": plan_document(plan),
        "fair_lending": review_document(plan.fair_lending) if plan.fair_lending else None,
        "pieces": {"drafted": count.pieces, "blocked": count.blocked, "queued": count.pending},
    }
    said = [
        *segment_tables(parted),
        *plan_tables(plan),
        *review_tables(plan.fair_lending),
        f"Run `{run_id}` is {run.status}: {count.pieces} pieces, {count.pending} wait for a decision, "
        f"{count.blocked} blocked, {count.approved} approved, {count.published} published.",
        "Next: `vallum queue`, `vallum show PIECE`, `vallum approve PIECE --by NAME`, `vallum publish`.",
    ]
    stuck = count.pieces > 0 and count.blocked == count.pieces
    return Answer(document, lambda: said, as_json, exit_code=1 if stuck else 0)


def run_list(engine: Engine, zone: ZoneInfo, *, as_json: bool) -> Answer:
    """The runs, newest first, their days in the lender's zone."""
    known = runs.list_runs(engine)
    document = {
        "runs": [
            {
                "run": run.run_id,
                "status": run.status,
                "as_of": run.as_of.isoformat(),
                "goal": run.brief.goal,
                "budget_usd": run.brief.budget_usd,
                "offered_rate": run.offered_rate,
                "replaces": run.replaces,
            }
            for run in known
        ]
    }

    def view() -> Sequence[Any]:
        if not known:
            return ["No runs yet. Plan one with `vallum plan`."]
        table = table_of("Runs", "run", "status", "as of", "goal", ">budget", ">30-year rate", "replaces")
        for run in known:
            rate = f"{run.offered_rate:.3f} %" if run.offered_rate else ""
            table.add_row(
                run.run_id, run.status, f"{run.as_of.astimezone(zone):%Y-%m-%d}", run.brief.goal,
                f"${run.brief.budget_usd:,.0f}", rate, run.replaces or "",
            )  # fmt: skip
        return [table]

    return Answer(document, view, as_json)


def published(report: PublishReport, *, as_json: bool) -> Answer:
    """What went out and what did not; exit 1 where nothing did."""
    document = {
        "published": publication_document(report.publications),
        "withheld": withheld_document(report.withheld),
    }

    def view() -> Sequence[Any]:
        return [*publication_tables(document["published"]), *withheld_lines(document["withheld"])]

    return Answer(document, view, as_json, exit_code=0 if report.publications else 1)
