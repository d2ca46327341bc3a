"""The book of a backtest: the workspace's, public loan files, or a generated example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from agents.backtest.windows import Windows, read_windows
from campaign.moment import end_of_day
from tools.book.engine import open_book
from tools.book.importing import import_file
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace


def count_workspace(
    workspace: Workspace | None, *, until: date, trigger_bps: float, progress: Callable[[str], None]
) -> tuple[Windows, str]:
    """Count the workspace's book; without one, an example of which nothing is kept.

    Args:
        workspace: None outside of one. until: last day to be asked about. progress: told one line per step.

    Returns:
        The counts, and the book in words.

    Raises:
        BadInput: the book cannot be opened, or holds no loan that counts.
    """
    if workspace is not None and not _missing(workspace.book_url):
        with open_book(workspace.book_url, write=False) as book:
            counted = read_windows(book, until=until, trigger_bps=trigger_bps)
        return counted, f"Book of {workspace.lender.short_name or workspace.lender.name}"
    from agents.demo_book import EXAMPLE_LOANS, fill_the_book  # the whole street comes with it

    with TemporaryDirectory() as folder:
        example = make_workspace(Path(folder) / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
        fill_the_book(example, (), at=end_of_day(until, example.lender.zone), progress=progress)
        with open_book(example.book_url, write=False) as book:
            counted = read_windows(book, until=until, trigger_bps=trigger_bps)
    return counted, f"Example book of {EXAMPLE_LOANS:,} loans"


def count_files(
    files: Sequence[Path], *, until: date, trigger_bps: float, at: datetime, progress: Callable[[str], None]
) -> tuple[Windows, str]:
    """Count public HMDA loan files, imported into a book that is not kept.

    Args:
        files: plain or `.gz`. at: moment of the import, aware.

    Returns:
        The counts, and the book in words.

    Raises:
        BadInput: a file is missing or no such file, or no loan in them counts.
    """
    lender_text = EXAMPLE_LENDER.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        passing = make_workspace(Path(folder) / "home", lender_text, {})
        with open_book(passing.book_url) as book:
            for path in files:
                report = import_file(
                    book,
                    path,
                    form="hmda",
                    rejects=passing.rejects,
                    monitoring=passing.monitoring,
                    at=at,
                    zone=passing.lender.zone,
                )
                progress(f"{path.name}: {report.taken:,} loans taken, {report.rejected:,} rejected")
            counted = read_windows(book, until=until, trigger_bps=trigger_bps)
    return counted, ", ".join(path.name.split(".", 1)[0] for path in files)


def _missing(book_url: str) -> bool:
    parts = urlsplit(book_url)
    return parts.scheme == "duckdb" and not Path(parts.path).is_file()
