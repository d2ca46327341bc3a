"""The gate that a served page works with: read anew whenever what it is made of changed on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from approvals.gate import Gate
from approvals.opening import gate_of
from approvals.settings_log import note_gate
from tools.workspace import LENDER_FILE, open_workspace


class Reopening:
    """Gives the gate as its files stand at the moment of asking.

    A lender.toml that cannot be read any more is not answered with the one before: nobody acts in a role
    that a half-saved file may just have taken away.

    Args:
        engine: of the open database. environment, home: where the workspace is.
        clock: now, aware; what changed in lender.toml or the rules is noted in the log at that moment.
    """

    def __init__(
        self, engine: Engine, environment: Mapping[str, str], home: Path, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._environment = environment
        self._home = home
        self._lock = Lock()
        self._seen: tuple[tuple[int, int], ...] | None = None
        self._gate: Gate | None = None

    def __call__(self) -> Gate:
        """The gate now.

        Raises:
            NoWorkspace, Unreadable: lender.toml is gone or cannot be used.
        """
        with self._lock:
            seen = tuple(_stamp(path) for path in (self._home / LENDER_FILE, self._home / "rates"))
            if self._gate is None or seen != self._seen:
                self._gate = None
                workspace = open_workspace(self._environment, cwd=self._home)
                gate = gate_of(workspace, self._engine)
                note_gate(gate, by="vallum serve", at=self._clock())
                self._gate, self._seen = gate, seen
            return self._gate


def _stamp(path: Path) -> tuple[int, int]:
    """When a file or folder last changed, and how large it is; zeros where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
