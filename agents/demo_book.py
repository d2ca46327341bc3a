"""The demonstration's book: the generated example, or public loan files with what they lack added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agents.opening import SEED
from tools.book.engine import Book, open_book
from tools.book.fill import fill_hmda
from tools.book.generator import generate_book
from tools.book.importing import Form, ImportReport, import_file

if TYPE_CHECKING:
    from tools.workspace import Workspace

EXAMPLE_LOANS = 20_000


def fill_the_book(
    workspace: Workspace, loans: tuple[Path, ...], *, at: datetime, progress: Callable[[str], None]
) -> dict[str, tuple[str, ...]]:
    """Import the loans, adding what a public file lacks; returns the made-up columns of each import."""
    day = at.astimezone(workspace.lender.zone).date()
    if loans:
        return {path.name: _import_public(workspace, path, day, at, progress) for path in loans}
    progress(f"writing the example book: {EXAMPLE_LOANS:,} loans")
    made = generate_book(
        workspace.home / "example", loans=EXAMPLE_LOANS, seed=SEED, lender=workspace.lender, as_of=day
    )
    with open_book(workspace.book_url) as book:
        for path in made.files.values():
            _import(workspace, book, path, at=at, form=None)
    progress("imported")
    return {"the example book": ("every column",)}


def _import_public(
    workspace: Workspace, path: Path, day: date, at: datetime, progress: Callable[[str], None]
) -> tuple[str, ...]:
    progress(f"importing {path.name}")
    with open_book(workspace.book_url) as book:
        report = _import(workspace, book, path, at=at, form="hmda")
        progress(
            f"{report.taken:,} loans taken, {report.rejected:,} rejected; filling in what the file lacks"
        )
        filled = fill_hmda(book, report.source, seed=SEED, lender=workspace.lender, as_of=day, at=at)
    return tuple(f"{table}.{column}" for table, columns in filled.items() for column in columns)


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
