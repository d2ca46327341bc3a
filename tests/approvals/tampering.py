"""What a vandal who holds the database can do to the log: take it out, change it, put it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, text

from approvals.chain import GENESIS, event_hash
from tests.approvals.gate import by_hand


class Row(NamedTuple):
    """One row of the log, as it is kept."""

    seq: int
    event: str
    subject: str
    by: str
    at: str
    details: str
    previous: str
    hash: str


def rows_of(engine: Engine) -> list[Row]:
    with engine.connect() as connection:
        found = connection.execute(
            text(
                'SELECT seq, event, subject, "by", at, details, previous, hash FROM audit_events ORDER BY seq'
            )
        )
        return [Row(*row) for row in found]


def put_back(engine: Engine, rows: Sequence[Row], *, head: tuple[int, str] | None = None) -> None:
    """Exactly these rows, and the head as it was where none is given."""
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM audit_events"))
        if rows:
            connection.execute(
                text(
                    'INSERT INTO audit_events (seq, event, subject, "by", at, details, previous, hash) '
                    "VALUES (:seq, :event, :subject, :by, :at, :details, :previous, :hash)"
                ),
                [row._asdict() for row in rows],
            )
        connection.commit()
    if head is not None:
        by_hand(engine, "UPDATE audit_head SET events = :events, hash = :hash", events=head[0], hash=head[1])


def rechained(rows: Sequence[Row]) -> list[Row]:
    """The same rows numbered and hashed anew: a chain that stands by itself."""
    made: list[Row] = []
    for seq, row in enumerate(rows, start=1):
        previous = made[-1].hash if made else GENESIS
        values = (row.event, row.subject, row.by, row.at, row.details, previous)
        made.append(Row(seq, *values, event_hash(seq, *values)))
    return made


def rewrite(engine: Engine, rows: Sequence[Row]) -> None:
    """The whole log written anew with right hashes, head included."""
    made = rechained(rows)
    put_back(engine, made, head=(len(made), made[-1].hash if made else GENESIS))
