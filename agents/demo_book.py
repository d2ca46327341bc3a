"""The demonstration's book: the generated example, or public loan files with what they lack added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agents.opening import SEED
from tools.book.engine import COLUMN_ORIGINS, IMPORTS, Book, open_book
from tools.book.fill import fill_hmda
from tools.book.generator import generate_book
from tools.book.importing import Form, ImportReport, import_file, source_name
from tools.book.origins import origin_of
from tools.book.schemas import SCHEMAS

if TYPE_CHECKING:
    from tools.workspace import Workspace

EXAMPLE_LOANS = 20_000


def fill_the_book(
    workspace: Workspace, loans: tuple[Path, ...], *, at: datetime, progress: Callable[[str], None]
) -> None:
    """Import the loans, adding what a public file lacks; a source that is there already is left alone."""
    day = at.astimezone(workspace.lender.zone).date()
    with open_book(workspace.book_url) as book:
        filled = origin_of(book, "contacts", "first_name")
        for path in loans:
            if source_name(path) not in filled:
                _import_public(workspace, book, path, day, at, progress)
        if not loans:
            _import_example(workspace, book, day, at, progress)


def columns_by_origin(book: Book) -> dict[str, dict[str, list[str]]]:
    """Import -> origin -> columns; a table whose columns share one origin is named once, as `contacts.*`."""
    rows = (
        book.table(COLUMN_ORIGINS).order_by(["source", "table_name", "column_name"]).to_pyarrow().to_pylist()
    )
    kinds: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        kinds.setdefault((row["source"], row["table_name"]), set()).add(row["origin"])
    shown: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        whole = len(kinds[row["source"], row["table_name"]]) == 1
        name = f"{row['table_name']}.{'*' if whole else row['column_name']}"
        names = shown.setdefault(row["source"], {}).setdefault(row["origin"], [])
        if name not in names:
            names.append(name)
    return shown


def _import_example(
    workspace: Workspace, book: Book, day: date, at: datetime, progress: Callable[[str], None]
) -> None:
    folder = workspace.home / "example"
    imports = book.table(IMPORTS).to_pyarrow().to_pylist()
    known = {row["table_name"] for row in imports if row["source"] == folder.name}
    if set(SCHEMAS) <= known:
        return
    progress(f"writing the example book: {EXAMPLE_LOANS:,} loans")
    made = generate_book(folder, loans=EXAMPLE_LOANS, seed=SEED, lender=workspace.lender, as_of=day)
    for table, path in made.files.items():
        if table not in known:
            report = _import(workspace, book, path, at=at, form=None)
            progress(f"imported {report.taken:,} {table}")


def _import_public(
    workspace: Workspace, book: Book, path: Path, day: date, at: datetime, progress: Callable[[str], None]
) -> None:
    progress(f"importing {path.name}")
    report = _import(workspace, book, path, at=at, form="hmda")
    progress(f"{report.taken:,} loans taken, {report.rejected:,} rejected; making up what the file lacks")
    fill_hmda(book, report.source, seed=SEED, lender=workspace.lender, as_of=day, at=at)


def _import(workspace: Workspace, book: Book, path: Path, *, at: datetime, form: Form | None) -> ImportReport:
    return import_file(
        book,
        path,
        form=form,
        rejects=workspace.rejects,
        monitoring=workspace.monitoring,
        at=at,
        zone=workspace.lender.zone,
    )
