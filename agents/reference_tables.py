"""The agents' own small tables: published figures and stated assumptions, each with its source beside it."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"


@lru_cache(maxsize=8)
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `agents/tables/<name>.csv`, as text by column.

    Args:
        name: file name without its ending. Every table says `provenance` (published or assumption) and
            `source`.
    """
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@lru_cache(maxsize=8)
def figures(name: str) -> dict[str, float]:
    """A table of named figures as numbers, for example `value_assumptions`."""
    return {row["name"]: float(row["value"]) for row in table(name)}
