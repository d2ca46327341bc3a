"""The book's commands: bring files in, and say what is there."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from tools.book.importing import Form, ImportReport
    from tools.workspace import Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A date or an ISO time; default: now.")]

app = typer.Typer(help="The lender's book: contacts, loans, engagement, permissions.", no_args_is_help=True)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV exports, plain or .gz.")],
    table: Annotated[
        str | None, typer.Option(help="What the files hold; default: told by name or headers.")
    ] = None,
    form: Annotated[str | None, typer.Option(help="`hmda` for a public loan file.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Bring exports of a CRM or loan system into the book; refused rows go to a file with reasons."""
    from campaign.moment import parse_moment
    from tools.book import reporting

    workspace = _workspace()
    zone = workspace.lender.zone
    at = parse_moment(as_of, zone) if as_of else datetime.now(UTC)
    reports = _import_all(workspace, files, table=table, form=_known_form(form), at=at)
    return reporting.imported(reports, as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> Answer:
    """Say what the book holds, where it came from, and who may be addressed."""
    from tools.book import reporting
    from tools.book.engine import open_book
    from tools.book.standing import standing_of

    workspace = _workspace()
    with open_book(workspace.book_url, write=False) as book:
        return reporting.standing(standing_of(book, at=datetime.now(UTC)), as_json=as_json)


def _workspace() -> Workspace:
    from tools.workspace import open_workspace

    return open_workspace(os.environ, cwd=Path.cwd())


def _known_form(form: str | None) -> Form | None:
    from campaign.errors import UnknownName

    if form is None:
        return None
    if form == "hmda":
        return "hmda"
    raise UnknownName(f"There is no form `{form}`.", "Leave --form out, or write --form hmda.")


def _import_all(
    workspace: Workspace, files: list[Path], *, table: str | None, form: Form | None, at: datetime
) -> list[ImportReport]:
    from tools.book.engine import open_book
    from tools.book.importing import import_file

    reports = []
    with open_book(workspace.book_url) as book:
        for path in files:
            print(f"reading {path.name} ...", file=sys.stderr)
            reports.append(
                import_file(
                    book,
                    path,
                    table=table,
                    form=form,
                    rejects=workspace.rejects,
                    monitoring=workspace.monitoring,
                    at=at,
                    zone=workspace.lender.zone,
                )
            )
    return reports
