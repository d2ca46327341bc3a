"""A workspace with a small example book, filled once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # this plugin is loaded for every test: what only agents need is imported by its fixtures
    from agents.workflow import Street
    from tools.workspace import Workspace

LOANS = 1_500


def quiet(_: str) -> None:
    return


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from agents.opening import SEED
    from campaign.moment import end_of_day
    from tests.agents.briefs import DAY
    from tools.book.engine import open_book
    from tools.book.generator import generate_book
    from tools.book.importing import import_file
    from tools.workspace import EXAMPLE_LENDER, make_workspace

    home = tmp_path_factory.mktemp("filled") / "home"
    workspace = make_workspace(home, EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    at = end_of_day(DAY, workspace.lender.zone)
    made = generate_book(home / "example", loans=LOANS, seed=SEED, lender=workspace.lender, as_of=DAY)
    with open_book(workspace.book_url) as book:
        for path in made.files.values():
            import_file(
                book,
                path,
                rejects=workspace.rejects,
                monitoring=workspace.monitoring,
                at=at,
                zone=workspace.lender.zone,
            )
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


@pytest.fixture
def workspace(home: Path) -> Workspace:
    from tools.workspace import make_workspace

    return make_workspace(home, (home / "lender.toml").read_text(encoding="utf-8"), {})


@pytest.fixture
def opened(workspace: Workspace) -> Iterator[Callable[..., Street]]:
    from agents.opening import open_street
    from campaign.moment import end_of_day
    from tests.agents.briefs import DAY

    streets: list[Street] = []

    def open_at(day: date | datetime = DAY, environment: dict[str, str] | None = None) -> Street:
        at = day if isinstance(day, datetime) else end_of_day(day, workspace.lender.zone)
        streets.append(open_street(workspace, at=at, environment=environment or {}, progress=quiet))
        return streets[-1]

    yield open_at
    for street in streets:
        street.engine.dispose()
