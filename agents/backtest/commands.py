"""`vallum backtest`: what planners of different rhythms would have shown while the market moved as it did."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, day_of
from campaign.answer import Answer

if TYPE_CHECKING:
    from datetime import date

    from agents.backtest.planners import Terms
    from agents.backtest.windows import Windows
    from campaign.lender import Lender
    from tools.workspace import Workspace

FIRST_DAY = "2019-01-01"


def backtest(
    starts: Annotated[str, typer.Option("--from", metavar="DATE", help="First day counted.")] = FIRST_DAY,
    ends: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day; default: the last survey week.")
    ] = None,
    loans: Annotated[str | None, typer.Option(help="HMDA loan files, separated by commas.")] = None,
    approval_days: Annotated[int, typer.Option(help="Business days from a plan to its live copy.")] = 1,
    recall_days: Annotated[int, typer.Option(help="Business days until pulled copy is down.")] = 0,
    tolerance: Annotated[
        float | None, typer.Option(help="Move in bps that is answered; default: the lender's.")
    ] = None,
    window_share: Annotated[
        float, typer.Option(help="Share of the borrowers that makes a window, 0 to 1.")
    ] = 0.01,
    plot: Annotated[Path | None, typer.Option(help="Write the picture here, as SVG.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one page with table and picture here.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """Replay real weekly rates and Fed meetings over a book: stale and missed days by planner."""
    from agents.backtest import views
    from agents.backtest.market_days import must_cover
    from agents.backtest.picture import page, picture
    from agents.backtest.replay import backtest as replay
    from tools.market.series import open_market, shipped_market

    workspace = _workspace()
    lender = _lender(workspace)
    market = open_market(workspace) if workspace else shipped_market()
    first, last = day_of(starts), day_of(ends) if ends else market.weeks[-1].week
    must_cover(market.weeks, starts=first, ends=last)
    terms = _terms(
        approval_days=approval_days,
        recall_days=recall_days,
        tolerance_bps=lender.rates.tolerance_bps if tolerance is None else tolerance,
        trigger_bps=lender.rates.trigger_bps,
        window_share=window_share,
    )
    windows, source = _count(workspace, loans, last, terms)
    result = replay(
        windows,
        market,
        terms=terms,
        calendar=lender.calendar,
        starts=first,
        ends=last,
        source=source,
    )
    drawn = ((plot, picture), (html, page))
    written = [_written(path, str(draw(result))) for path, draw in drawn if path is not None]
    return Answer(views.document(result), lambda: views.view(result, written), as_json)


def _workspace() -> Workspace | None:
    from campaign.errors import NoWorkspace
    from tools.workspace import open_workspace

    try:
        return open_workspace(os.environ, cwd=Path.cwd())
    except NoWorkspace:
        return None


def _lender(workspace: Workspace | None) -> Lender:
    from campaign.lender import parse_lender
    from tools.workspace import EXAMPLE_LENDER

    return workspace.lender if workspace else parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))


def _terms(**asked: float) -> Terms:
    from pydantic import ValidationError

    from agents.backtest.planners import Terms
    from campaign.errors import BadInput

    try:
        return Terms.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(
            f"`{first['input']}` cannot be the {'_'.join(map(str, first['loc']))}: {first['msg'].lower()}.",
            "See `vallum backtest --help`.",
        ) from error


def _count(workspace: Workspace | None, loans: str | None, until: date, terms: Terms) -> tuple[Windows, str]:
    from agents.backtest.counted_book import count_files, count_workspace

    files = [Path(part.strip()) for part in (loans or "").split(",") if part.strip()]
    bps = terms.trigger_bps
    if files:
        return count_files(files, until=until, trigger_bps=bps, at=datetime.now(UTC), progress=_progress)
    return count_workspace(workspace, until=until, trigger_bps=bps, progress=_progress)


def _written(path: Path, text: str) -> str:
    from campaign.errors import BadInput

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be written: {error.strerror}.", "Name a file in an existing folder."
        ) from error
    return f"Written: {path}"


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()
