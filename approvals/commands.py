"""What the gate shows in a terminal: what waits, what a piece or a class is made of, what went out."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.options_of_commands import (
    AsJson,
    AsOf,
    Assignee,
    ChannelName,
    ClaimName,
    ClassKey,
    Licence,
    OriginatorName,
    PartnerName,
    PieceId,
    ProductName,
    RateHigh,
    RateLow,
    RuleId,
    Run,
    SegmentName,
    StateCode,
    StatusNames,
    Text,
    VerdictName,
    filter_of,
)
from campaign.answer import Answer

LISTED = 50


def queue(
    run: Run = None,
    status: StatusNames = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    product: ProductName = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    partner: PartnerName = None,
    claim: ClaimName = None,
    licence: Licence = None,
    rate_from: RateLow = None,
    rate_to: RateHigh = None,
    assignee: Assignee = None,
    of_class: ClassKey = None,
    text: Text = None,
    classes: Annotated[bool, typer.Option("--classes", help="One line per class of like pieces.")] = False,
    limit: Annotated[int, typer.Option(help="Most lines for people; JSON has all.")] = LISTED,
    as_json: AsJson = False,
) -> Answer:
    """List what waits for a decision, and what is blocked."""
    from approvals import queue_views
    from approvals.classes import waiting_classes
    from approvals.options_of_commands import records
    from approvals.queue import counts, listing
    from approvals.runs import standing_reviews

    wanted = filter_of(
        run=run, statuses=status, channel=channel, segment=segment, state=state, product=product, rule=rule,
        verdict=verdict, originator=originator, partner=partner, claim=claim, licence=licence,
        rate_low=rate_from, rate_high=rate_to, assignee=assignee, class_key=of_class, text=text,
    )  # fmt: skip
    most = None if as_json else limit
    with records() as (_, engine):
        count, reviews = counts(engine, run), standing_reviews(engine, run)
        if classes:
            found = waiting_classes(engine, wanted, limit=most or 1_000_000)
            return queue_views.classes_answer(found, count, as_json=as_json)
        items = [
            item for part in queue_views.pending_first(wanted) for item in listing(engine, part, limit=most)
        ]
    return queue_views.queue_answer(items[:most], count, reviews, as_json=as_json)


def show(piece: PieceId, as_json: AsJson = False) -> Answer:
    """Show a piece as it will look, with findings, sources of its numbers, and history."""
    from approvals import views
    from approvals.acts import remarks_of
    from approvals.options_of_commands import records
    from approvals.pieces import history, load_piece
    from approvals.runs import load_plan

    with records() as (_, engine):
        stored = load_piece(engine, piece)
        plan = load_plan(engine, stored.run_id)
        review = plan.fair_lending if plan else None
        said = remarks_of(engine, piece)
        return views.piece_answer(stored, history(engine, piece), review, said, as_json=as_json)


def show_class(
    key: Annotated[str, typer.Argument(help="A class, as `vallum queue --classes` shows it.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Show a class as it is decided: the master, who differs how, the odd ones first, a sample."""
    from approvals import queue_views
    from approvals.bulk import batch_of
    from approvals.classes import class_view
    from approvals.options_of_commands import moment, opened_gate

    with opened_gate() as (workspace, gate):
        view = class_view(gate, key, at=moment(as_of, workspace.lender))
        batch = batch_of(gate.engine, filter_of(class_key=key))
        return queue_views.class_answer(view, batch, as_json=as_json)


def diff(
    piece: PieceId,
    revision: Annotated[
        int | None, typer.Option(help="Compare with this one; default: the one before.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Show what the latest revision of a piece changed, word by word."""
    from approvals import queue_views
    from approvals.options_of_commands import records
    from approvals.pieces import load_piece

    with records() as (_, engine):
        after = load_piece(engine, piece)
        wanted = after.piece.revision - 1 if revision is None else revision
        before = None if revision is None and wanted < 1 else load_piece(engine, piece, wanted)
        return queue_views.diff_answer(before, after, as_json=as_json)


def ledger(run: Run = None, as_json: AsJson = False) -> Answer:
    """List what went out, where the evidence is, what was held back and what is in doubt."""
    from approvals import deliveries, queue_views
    from approvals.options_of_commands import records
    from approvals.switch import pause_in_force

    with records() as (_, engine):
        return queue_views.ledger_answer(
            deliveries.publications(engine, run_id=run),
            deliveries.withheld_of(engine, run_id=run),
            deliveries.in_doubt(engine, run_id=run),
            pause_in_force(engine),
            as_json=as_json,
        )
