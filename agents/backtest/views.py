"""A backtest as a document for scripts and as a table for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agents.backtest.judging import STALE_BPS
from agents.backtest.wording import assumptions, definitions, headline, share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from agents.backtest.replay import Backtest, Lane


def document(result: Backtest) -> dict[str, Any]:
    """The backtest as JSON values; `planners` and `peers` map a planner to its sums."""
    return {
        "from": result.starts.isoformat(),
        "to": result.ends.isoformat(),
        "days": len(result.market),
        "window_days": result.window_days,
        "book": {
            "source": result.source,
            "loans": result.windows.loans,
            "undated": result.windows.undated,
        },
        "terms": {**result.terms.model_dump(), "stale_bps": STALE_BPS},
        "planners": {lane.planner.key: asdict(lane.tally) for lane in result.lanes},
        "peers": {lane.planner.key: asdict(lane.tally) for lane in result.peers},
        "fed_meetings": len(result.meetings),
    }


def view(result: Backtest, written: Sequence[str]) -> list[Any]:
    """Heading, table, definitions; `written` names the files that were made."""
    return [
        f"From {result.starts} to {result.ends}: {result.source}, {result.windows.loans:,} counted. "
        f"The refinance window was open on {result.window_days:,} of {len(result.market):,} days.",
        _table(result),
        headline(result),
        "",
        *(f"{word}: {meaning}" for word, meaning in definitions(result).items()),
        "",
        *assumptions(result),
        *written,
    ]


def _table(result: Backtest) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("planner", no_wrap=True)
    for name in ("stale days", "missed days", "either", "of all days", "nothing live", "plans", "pieces"):
        table.add_column(name, justify="right", no_wrap=True)
    for lane in result.lanes:
        table.add_row(*_row(lane))
    table.add_section()
    for lane in result.peers:
        table.add_row(*_row(lane), style="dim")
    return table


def _row(lane: Lane) -> tuple[str, ...]:
    sums = lane.tally
    return (
        lane.planner.name,
        f"{sums.stale_days:,}",
        f"{sums.missed_days:,}",
        f"{sums.wrong_days:,}",
        f"{share_of(lane):.0%}",
        f"{sums.dark_days:,}",
        f"{sums.plans:,}",
        f"{sums.pieces:,}",
    )
