"""Publishing for a person at a terminal: carry out what is due, then wake the runs it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.due_releases import publish_due
from agents.running import advance
from approvals import runs

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.publish_report import PublishReport


def publish_and_wake(street: Street, run_id: str | None, *, checkpoints: str) -> PublishReport:
    """Publish the releases that are due and let the parked runs read what people decided.

    Args:
        street: opened at the moment of publishing.
        run_id: one run; None takes every run.
        checkpoints: as for `agents.running.advance`.

    Raises:
        UnknownName: there is no such run.
    """
    wanted = [runs.get_run(street.engine, run_id)] if run_id else list(runs.list_runs(street.engine))
    report = publish_due(street, run_id)
    for run in wanted:
        if run.status in ("parked", "planning"):
            advance(street, run.run_id, checkpoints=checkpoints)
    return report
