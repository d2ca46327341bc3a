"""The counts beside the queue, as they are kept and as they come out when the rows are counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

Counts = tuple[dict[tuple[Any, ...], int], dict[str, tuple[int, int]]]
"""(run, channel, verdict, status) -> revisions, and class -> (pending, blocked); what is nought left out."""


def told(engine: Engine) -> Counts:
    """What the tables of counts say."""
    with engine.connect() as connection:
        tallies = connection.execute(text("SELECT run_id, channel, verdict, status, n FROM tallies"))
        kept = {tuple(row[:4]): row[4] for row in tallies if row[4]}
        classes = connection.execute(text("SELECT class_key, pending, blocked FROM classes"))
        return kept, {row[0]: (row[1], row[2]) for row in classes if row[1] or row[2]}


def recounted(engine: Engine) -> Counts:
    """The same by counting every revision."""
    with engine.connect() as connection:
        tallies = connection.execute(
            text("SELECT run_id, channel, verdict, status, count(*) FROM pieces GROUP BY 1, 2, 3, 4")
        )
        counted = {tuple(row[:4]): row[4] for row in tallies}
        classes = connection.execute(
            text(
                "SELECT class_key, sum(CASE status WHEN 'pending' THEN 1 ELSE 0 END), "
                "sum(CASE status WHEN 'blocked' THEN 1 ELSE 0 END) FROM pieces "
                "WHERE status IN ('pending', 'blocked') GROUP BY 1"
            )
        )
        return counted, {row[0]: (int(row[1]), int(row[2])) for row in classes}
