"""The forecast of a run: its segments counted at today's prices, kept with its plan, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.rate_shock import SHIFTS, forecast_rates
from agents.standing import is_standing_campaign
from approvals import runs
from approvals.web.overview.forecast_chart import forecast_picture

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.workflow import Street
    from approvals.runs import Run
    from campaign.rate_forecast import RateForecast
    from tools.market.series import Market


def run_to_forecast(engine: Engine, run_id: str | None) -> Run | None:
    """The run that is named, or the newest standing campaign that has a plan; None where there is none.

    Raises:
        UnknownName: none of that name.
    """
    if run_id is not None:
        return runs.get_run(engine, run_id)
    standing = (run for run in runs.list_runs(engine) if is_standing_campaign(run))
    return next((run for run in standing if runs.load_plan(engine, run.run_id) is not None), None)


def forecast_run(street: Street, run: Run | None, *, shifts: Sequence[float] = SHIFTS) -> RateForecast:
    """The forecast on the book and the prices of now, kept with the run; without one, kept nowhere.

    Args:
        street: opened at the moment of the forecast. run: whose segments are counted.
        shifts: the moves, basis points, falling most first.

    Raises:
        UnknownName: the run has no plan yet. Refused: its segments or plan were changed by hand.
    """
    street.progress(f"forecast: every trigger and segment is counted at {len(shifts)} rates")
    parted = runs.load_segmentation(street.engine, run.run_id) if run else None
    with street.open_book() as book:
        made = forecast_rates(
            book,
            sheet=street.sheet,
            lender=street.lender,
            market=street.market,
            segments=parted.segments if parted else (),
            at=street.at,
            shifts=shifts,
        )
    if run:
        runs.save_forecast(street.engine, run.run_id, made, at=street.at)
    return made


def picture(forecast: RateForecast, market: Market) -> str:
    """The forecast as an SVG file."""
    return str(forecast_picture(forecast, market.weeks, market.meetings_known(forecast.on)))
