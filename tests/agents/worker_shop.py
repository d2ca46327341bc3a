"""A worker in a process of its own, with small acts that really write: the test's side kills it and counts.

Orders come as JSON lines. The process has everything imported and forks for each worker, so that one killed
takes nobody with it. A worker passes a moment before every commit that its answers make and between the steps
of its acts; told a number, it is killed there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from agents import worker
from agents.claims import Desk, Outcome, Question
from agents.occasions import Known
from agents.schedules import agenda
from approvals.answers import answers
from approvals.audit import record
from approvals.database import open_database, reading, writing
from campaign.errors import Refused
from tests.agents.test_schedules import EVERY_DAY, LENDER, NEW_YORK, RECENT, STARTED

STEPS = ("settle", "replan", "queue")


class Moments:
    """Counts the moments that a worker passes, and ends it by SIGKILL at one of them."""

    def __init__(self, doomed: int | None) -> None:
        self.passed, self._doomed = 0, doomed

    def passing(self, *_: object) -> None:
        if not threading.current_thread().name.startswith("dbos-executor"):
            return
        if self.passed == self._doomed:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


def acted(engine: Engine, question: Question, moments: Moments) -> Outcome:
    """Note that it was asked; then each step once, whoever took the steps before."""
    _note(engine, "act.begun", question)
    for step in STEPS:
        moments.passing()
        with reading(engine) as session:
            taken = {"event": f"act.{step}", "subject": question.key}
            done = session.execute(
                text("SELECT 1 FROM audit_events WHERE event = :event AND subject = :subject"), taken
            ).first()
        if not done:
            _note(engine, f"act.{step}", question)
    moments.passing()
    return Outcome(
        said=f"Answered from {question.basis} at {question.at:%H:%M}.", runs=(f"run of {question.key}",)
    )


def refusing(question: Question) -> Outcome:
    raise Refused(f"`{question.about}` cannot be answered.", "Mend it.")


def faulty(question: Question) -> Outcome:
    raise ZeroDivisionError(question.key)


def _note(engine: Engine, name: str, question: Question) -> None:
    with writing(engine) as session:
        details = {"basis": question.basis, "at": question.at.isoformat()}
        record(session, event=name, subject=question.key, by="act", at=question.at, details=details)


def desk_of(database_url: str, at: datetime, kinds: list[str], moments: Moments, acts: str = "") -> Desk:
    engine = open_database(database_url)

    def look(moment: datetime):
        done = frozenset(one.key for one in answers(engine) if one.finished_at)
        known = Known(RECENT, EVERY_DAY, LENDER, answered=done, since=STARTED, planned_rates=(6.5,))
        return agenda(known, moment)

    usual = {"refusing": refusing, "faulty": faulty}.get(acts, lambda asked: acted(engine, asked, moments))
    return Desk(
        engine=engine, look=look, acts=dict.fromkeys(kinds, usual), basis=lambda: "run-1", clock=lambda: at,
        wall=lambda: datetime.now(UTC), zone=NEW_YORK, tell=lambda _: None,
    )  # fmt: skip


def real_desk(home: Path, at: datetime, kinds: list[str]) -> Desk:
    """The product's own, of a workspace, with the acts of some kinds alone."""
    from agents.worker_desk import opened_desk
    from tools.workspace import open_workspace

    workspace = open_workspace({"VALLUM_HOME": str(home)}, cwd=home)
    opened = opened_desk(
        workspace, environment={}, clock=lambda: at, wall=lambda: datetime.now(UTC), tell=lambda _: None
    )
    desk = opened.__enter__()
    return replace(desk, acts={kind: act for kind, act in desk.acts.items() if kind in kinds})


def serve(order: dict[str, Any]) -> None:
    """One worker's life, in a child."""
    moments = Moments(order.get("doomed"))
    home = Path(order["home"])
    at, kinds = datetime.fromisoformat(order["at"]), order["kinds"]
    if order.get("acts") == "real":
        desk = real_desk(home, at, kinds)
    else:
        desk = desk_of(order["database"], at, kinds, moments, order.get("acts", ""))
    event.listen(Engine, "commit", moments.passing)
    places = {"database_url": order["durable"], "names": home / order.get("names", "workers")}
    if order.get("for_seconds"):
        stop = threading.Event()
        threading.Timer(order["for_seconds"], stop.set).start()
        worker.work(desk, **places, stop=stop)
    else:
        done = worker.work_once(desk, **places)
        said = [[one.key, one.outcome, one.failed] for one in done]
        (home / f"done-{os.getpid()}.json").write_text(json.dumps(said), encoding="utf-8")
    (home / "moments").write_text(str(moments.passed), encoding="utf-8")


def fork(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        signal.alarm(300)
        ended = 1
        try:
            serve(order)
            ended = 0
        finally:
            sys.stderr.flush()
            os._exit(ended)
    return child


def ended(child: int) -> str:
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed" if os.WTERMSIG(status) == signal.SIGKILL else f"signal {os.WTERMSIG(status)}"
    return "lived" if os.waitstatus_to_exitcode(status) == 0 else "failed"


def main() -> None:
    for line in sys.stdin:
        orders = json.loads(line)
        children = [fork(order) for order in orders]
        sys.stdout.write(json.dumps([ended(child) for child in children]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
