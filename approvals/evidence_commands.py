"""The audit log in a terminal: whether it stands."""

from __future__ import annotations

import typer

from approvals.commands import AsJson
from campaign.answer import Answer

audit = typer.Typer(help="The log of every decision.", no_args_is_help=True)


@audit.command()
def verify(as_json: AsJson = False) -> Answer:
    """Recompute the whole log and say whether anything was changed, removed or added."""
    from approvals import views
    from approvals.audit import verify as verify_log
    from approvals.opening import records

    with records() as (_, engine):
        return views.audit_answer(verify_log(engine), as_json=as_json)


@audit.callback()
def _audit() -> None:
    """Keep `verify` a command of its own, also while it is the only one."""
