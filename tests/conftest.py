"""What every test may count on: no network beyond this machine, no model, a clock that is given."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
LOCAL = {"127.0.0.1", "::1", "localhost", ""}


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections leave for loopback and local sockets only, and no key is ever in reach."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in LOCAL:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VALLUM_MODEL", "VALLUM_HOME", "VALLUM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield


@pytest.fixture(scope="session")
def real_loans() -> tuple[Path, Path]:
    """The two public loan files; absent ones skip with a reason here and fail in CI."""
    files = (
        SHARED / "hmda_lar" / "hmda_originated_core.csv.gz",
        SHARED / "hmda_2024_partial" / "hmda_2024_partial.csv.gz",
    )
    if not all(path.is_file() for path in files):
        reason = "the public loan files are not beside this checkout"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return files
