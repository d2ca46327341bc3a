"""`vallum triggers`: whom something has changed for, with each one's figures and reason."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import typer

from campaign.answer import Answer


def triggers(
    everyone: bool = typer.Option(False, "--all", help="Also those that are left out, with the reason."),
    as_of: str | None = typer.Option(None, "--as-of", help="A date or an ISO time; default: now."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> Answer:
    """Find the borrowers, and prospects with loans elsewhere, that today's prices or a date speak to."""
    from campaign.moment import parse_moment
    from tools.book.aggregates import worked_out
    from tools.book.engine import open_book
    from tools.market.sheets import latest_sheet
    from tools.triggers import reporting
    from tools.triggers.scan import counts, ordered, scan
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    lender = workspace.lender
    at = parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)
    sheet = latest_sheet(workspace, at)
    with (
        open_book(workspace.book_url, write=False) as book,
        worked_out(book, scan(book, sheet, lender, at=at)) as found,
    ):
        counted, shown = counts(found), ordered(found, everyone=everyone).to_pyarrow().to_pylist()
    document = reporting.document(counted, shown, sheet=sheet, lender=lender, at=at)
    return Answer(document, lambda: reporting.view(document), as_json)
