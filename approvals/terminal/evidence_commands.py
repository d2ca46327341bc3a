"""The evidence in a terminal: whether the log stands, its anchors, what it holds, what an examiner gets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, By, at_work, moment, opened_gate, records, said
from campaign.answer import Answer

RunId = Annotated[str, typer.Option("--run", help="A run, as `vallum runs list` shows it.")]

audit = typer.Typer(help="The log of every decision, and the evidence made of it.", no_args_is_help=True)


@audit.command()
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Anchors to hold it to; default: the workspace's own.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Recompute the whole log and say which row was changed, removed, exchanged or added."""
    from approvals.anchors import anchors_of, copies_at
    from approvals.audit import verify as verify_log
    from approvals.terminal import evidence_views

    with records() as (workspace, engine):
        held = copies_at(anchors, workspace) if anchors else anchors_of(workspace)
        return evidence_views.verify_answer(verify_log(engine, held), as_json=as_json)


@audit.command()
def anchor(as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Sign how the log stands now, into a folder to be copied elsewhere."""
    from approvals.anchors import anchor as sign
    from approvals.anchors import anchors_of
    from approvals.signing import signing_key
    from approvals.terminal import evidence_views

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


@audit.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="Each stands somewhere in the event.")] = None,
    subject: Annotated[str, typer.Option(help="Part of what it happened to: a piece, a run, a person.")] = "",
    by: Annotated[str, typer.Option(help="Part of the name of who did it.")] = "",
    event: Annotated[str, typer.Option(help="What happened: `piece.approved`, or a part as `login`.")] = "",
    starts: Annotated[str | None, typer.Option("--from", help="First day or moment.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day or moment, included.")] = None,
    before: Annotated[int | None, typer.Option(help="Only events before this number, to read on.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> Answer:
    """Find events in the log, the newest first."""
    from approvals.audit_search import query_of
    from approvals.audit_search import search as find
    from approvals.terminal import evidence_views

    with records() as (workspace, engine):
        query = query_of(
            words=" ".join(words or ()), subject=subject, by=by, event=event,
            starts=starts, until=until, zone=workspace.lender.zone,
        )  # fmt: skip
        page = find(engine, query, before=before, limit=limit)
        return evidence_views.search_answer(page, workspace.lender.zone, as_json=as_json)


@audit.command()
def dispose(run: RunId, by: By, as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Remove the content of a run whose retention periods have passed; the log and the hashes stay."""
    from approvals.disposal import dispose as remove
    from approvals.terminal import evidence_views

    with opened_gate() as (workspace, gate):
        at = moment(as_of, workspace.lender)
        return evidence_views.disposal_answer(remove(gate, workspace, run, by=by, at=at), as_json=as_json)


@audit.command()
def hold(
    run: RunId,
    by: By,
    reason: Annotated[str, typer.Option(help="The examination or the case.")],
    lift: Annotated[bool, typer.Option("--lift", help="End the hold instead.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Keep the records of a run beyond their period, for an examination or a lawsuit."""
    from approvals import holds

    with at_work(as_of) as (gate, at):
        change = holds.lift if lift else holds.hold
        change(gate, run, by=by, at=at, reason=reason)
    sentence = (
        f"The hold of run `{run}` is lifted." if lift else f"Run `{run}` is held: nothing of it is removed."
    )
    return said(sentence, {"run": run, "held": not lift}, as_json)


@audit.command()
def export(
    run: Annotated[str | None, typer.Option(help="Everything of this run.")] = None,
    starts: Annotated[str | None, typer.Option("--from", help="First day, with --to.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, included.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to put the package into.")] = Path(),
    by: Annotated[str | None, typer.Option(help="Who asks for it, for the record.")] = None,
    check: Annotated[Path | None, typer.Option(help="Check this package (folder or ZIP) instead.")] = None,
    key: Annotated[Path | None, typer.Option(help="With --check: the lender's public.pem.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Make an examination package of a run or of some days: a folder and a ZIP to hand over."""
    from approvals.examination.checking import check as hold_to_manifest
    from approvals.examination.export import export as make
    from approvals.examination.scope import scope_of
    from approvals.signing import public_key
    from approvals.terminal import evidence_views

    if check is not None:
        report = hold_to_manifest(check, public_key(key) if key else None)
        return evidence_views.package_report_answer(report, as_json=as_json)
    with opened_gate() as (workspace, gate):
        scope = scope_of(run, starts, until, workspace.lender.zone)
        at = moment(as_of, workspace.lender)
        made = make(gate, workspace, scope, out, by=by, at=at)
    return evidence_views.package_answer(made, as_json=as_json)
