"""What every test may count on: no network beyond this machine, no model, a clock that is given."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest

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


def missing(reason: str) -> NoReturn:
    """A part that is not on every machine: skipped here with its reason, a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
