"""`vallum notify`: hand on what is past its limit, and tell people what waits."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, moment, opened_gate
from campaign.answer import Answer


def notify(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send nothing.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Tell people what waits, and hand on what is past its limit; run it every few minutes."""
    from approvals.limits import escalate
    from approvals.notifying import notify as tell
    from approvals.terminal.notice_views import notice_answer

    with opened_gate() as (workspace, gate):
        at = moment(as_of, workspace.lender)
        escalated = () if dry_run else escalate(gate, at=at)
        report = tell(gate, at=at, environment=os.environ, outbox=workspace.notices, dry_run=dry_run)
    return notice_answer(report, escalated, dry_run=dry_run, as_json=as_json)
