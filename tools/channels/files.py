"""Files that appear whole, and only once the ledger has said so.

A file is staged under a hidden name, the ledger is told that delivery begins, and one rename makes it
public. A process killed between those steps leaves something that the next one can finish.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.errors import BadInput, NotInForce

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100
_STAGED = ".staged"


def place(path: Path, content: bytes, begin: Callable[[], None]) -> None:
    """Put a file at `path`, calling `begin` when it is staged and before anyone can see it.

    Raises:
        BadInput: the folder cannot be written or the disk is full.
        NotInForce: as `begin` raises it; the staged file is taken away again.
    """
    staged = path.parent / f".{path.name}{_STAGED}"
    with _worded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(staged, content)
    try:
        begin()
    except NotInForce:
        staged.unlink(missing_ok=True)
        raise
    with _worded(path):
        staged.replace(path)


def adopt(folder: Path, pattern: str) -> Path | None:
    """The file of that name which is public already, or was staged when its publisher stopped.

    Only for a slot whose delivery has begun by the ledger: a staged file is made public here.
    """
    for path in sorted(folder.glob(pattern)):
        if not path.name.startswith("."):
            return path
    for staged in sorted(folder.glob(f".{pattern}{_STAGED}")):
        path = folder / staged.name.removeprefix(".").removesuffix(_STAGED)
        with _worded(path):
            staged.replace(path)
        return path
    return None


def file_name(name: str) -> str:
    """A file or folder name for an id: readable, safe on every system, distinct for distinct ids."""
    safe = _UNSAFE.sub("_", name).strip(".")[:_LONGEST]
    if safe == name:
        return safe
    return f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _write_whole(path: Path, content: bytes) -> None:
    # A draft for each writer: two publishers must not write into one another's file.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


@contextmanager
def _worded(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be written: {error.strerror}.", "Free the disk or mend the folder's rights."
        ) from error
