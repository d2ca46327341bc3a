"""`vallum worker` and `vallum schedule`: answering the market by itself, and seeing when."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, moment, records
from campaign.answer import Answer

if TYPE_CHECKING:
    import threading


def schedule(as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """List what the worker does, with its last and next run, and what waits."""
    from agents.schedule_views import schedule_answer
    from agents.worker_desk import agenda_of
    from approvals.answers import answers

    with records() as (workspace, engine):
        found = agenda_of(workspace, engine, moment(as_of, workspace.lender))
        return schedule_answer(found, answers(engine), zone=workspace.lender.zone, as_json=as_json)


def worker(
    once: Annotated[bool, typer.Option("--once", help="Answer what is due now, and end.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer | None:
    """Answer Fed meetings, rate sheets and each day's questions by itself; stop it with Ctrl-C."""
    from agents.worker_desk import opened_desk
    from campaign.errors import BadInput
    from tools.workspace import open_workspace

    if as_of and not once:
        raise BadInput("A worker that stays goes by the clock.", "Give --as-of together with --once.")
    workspace = open_workspace(os.environ, cwd=Path.cwd())
    at = moment(as_of, workspace.lender)
    with opened_desk(
        workspace, environment=os.environ, clock=(lambda: at) if once else _now, wall=_now, tell=_progress
    ) as desk:
        from agents.schedule_views import done_answer
        from agents.worker import work, work_once

        if once:
            done = work_once(desk, database_url=workspace.durable_url, names=workspace.workers)
            return done_answer(done, desk.look(at), as_json=as_json)
        work(desk, database_url=workspace.durable_url, names=workspace.workers, stop=_told_to_stop())
    return None


def _told_to_stop() -> threading.Event:
    """An event that Ctrl-C and a polite `kill` set."""
    import signal
    import threading

    stop = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stop.set())
    return stop


def _now() -> datetime:
    return datetime.now(UTC)


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()
