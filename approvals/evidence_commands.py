"""The evidence in a terminal: whether the log stands, its anchors, what it holds, what an examiner gets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.commands import AsJson, AsOf
from campaign.answer import Answer

audit = typer.Typer(help="The log of every decision, and the evidence made of it.", no_args_is_help=True)


@audit.command()
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Anchors to hold it to; default: the workspace's own.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Recompute the whole log and say which row was changed, removed, exchanged or added."""
    from approvals import evidence_views
    from approvals.anchors import anchors_of, copies_at
    from approvals.audit import verify as verify_log
    from approvals.opening import records

    with records() as (workspace, engine):
        held = copies_at(anchors, workspace) if anchors else anchors_of(workspace)
        return evidence_views.verify_answer(verify_log(engine, held), as_json=as_json)


@audit.command()
def anchor(as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Sign how the log stands now, into a folder to be copied elsewhere."""
    from approvals import evidence_views
    from approvals.anchors import anchor as sign
    from approvals.anchors import anchors_of
    from approvals.opening import moment, records
    from approvals.signing import signing_key

    with records() as (workspace, engine):
        before = anchors_of(workspace).last
        made = sign(
            engine,
            workspace.anchors,
            signing_key(workspace.keys),
            lender=workspace.lender,
            at=moment(as_of, workspace.lender),
        )
        return evidence_views.anchor_answer(
            made, new=made != before, folder=str(workspace.anchors), as_json=as_json
        )
