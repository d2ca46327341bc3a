"""A database per test, on both engines: the whole room has to behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if (
    TYPE_CHECKING
):  # this plugin is loaded for every test: what only the gate needs is imported by its fixtures
    from sqlalchemy import Engine


one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no engine can change is asked of one."""


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'vallum.db'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at head, to be copied: migrating anew for each test would only cost time."""
    from approvals.database import open_database

    path = tmp_path_factory.mktemp("template") / "vallum.db"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str, migrated_file: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    shutil.copy(migrated_file, tmp_path / "vallum.db")
    return sqlite_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database_url(request: pytest.FixtureRequest) -> str:
    """One database of each kind."""
    return str(
        request.getfixturevalue("migrated_sqlite_url" if request.param == "sqlite" else "postgres_url")
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The gate's database, open and empty."""
    from approvals.database import open_database

    engine = open_database(database_url)
    yield engine
    engine.dispose()
