"""One house per test, and one whose package is only read, made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.database import open_database
from approvals.examination.export import Package
from policies.packs import Pack, load_pack
from tests.approvals.examination.house import House, build, furnish


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture
def house(engine: Engine, tmp_path: Path, pack: Pack) -> House:
    """Empty, on both engines."""
    return build(engine, tmp_path / "home", pack)


@pytest.fixture(scope="session")
def furnished_home(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Path:
    """A furnished house on SQLite, to be copied."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    home.mkdir()
    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    furnish(build(engine, home, pack))
    engine.dispose()
    return home


@pytest.fixture
def furnished(furnished_home: Path, tmp_path: Path, pack: Pack) -> Iterator[House]:
    """A furnished house of its own for each test."""
    house = opened(Path(shutil.copytree(furnished_home, tmp_path / "home")), pack)
    yield house
    house.engine.dispose()


def opened(home: Path, pack: Pack) -> House:
    """The house in a folder."""
    from dataclasses import replace

    from approvals.gate import Gate
    from tests.approvals.examination.house import LENDER
    from tests.approvals.gate import Rules
    from tools.workspace import EXAMPLE_LENDER, make_workspace

    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    workspace = replace(make_workspace(home, EXAMPLE_LENDER.read_text("utf-8"), {}), lender=LENDER)
    rules = Rules(version=pack.version)
    sheet = next(workspace.rates.glob("*.csv")).stem
    return House(
        engine, workspace, Gate(engine, LENDER, pack, rules.screen), rules, sheet, home.parent / "packages"
    )


@pytest.fixture(scope="session")
def package(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Package:
    """One package of the furnished house, to be read only."""
    home = Path(shutil.copytree(furnished_home, tmp_path_factory.mktemp("packed") / "home"))
    house = opened(home, pack)
    made = house.export()
    house.engine.dispose()
    return made
