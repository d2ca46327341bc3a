"""`vallum forecast`: what comes in, and who enters and leaves, if rates move by up to a point."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, moment
from campaign.answer import Answer


def forecast(
    run: Annotated[
        str | None, typer.Option("--run", help="A run id; default: the newest that was planned.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the picture here, as SVG.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Forecast applications, payoffs, triggers and segments for rates from 100 bps down to 100 bps up."""
    from agents.forecast_runs import forecast_run, picture, run_to_forecast
    from agents.forecast_views import forecast_answer
    from agents.opening import open_street
    from campaign.errors import BadInput
    from tools.workspace import open_workspace

    if plot is not None and not plot.parent.is_dir():
        raise BadInput(f"`{plot.parent}` is no folder.", "Name a file in an existing folder.")
    workspace = open_workspace(os.environ, cwd=Path.cwd())
    street = open_street(
        workspace, at=moment(as_of, workspace.lender), environment=os.environ, progress=_progress
    )
    chosen = run_to_forecast(street.engine, run)
    made = forecast_run(street, chosen)
    written = []
    if plot is not None:
        try:
            plot.write_text(picture(made, street.market), encoding="utf-8")
        except OSError as error:
            raise BadInput(
                f"`{plot}` cannot be written: {error.strerror}.", "Name a file in an existing folder."
            ) from error
        written.append(f"Written: {plot}")
    return forecast_answer(made, run_id=chosen.run_id if chosen else None, written=written, as_json=as_json)


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()
