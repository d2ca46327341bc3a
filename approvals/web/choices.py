"""What the lists of a filter offer: what stands in the address bar, with the words for it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from approvals.run_listing import run_lines

RUNS_OFFERED = 30
"""Of more runs the newest; an older one is asked for by its address."""


def choices(names: Iterable[str], none: str) -> dict[str, str]:
    """Each name by itself, after the words for choosing none of them."""
    return {"": none, **{name: name for name in names}}


def run_choices(engine: Engine) -> dict[str, str]:
    """The newest runs."""
    return choices((line.run.run_id for line in run_lines(engine, limit=RUNS_OFFERED)), "any run")
