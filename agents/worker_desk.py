"""What a worker of one workspace works with: the agenda read from its records, and its acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from agents.claims import Desk
from agents.occasions import Agenda, Known
from agents.schedules import agenda
from agents.standing import campaigns_to_replan, is_campaign
from approvals import runs
from approvals.answers import answers
from approvals.database import open_database
from campaign.errors import BadInput, Unreadable
from tools.market.series import open_market
from tools.market.sheets import sheets

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tools.market.series import Market
    from tools.workspace import Workspace


@contextmanager
def opened_desk(
    workspace: Workspace,
    *,
    environment: Mapping[str, str],
    clock: Callable[[], datetime],
    wall: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Iterator[Desk]:
    """The desk of a workspace; arguments as in `Desk`."""
    from agents.answering import Acts  # the street and what it thinks with; a listing needs none of it

    engine = open_database(workspace.database_url)
    try:
        yield Desk(
            engine=engine,
            look=lambda at: agenda_of(workspace, engine, at, make_example=True),
            acts=Acts(workspace, engine, environment, tell).by_kind(),
            basis=lambda: standing_run(engine, clock()),
            clock=clock,
            wall=wall,
            zone=workspace.lender.zone,
            tell=tell,
        )
    finally:
        engine.dispose()


def agenda_of(workspace: Workspace, engine: Engine, at: datetime, *, make_example: bool = False) -> Agenda:
    """What is due in a workspace at a moment.

    Args:
        make_example: let the example lender, and it alone, price a sheet off the survey where it has none.
    """
    market = open_market(workspace)
    if make_example:
        _price_example(workspace, market, at)
    campaigns = [run for run in runs.list_runs(engine) if is_campaign(run) and run.as_of <= at]
    standing = campaigns_to_replan(engine, at)
    return agenda(
        Known(
            market=market,
            sheets=sheets(workspace),
            lender=workspace.lender,
            answered=frozenset(one.key for one in answers(engine) if one.finished_at),
            since=min((run.as_of for run in campaigns), default=None),
            planned_rates=tuple(run.offered_rate for run in standing if run.offered_rate is not None),
        ),
        at,
    )


def standing_run(engine: Engine, at: datetime) -> str:
    """The id of the newest campaign that stands at a moment, empty where there is none."""
    return next((run.run_id for run in campaigns_to_replan(engine, at)), "")


def _price_example(workspace: Workspace, market: Market, at: datetime) -> None:
    from agents.opening import sheet_in_force

    try:
        sheet_in_force(workspace, market, at)
    except Unreadable:
        raise
    except BadInput:
        return  # a real lender without a sheet: the agenda says so
