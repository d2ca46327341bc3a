"""Names of workers: a name is held by one process at a time, so that its earlier life is known to be over.

The hold is an exclusive transaction on a small file, which ends with the process whatever ends it; no stale
file has to be judged by its age. Source: sqlite.org/lockingv3.html.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.errors import BadInput

MOST = 64
"""Workers of one folder at once."""


@contextmanager
def held_name(folder: Path) -> Iterator[str]:
    """The first free name of a folder, held while the block runs.

    Args:
        folder: made where it is missing; the names of two folders differ.

    Raises:
        BadInput: the folder cannot be written, or every name is taken.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds = (_hold(folder / f"{number}.name", number) for number in range(1, MOST + 1))
        found = next((one for one in holds if one is not None), None)
    except (OSError, sqlite3.DatabaseError) as error:
        raise BadInput(f"`{folder}` cannot be written: {error}.", "Mend its permissions.") from error
    if found is None:
        raise BadInput(f"{MOST} workers run in `{folder.parent}` already.", "Stop one of them.")
    place, name = found
    try:
        yield name
    finally:
        place.close()


def _hold(path: Path, number: int) -> tuple[sqlite3.Connection, str] | None:
    """A file, locked from now on, and the name in it; None where another process holds it."""
    place = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        place.execute("BEGIN EXCLUSIVE")
        token = _token(place)
        if token is None:
            place.execute("CREATE TABLE name (token TEXT)")
            place.execute("INSERT INTO name VALUES (?)", (secrets.token_hex(3),))
            place.execute("COMMIT")
            place.execute("BEGIN EXCLUSIVE")
            token = _token(place)
    except sqlite3.OperationalError as error:
        place.close()
        if "locked" in str(error):
            return None
        raise
    return place, f"worker-{number}-{token}"


def _token(place: sqlite3.Connection) -> str | None:
    if not place.execute("SELECT 1 FROM sqlite_master WHERE name = 'name'").fetchone():
        return None
    (token,) = place.execute("SELECT token FROM name").fetchone()
    return str(token)
