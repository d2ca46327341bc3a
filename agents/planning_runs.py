"""Starting a run: the same brief on the same book and rates is the same run, so it can be taken up again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from agents.assignments import plan_of, segmentation_of
from agents.rates_of_run import main_rate
from approvals import runs
from campaign.errors import BadInput
from tools.book.engine import IMPORTS
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.workflow import Street
    from approvals.runs import Run
    from campaign.brief import Brief
    from campaign.fair_lending import FairLendingReview
    from campaign.market import MarketSnapshot


def start_planning(street: Street, brief: Brief, *, replaces: str | None = None) -> Run:
    """Record a run for a brief, or find the one that is already there.

    The id is made of everything the outcome depends on, so that a command stopped anywhere and typed
    again goes on with its run and makes no second one.

    Args:
        street: opened at the run's moment.
        brief: what is asked for.
        replaces: the run this one replaces.
    """
    day = street.at.astimezone(street.lender.zone).date()
    known = street.market.snapshot(day, outcomes=street.market.outcomes_out(street.at, street.lender.zone))
    run_id = f"{day}-{_fingerprint(street, brief, known, replaces)}"
    return runs.start_run(
        street.engine,
        runs.Run(
            run_id=run_id,
            brief=brief,
            as_of=street.at,
            status="planning",
            sheet_id=street.sheet.sheet_id,
            offered_rate=main_rate(street.sheet, street.at),
            survey_rate=street.survey,
            market=known,
            replaces=replaces,
            created_at=street.at,
            mind=street.minds.writing.name,
        ),
        by="marketing",
        at=street.at,
    )


def start_anew(street: Street, brief: Brief) -> Run:
    """As `start_planning`, past runs of the same outcome that were taken back: prices may come back too."""
    run = start_planning(street, brief)
    while run.status == "superseded":
        run = start_planning(street, brief, replaces=run.run_id)
    return run


def run_to_review(engine: Engine, run_id: str | None) -> Run:
    """The run that is named, or the newest that no other took the place of.

    Raises:
        UnknownName: none of that name. BadInput: there is none at all.
    """
    if run_id is not None:
        return runs.get_run(engine, run_id)
    newest = next((run for run in runs.list_runs(engine) if run.status != "superseded"), None)
    if newest is None:
        raise BadInput("There is no run to review.", "Plan one with `vallum plan`.")
    return newest


def review_again(street: Street, run_id: str) -> FairLendingReview:
    """The fair-lending review of a run on the book as it is now; what the run's log says stays as it was.

    Raises:
        BadInput: no demographic records were imported. UnknownName: the run has no plan yet.
    """
    parted, plan = segmentation_of(street.engine, run_id), plan_of(street.engine, run_id)
    offers = offered_rates(street.sheet, street.at)
    return street.reviewer.review(parted, plan, offers=offers, at=street.at)


def _fingerprint(street: Street, brief: Brief, known: MarketSnapshot, replaces: str | None) -> str:
    with street.open_book() as book:
        imports = book.table(IMPORTS).order_by(["source", "table_name", "file"]).to_pyarrow().to_pylist()
    mind = street.minds.writing.name
    rates = (street.sheet.sheet_id, known.snapshot_id)
    parts = (brief.model_dump_json(), *rates, str(imports), mind, replaces or "")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:6]
