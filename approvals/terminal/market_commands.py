"""What changes the market held here, each with its evidence: sheets, figures and decisions read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, By, day_of, moment
from campaign.answer import Answer


def import_sheet(
    sheet: Annotated[
        Path, typer.Argument(metavar="SHEET", help="A CSV file; its columns are in the documentation.")
    ],
    by: By = "vallum",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Check a rate sheet, compute its APRs and keep it."""
    from approvals.market_log import MarketLog
    from tools.market.rate_sheets import read_rate_sheet
    from tools.market.sheets import sheets
    from tools.market.views import kept_sheet_document, kept_sheet_view
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    at, zone = moment(as_of, workspace.lender), workspace.lender.zone
    read = read_rate_sheet(_text(sheet), sheet.name, zone=zone)
    file = MarketLog(by, at).keep_sheet(workspace, read)
    kept = sheets(workspace)
    return Answer(
        kept_sheet_document(read, file, kept, at),
        lambda: kept_sheet_view(read, file, kept, at, zone=zone),
        as_json,
    )


def update(
    source: Annotated[
        str | None, typer.Argument(metavar="[FILE|URL]", help="A CSV; default: what lender.toml names.")
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="What the one column of values is, if its header says nothing to us.")
    ] = None,
    by: By = "vallum",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Extend the survey, the ten-year, a daily index or the Fed's range from a CSV."""
    from approvals.market_log import MarketLog
    from tools.market.update_views import update_document, update_view
    from tools.market.updating import Source, configured_sources, series_of, update_market
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    at, zone = moment(as_of, workspace.lender), workspace.lender.zone
    asked = series_of(series)
    sources = (Source(source, asked),) if source else configured_sources(workspace.lender.rates)
    made = update_market(workspace, sources, at=at, keeper=MarketLog(by, at))
    return Answer(update_document(made, at, zone), lambda: update_view(made, at, zone), as_json)


def record(
    day: Annotated[str, typer.Argument(metavar="DATE", help="Day of the statement, as 2026-12-09.")],
    lower: Annotated[float, typer.Option(help="Lower end of the target range, percent.")],
    upper: Annotated[float, typer.Option(help="Upper end of the target range, percent.")],
    source: Annotated[str, typer.Option(help="Where it was read.")],
    unscheduled: Annotated[bool, typer.Option("--unscheduled", help="It is not on the calendar.")] = False,
    by: By = "vallum",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Record what the Fed decided, as you read it."""
    from approvals.market_log import MarketLog
    from tools.market.decisions import read_decision, says_the_same
    from tools.market.fed_views import recorded_document, recorded_lines
    from tools.market.series import open_market
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    at = moment(as_of, workspace.lender)
    before = open_market(workspace)
    decision = read_decision(
        before.meetings,
        day_of(day),
        lower=lower,
        upper=upper,
        source=source,
        scheduled=not unscheduled,
        at=at,
    )
    known = before.meeting(decision.decides)
    again = says_the_same(known, decision)
    if not again:
        MarketLog(by, at).keep_decision(workspace, decision)
    now = open_market(workspace).meeting(decision.decides)
    return Answer(recorded_document(known, now, again), lambda: recorded_lines(known, now, again), as_json)


def _text(path: Path) -> str:
    from campaign.errors import Unreadable

    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(str(path), "is no UTF-8 text.", "Save the sheet as CSV in UTF-8.") from error
    except OSError as error:
        raise Unreadable(
            str(path), f"cannot be read: {error.strerror}.", "Name an existing CSV file."
        ) from error
