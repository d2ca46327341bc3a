"""Opening the street: from a workspace and an environment to everything the nodes work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from agents.expected_value import worth
from agents.house.channel_planning import HousePlanningMind
from agents.house.copywriting import HouseCopyMind
from agents.house.segmentation import HouseSegmentationMind
from agents.minds import Minds
from agents.rates_of_run import survey_rate
from agents.workflow import Street
from approvals.database import open_database
from approvals.fair_lending_review import Reviewer
from campaign.errors import BadInput
from campaign.lender import parse_lender
from policies.packs import load_pack
from tools.book.engine import open_book
from tools.market.example_sheets import example_sheet
from tools.market.series import open_market
from tools.market.sheets import latest_sheet, save_sheet
from tools.workspace import EXAMPLE_LENDER

if TYPE_CHECKING:
    from campaign.rates import RateSheet
    from tools.market.series import Market
    from tools.workspace import Workspace

SEED = 20260226


def open_street(
    workspace: Workspace,
    *,
    at: datetime,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
) -> Street:
    """Open the stores and choose the minds.

    The model minds are used where `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set; else the house minds.

    Args:
        workspace: where everything is.
        at: the moment everything is judged at, aware.
        environment: for the model and the channel credentials.
        progress: told one line per step.

    Raises:
        BadInput: no rate sheet is in force at `at`.
        Busy: another process holds the database.
    """
    market = open_market(workspace)
    sheet = sheet_in_force(workspace, market, at)
    minds = choose_minds(environment, progress)
    opened = partial(open_book, workspace.book_url, write=False)
    return Street(
        engine=open_database(workspace.database_url),
        open_book=opened,
        change_book=partial(open_book, workspace.book_url),
        lender=workspace.lender,
        sheet=sheet,
        pack=load_pack(),
        at=at,
        minds=minds,
        reviewer=Reviewer(opened, workspace.monitoring, worth, workspace.lender.fair_lending),
        outbox=workspace.outbox,
        ads=workspace.ads,
        environment=dict(environment),
        seed=SEED,
        progress=progress,
        market=market,
        survey=survey_rate(market, at.astimezone(workspace.lender.zone).date()),
    )


def choose_minds(environment: Mapping[str, str], tell: Callable[[str], None]) -> Minds:
    """The model's minds where the environment names an endpoint or a key, else the house's."""
    house = Minds(
        segmenting=HouseSegmentationMind(),
        planning=HousePlanningMind(),
        writing=HouseCopyMind(),
        note="No model key is set: the house minds think and write.",
    )
    if not (environment.get("OPENAI_API_KEY") or environment.get("OPENAI_BASE_URL")):
        return house
    from agents.llm.minds import with_model

    return with_model(environment, house, tell)


def sheet_in_force(workspace: Workspace, market: Market, at: datetime) -> RateSheet:
    """The lender's sheet at a moment; the example lender alone is priced off the survey where it has none.

    Raises:
        BadInput: no sheet is in force, and the lender is a real one.
    """
    try:
        return latest_sheet(workspace, at)
    except BadInput:
        example = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
        if workspace.lender.nmls != example.nmls:
            raise
    sheet = example_sheet(at.astimezone(workspace.lender.zone).date(), workspace.lender, market)
    save_sheet(workspace, sheet)
    return sheet
