"""What the gate shows in a terminal: what waits, what a piece or a class is made of, what went out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, PieceId, Run, finding, moment, opened_gate, records
from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.filters import Filter
    from approvals.statuses import Status

LISTED = 50


@finding
def queue(
    wanted: Filter,
    status: Annotated[list[str] | None, typer.Option(help="Pending and blocked by default.")] = None,
    classes: Annotated[bool, typer.Option("--classes", help="One line per class of like pieces.")] = False,
    limit: Annotated[int, typer.Option(help="Most lines for people; JSON has all.")] = LISTED,
    as_json: AsJson = False,
) -> Answer:
    """List what waits for a decision, and what is blocked."""
    from approvals.classes import waiting_classes
    from approvals.queue import counts, listing
    from approvals.runs import standing_reviews
    from approvals.terminal import queue_views

    if status:
        wanted = wanted.model_copy(update={"statuses": tuple(_status(name) for name in status)})
    most = None if as_json else limit
    with records() as (_, engine):
        count, reviews = counts(engine, wanted.run), standing_reviews(engine, wanted.run)
        if classes:
            found = waiting_classes(engine, wanted, limit=most)
            return queue_views.classes_answer(found, count, as_json=as_json)
        items = [
            item for part in queue_views.pending_first(wanted) for item in listing(engine, part, limit=most)
        ]
    return queue_views.queue_answer(items[:most], count, reviews, as_json=as_json)


def show(piece: PieceId, as_json: AsJson = False) -> Answer:
    """Show a piece as it will look, with findings, sources of its numbers, and history."""
    from approvals.acts import remarks_of
    from approvals.pieces import history, load_piece
    from approvals.recalls import receipts_of
    from approvals.runs import load_plan
    from approvals.terminal import views

    with records() as (_, engine):
        stored = load_piece(engine, piece)
        plan = load_plan(engine, stored.run_id)
        review = plan.fair_lending if plan else None
        said, receipts = remarks_of(engine, piece), receipts_of(engine, piece)
        return views.piece_answer(stored, history(engine, piece), review, said, receipts, as_json=as_json)


def show_class(
    key: Annotated[str, typer.Argument(help="A class, as `vallum queue --classes` shows it.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Show a class as it is decided: the master, who differs how, the odd ones first, a sample."""
    from approvals.bulk import batch_of
    from approvals.classes import class_view
    from approvals.filters import Filter
    from approvals.terminal import queue_views

    with opened_gate() as (workspace, gate):
        view = class_view(gate, key, at=moment(as_of, workspace.lender))
        batch = batch_of(gate.engine, Filter(class_key=key))
        return queue_views.class_answer(view, batch, as_json=as_json)


def diff(
    piece: PieceId,
    revision: Annotated[
        int | None, typer.Option(help="Compare with this one; default: the one before.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Show what the latest revision of a piece changed, word by word."""
    from approvals.pieces import load_piece
    from approvals.terminal import queue_views

    with records() as (_, engine):
        after = load_piece(engine, piece)
        wanted = after.piece.revision - 1 if revision is None else revision
        before = None if revision is None and wanted < 1 else load_piece(engine, piece, wanted)
        return queue_views.diff_answer(before, after, as_json=as_json)


def ledger(run: Run = None, as_json: AsJson = False) -> Answer:
    """List what went out, where the evidence is, what was held back and what is in doubt."""
    from approvals import deliveries
    from approvals.switch import pause_in_force
    from approvals.terminal import queue_views

    with records() as (_, engine):
        return queue_views.ledger_answer(
            deliveries.publications(engine, run_id=run),
            deliveries.withheld_of(engine, run_id=run),
            deliveries.in_doubt(engine, run_id=run),
            pause_in_force(engine),
            as_json=as_json,
        )


def _status(name: str) -> Status:
    from approvals.statuses import Status
    from campaign.errors import BadInput

    try:
        return Status(name.strip().casefold().replace(" ", "_").replace("-", "_"))
    except ValueError as error:
        known = ", ".join(status.value for status in Status)
        raise BadInput(f"`{name}` is no status.", f"Use one of {known}.") from error
