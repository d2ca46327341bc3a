"""The rows an import refused, kept with line, column, value and reason: none is lost silently (law 8)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import BadInput

_HEADER = ("line", "column", "value", "reason")
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Reject:
    """One cell (or row, where `column` is empty) that could not be taken."""

    line: int
    column: str
    value: str
    reason: str


def write_rejects(folder: Path, name: str, rejects: Iterable[Reject]) -> Path | None:
    """Write the rejects file of one import, replacing that of an earlier import of the same file.

    Args:
        folder: made where missing. name: of the import. rejects: in the order of lines.

    Returns:
        The file, or None where nothing was refused (an earlier file is then removed).

    Raises:
        BadInput: the folder cannot be written.
    """
    listed = sorted(rejects, key=lambda reject: (reject.line, reject.column))
    path = folder / f"{name}.rejects.csv"
    try:
        if not listed:
            path.unlink(missing_ok=True)
            return None
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            writer.writerows(
                (reject.line, reject.column, reject.value[:_SHOWN], reject.reason) for reject in listed
            )
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be written: {error.strerror}.", "Make the folder writable."
        ) from error
    return path
