"""Moving a run along: start it, wake it, or take it up where a killed process left it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from langgraph.types import Command

from agents.workflow import build
from approvals import runs
from campaign.errors import BadInput, Busy, Refused

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from agents.workflow import Street

BRANCHES_AT_ONCE = 4
SUPERSTEPS = 400
WAKE = [{"type": "accept", "args": None}]


def advance(street: Street, run_id: str, *, checkpoints: str) -> Literal["parked", "finished"]:
    """Carry a run on to where it next waits for people, or to its end.

    A new run starts at the brief; a parked one reads the decisions made since; one whose process was
    killed goes on from its last checkpoint. Doing it again changes nothing that is already done.

    Args:
        street: the opened services.
        run_id: a run that `runs.start_run` has recorded.
        checkpoints: file of the SQLite checkpointer, or a PostgreSQL URL.

    Raises:
        Refused: a newer plan took the run's place.
        Busy: another process holds the checkpoints.
    """
    if runs.get_run(street.engine, run_id).status == "superseded":
        raise Refused(f"Run `{run_id}` was replaced by a newer plan.", "See `vallum runs list`.")
    config: RunnableConfig = {
        "configurable": {"thread_id": run_id},
        "max_concurrency": BRANCHES_AT_ONCE,
        "recursion_limit": SUPERSTEPS,
    }
    with checkpointer(checkpoints) as saver:
        graph = build(street).compile(checkpointer=saver)
        before = graph.get_state(config)
        if before.next or not before.values:
            entry: Any = _entry(run_id, started=bool(before.values), parked=bool(before.interrupts))
            graph.invoke(entry, config, durability="sync")
        parked = bool(graph.get_state(config).next)
    status: Literal["parked", "finished"] = "parked" if parked else "finished"
    runs.set_run_status(street.engine, run_id, status, at=street.at)
    return status


def _entry(run_id: str, *, started: bool, parked: bool) -> Any:
    if not started:
        return {"run_id": run_id, "rounds": {}}
    return Command(resume=WAKE) if parked else None


@contextmanager
def checkpointer(place: str) -> Iterator[BaseCheckpointSaver[Any]]:
    """Open the checkpoints, on SQLite or PostgreSQL by the form of `place`.

    Raises:
        Busy: the SQLite file is locked by another process.
        BadInput: the PostgreSQL server cannot be reached.
    """
    if place.startswith("postgresql"):
        yield from _postgres(place)
        return
    from langgraph.checkpoint.sqlite import SqliteSaver

    connection = sqlite3.connect(place, check_same_thread=False, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        yield SqliteSaver(connection)
    except sqlite3.OperationalError as error:
        raise Busy(
            f"`{place}` is held by another process.", "Run the command again when it is done."
        ) from error
    finally:
        connection.close()


def _postgres(url: str) -> Iterator[BaseCheckpointSaver[Any]]:
    from langgraph.checkpoint.postgres import PostgresSaver
    from psycopg import OperationalError

    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with PostgresSaver.from_conn_string(plain) as saver:
            saver.setup()
            yield saver
    except OperationalError as error:
        raise BadInput(
            f"The checkpoint database cannot be reached: {str(error).splitlines()[0]}.",
            "Check VALLUM_DATABASE_URL and that the server is running.",
        ) from error
