"""The street's commands: from an empty folder to a published, replanned campaign."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from agents.workflow import Street
    from tools.workspace import Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A date or an ISO time; default: now.")]
RunOption = Annotated[str | None, typer.Option("--run", help="A run id; default: the newest.")]
Text = str | None

runs = typer.Typer(help="The runs of the workflow.", no_args_is_help=True)


def init(
    lender: Annotated[Path | None, typer.Option(help="Your lender.toml; default: the example.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """Make the workspace (VALLUM_HOME, default ./vallum)."""
    from agents import views
    from approvals.database import open_database
    from campaign.errors import Unreadable
    from tools.workspace import EXAMPLE_LENDER, home_of, make_workspace

    source = lender or EXAMPLE_LENDER
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(source), "cannot be read as UTF-8 text.", "Give a lender.toml.") from error
    workspace = make_workspace(home_of(_environment(), cwd=Path.cwd()), text, _environment())
    open_database(workspace.database_url).dispose()
    return views.made(workspace, example=lender is None, as_json=as_json)


def demo(
    loans: Annotated[Text, typer.Option(help="HMDA loan files, separated by commas.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """Run the whole street once: book to publication, then a replan after rates rose."""
    from agents import demo_view
    from agents.demo import demonstrate
    from tools.workspace import EXAMPLE_LENDER, home_of

    files = tuple(Path(part.strip()) for part in (loans or "").split(",") if part.strip())
    report = demonstrate(
        home_of(_environment(), cwd=Path.cwd()),
        EXAMPLE_LENDER.read_text(encoding="utf-8"),
        loans=files,
        environment=_environment(),
        progress=_progress,
    )
    return demo_view.answer(report, as_json=as_json)


def segments(as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Part the book into segments and show how they differ."""
    from agents import views
    from agents.segmentation import segment_book

    street = _street(as_of)
    with street.open_book() as book:
        parted = segment_book(
            book,
            sheet=street.sheet,
            lender=street.lender,
            at=street.at,
            mind=street.minds.segmenting,
            seed=street.seed,
        )
    return views.segmentation(parted, as_json=as_json)


def plan(
    brief: Annotated[Path | None, typer.Argument(help="A brief in TOML.")] = None,
    goal: Annotated[Text, typer.Option(help="What the campaign is for.")] = None,
    audience: Annotated[Text, typer.Option(help="consumer, partner or originator.")] = None,
    budget: Annotated[float | None, typer.Option(help="Dollars for the period.")] = None,
    starts: Annotated[Text, typer.Option("--from", help="First day.")] = None,
    ends: Annotated[Text, typer.Option("--to", help="Last day.")] = None,
    per_officer: Annotated[
        bool | None, typer.Option("--per-officer", help="Letters and posts in each loan officer's name.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Plan a campaign: segments, channels, copy, screened and put before people."""
    from agents import views
    from agents.brief_file import make_brief, read_brief
    from agents.planning_runs import start_planning
    from agents.running import advance
    from campaign.errors import Unreadable

    written: Mapping[str, object] = {}
    if brief is not None:
        try:
            written = read_brief(brief.read_text(encoding="utf-8"), brief.name)
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(str(brief), "cannot be read as UTF-8 text.", "Give a brief in TOML.") from error
    workspace = _workspace()
    options = {
        "goal": goal, "audience": audience, "budget_usd": budget, "starts": starts, "ends": ends,
        "per_officer": per_officer,
    }  # fmt: skip
    today = _moment(as_of, workspace).astimezone(workspace.lender.zone).date()
    asked = make_brief(written, options, today=today, budget_usd=workspace.lender.capacity.budget_usd)
    street = _street(as_of)
    run = start_planning(street, asked)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return views.planned(street.engine, run.run_id, as_json=as_json)


@runs.command("list")
def list_runs(as_json: AsJson = False) -> Answer:
    """List the runs, newest first."""
    from agents import views
    from approvals.database import open_database

    workspace = _workspace()
    return views.run_list(open_database(workspace.database_url), workspace.lender.zone, as_json=as_json)


@runs.command("resume")
def resume(
    run: Annotated[str, typer.Argument(help="A run id.")], as_of: AsOf = None, as_json: AsJson = False
) -> Answer:
    """Wake a parked run, or take up one whose process was stopped."""
    from agents import views
    from agents.running import advance

    workspace = _workspace()
    _must_exist(run, workspace)
    street = _street(as_of)
    advance(street, run, checkpoints=workspace.checkpoints)
    return views.planned(street.engine, run, as_json=as_json)


def publish(
    run: Annotated[Text, typer.Option("--run", help="A run id; default: every run.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Carry out what was approved, once; rejected pieces go back to the copywriter."""
    from agents import views
    from agents.publishing_runs import publish_and_wake
    from approvals.anchors import keep_anchored

    workspace = _workspace()
    if run:
        _must_exist(run, workspace)
    street = _street(as_of)
    report = publish_and_wake(street, run, checkpoints=workspace.checkpoints)
    keep_anchored(street.engine, workspace, at=street.at, tell=_progress)
    return views.published(report, as_json=as_json)


def replan(run: RunOption = None, as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Settle what was prepared for past meetings, pull back what is stale, and plan again."""
    from agents.meetings import answer_market
    from agents.replan_views import market_answer
    from agents.replanning import run_to_replan
    from approvals.database import open_database

    workspace = _workspace()
    old = run_to_replan(open_database(workspace.database_url), run, at=_moment(as_of, workspace))
    street = _street(as_of)
    done = answer_market(street, old.run_id, checkpoints=workspace.checkpoints)
    return market_answer(done, as_json=as_json)


def fair_lending(run: RunOption = None, as_json: AsJson = False) -> Answer:
    """Review a run's segments, placements and targeting for fair lending; exit 1 on a disparity."""
    from agents.planning_runs import review_again, run_to_review
    from approvals.database import open_database
    from approvals.fair_lending_views import review_answer

    planned = run_to_review(open_database(_workspace().database_url), run)
    street = _street(planned.as_of.isoformat())
    return review_answer(planned.run_id, review_again(street, planned.run_id), as_json=as_json)


def _environment() -> Mapping[str, str]:
    import os

    return os.environ


def _workspace() -> Workspace:
    from tools.workspace import open_workspace

    return open_workspace(_environment(), cwd=Path.cwd())


def _street(as_of: str | None) -> Street:
    from agents.opening import open_street
    from approvals.rules_log import note_rules
    from approvals.settings_log import note_settings

    workspace = _workspace()
    street = open_street(
        workspace, at=_moment(as_of, workspace), environment=_environment(), progress=_progress
    )
    note_settings(street.engine, street.lender, by="vallum", at=street.at)
    note_rules(street.engine, street.pack, by="vallum", at=street.at)
    return street


def _must_exist(run_id: str, workspace: Workspace) -> None:
    from approvals import runs as records
    from approvals.database import open_database

    records.get_run(open_database(workspace.database_url), run_id)


def _moment(as_of: str | None, workspace: Workspace) -> datetime:
    from datetime import UTC, datetime

    from campaign.moment import parse_moment

    return parse_moment(as_of, workspace.lender.zone) if as_of else datetime.now(UTC)


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()
