"""Where the published figures are read from: small CSV tables shipped beside this module."""

from __future__ import annotations

import csv
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of one shipped table, so that each reader deals with its own figures only.

    Args:
        table: file name without `.csv`, for example `survey`.

    Returns:
        One dict a row, all values as text; an empty cell is an empty string.
    """
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
