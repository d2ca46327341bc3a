"""The worker: DBOS wakes it and carries on what a crash cut off; our table of answers decides what is done.

A tick each minute looks at the agenda and queues what is due, each as a durable workflow. What DBOS runs
twice, late or in a burst does no harm: who does not get the claim leaves. Only this module imports DBOS, and
only `vallum worker` imports this module.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from agents.claims import Desk, Outcome, begun, close, due_now
from agents.occasions import Occurrence
from agents.worker_names import held_name
from approvals.answers import find_answer
from campaign.errors import VallumError

STEPS = "1"
"""Raised when the steps of a workflow change, so that one begun before is not carried on by other steps."""
STALE = timedelta(minutes=2)
"""A tick later than this is one of many that were slept through; the next one sees it all."""
KEPT_FOR = timedelta(days=7)
"""How long DBOS's own record of what it ran is kept; the answers stay."""
LAST_SECONDS = 300
"""How long a worker that was told to stop finishes what it began."""
LEFT = "left"
_ANSWERS, _TICKS = "answers", "ticks"
_POLL_SECONDS = 1.0
_GONE_ON = ("PENDING", "ENQUEUED", "DELAYED")


@dataclass(frozen=True, slots=True)
class Answered:
    """One question that was begun, and what came of it; `left` where another worker has it."""

    key: str
    outcome: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Worker:
    """A launched worker: its desk, its name and life, and its two workflows as DBOS knows them."""

    desk: Desk
    name: str
    life: str
    answer: Callable[[str], str]
    tick: Callable[[datetime, Any], None]

    @property
    def by(self) -> str:
        return f"{self.name}/{self.life}"


def work_once(desk: Desk, *, database_url: str, names: Path) -> tuple[Answered, ...]:
    """Answer everything that is due now, one after the other, and end.

    What an earlier life of this worker began is gone on with first. Each question is tried once.

    Args:
        database_url: of DBOS's own records, SQLite or PostgreSQL. names: folder of the workers' names.
    """
    done: list[Answered] = []
    with _launched(desk, database_url, names, listens=[]) as worker:
        done += _carried_on(worker)
        tried = {one.key for one in done if one.outcome != LEFT}
        while found := next(
            (one for one in due_now(desk, worker.by, rested=False) if one[0].key not in tried), None
        ):
            occurrence, attempts = found
            tried.add(occurrence.key)
            with SetWorkflowID(f"{_free_id(occurrence.key, attempts)} {worker.life}"):
                handle = DBOS.start_workflow(worker.answer, occurrence.model_dump_json())
            done.append(_answered(desk, occurrence.key, handle.get_result()))
    return tuple(one for one in done if one.outcome != LEFT)


def work(desk: Desk, *, database_url: str, names: Path, stop: threading.Event) -> None:
    """Answer what is due whenever it is due, until told to stop; arguments as in `work_once`."""
    with _launched(desk, database_url, names, listens=None) as worker:
        DBOS.register_queue(_ANSWERS, worker_concurrency=1, polling_interval_sec=_POLL_SECONDS)
        DBOS.register_queue(_TICKS, global_concurrency=1, polling_interval_sec=_POLL_SECONDS)
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": "tick",
                    "workflow_fn": worker.tick,
                    "schedule": "* * * * *",
                    "queue_name": _TICKS,
                }
            ]
        )
        desk.tell(f"{worker.name} is at work; stop it with Ctrl-C.")
        with SetWorkflowID(f"tick at start of {worker.by}"):
            DBOS.enqueue_workflow(_TICKS, worker.tick, desk.wall(), None)
        stop.wait()
        desk.tell("Stopping; what is begun is finished first.")


@contextmanager
def _launched(desk: Desk, database_url: str, names: Path, *, listens: list[str] | None) -> Iterator[_Worker]:
    with held_name(names) as name:
        config: DBOSConfig = {
            "name": "vallum", "system_database_url": database_url, "application_version": STEPS,
            "executor_id": name, "log_level": "ERROR", "enable_otlp": False,
        }  # fmt: skip
        DBOS(config=config)
        worker = _registered(desk, name, secrets.token_hex(3))
        try:
            if listens is not None:
                DBOS.listen_queues(listens)
            DBOS.launch()
            yield worker
        finally:
            patience = 0 if listens is not None else LAST_SECONDS
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)


def _registered(desk: Desk, name: str, life: str) -> _Worker:
    """The two workflows, bound to a desk: DBOS wants to know its functions before it is launched."""

    @DBOS.workflow(name="answer")
    def answer(asked: str) -> str:
        return _answer(desk, Occurrence.model_validate_json(asked), f"{name}/{life}")

    @DBOS.workflow(name="tick")
    def tick(scheduled: datetime, _context: Any) -> None:
        _tick(desk, f"{name}/{life}", answer, scheduled)

    return _Worker(desk, name, life, answer, tick)


def _answer(desk: Desk, occurrence: Occurrence, by: str) -> str:
    """The workflow of one answer: the act is a step, so that one that was done is not done again."""
    with begun(desk, occurrence, by) as question:
        if question is None:
            return LEFT
        desk.tell(f"{occurrence.key}: begun.")

        def act() -> dict[str, Any]:
            try:
                return desk.acts[occurrence.kind](question).model_dump(mode="json")
            except VallumError as stopped:
                return Outcome(said=str(stopped), failed=True).model_dump(mode="json")

        outcome = Outcome.model_validate(DBOS.run_step({"name": occurrence.kind}, act))
        if not close(desk, occurrence, outcome, by, at=question.at):
            return LEFT
    desk.tell(f"{occurrence.key}: {outcome.said}")
    return outcome.said


def _tick(desk: Desk, by: str, answer: Callable[[str], str], scheduled: datetime) -> None:
    """Queue what is due; one that is queued already keeps its place."""
    if desk.wall() - scheduled > STALE:
        return

    def look() -> list[tuple[str, str]]:
        _forget(desk.wall() - KEPT_FOR)
        return [
            (_free_id(one.key, attempts), one.model_dump_json())
            for one, attempts in due_now(desk, by, rested=True)
        ]

    for workflow_id, asked in DBOS.run_step({"name": "look"}, look):
        with SetWorkflowID(workflow_id):
            DBOS.enqueue_workflow(_ANSWERS, answer, asked)


def _carried_on(worker: _Worker) -> Iterator[Answered]:
    """What an earlier life of this worker left in DBOS's hands, each waited for."""
    left = DBOS.list_workflows(status=list(_GONE_ON), name="answer", app_version=STEPS, load_output=False)
    for one in left:
        if one.executor_id == worker.name and one.queue_name != _ANSWERS:
            key = one.workflow_id.partition(" #")[0]
            result: str = DBOS.retrieve_workflow(one.workflow_id).get_result()
            yield _answered(worker.desk, key, result)


def _answered(desk: Desk, key: str, result: str) -> Answered:
    if result == LEFT:
        return Answered(key, LEFT)
    kept = find_answer(desk.engine, key)
    return Answered(key, result, failed=kept is None or kept.finished_at is None)


def _free_id(key: str, attempts: int) -> str:
    """The id of the next attempt, past those that ended without a claim."""
    number = attempts + 1
    while (status := DBOS.get_workflow_status(f"{key} #{number}")) and status.status not in _GONE_ON:
        number += 1
    return f"{key} #{number}"


def _forget(before: datetime) -> None:
    old = DBOS.list_workflows(
        completed_before=before.isoformat(), limit=500, load_input=False, load_output=False
    )
    if old:
        DBOS.delete_workflows([one.workflow_id for one in old])
