"""How the gate's answers are set in a terminal: tables, colours by severity, states in a narrow column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {"block": "bold red", "warn": "yellow", "pass": "green", "info": "dim"}


def few(states: Sequence[str]) -> str:
    """States for a narrow column: named up to four, counted beyond."""
    return " ".join(states) if 0 < len(states) <= 4 else f"{len(states)} states" if states else "all"


def styled(words: str, kind: str) -> Any:
    """Words in the colour of a verdict or severity."""
    from rich.text import Text

    return Text(words, style=_STYLES[kind])


def table(*columns: str) -> Table:
    """A plain table. A name is copied into the next command, so it is never broken over lines."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in ("piece", "class"))
    return made
