"""Whole files or none: what a reader finds under a name was written to its end."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from campaign.errors import BadInput

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, so that a process killed here leaves no torn file.

    Raises:
        BadInput: the folder cannot be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own for each writer: two publishers must not write into one another's draft.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be written: {error.strerror}.", "Free the disk or mend the folder's rights."
        ) from error


def file_name(name: str) -> str:
    """A file or folder name for an id: readable, safe on every system, distinct for distinct ids."""
    safe = _UNSAFE.sub("_", name).strip(".")[:_LONGEST]
    if safe == name:
        return safe
    return f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
