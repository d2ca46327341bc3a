"""What the gate shows in a terminal: what waits, what a piece or a class is made of, what went out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from approvals.filters import Filter
    from approvals.gate import Gate
    from approvals.statuses import Status

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A date or an ISO time; default: now.")]
By = Annotated[str, typer.Option(help="Who acts: the name of a person.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
PieceId = Annotated[str, typer.Argument(help="A piece id, as `vallum queue` shows it.")]
Run = Annotated[str | None, typer.Option(help="Only this run.")]
StatusNames = Annotated[list[str] | None, typer.Option("--status", help="Pending and blocked by default.")]
ChannelName = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]
StateCode = Annotated[str | None, typer.Option("--state", help="Only pieces shown in this state.")]
SegmentName = Annotated[str | None, typer.Option("--segment", help="Only this segment.")]
RuleId = Annotated[str | None, typer.Option("--rule", help="Only pieces in which this rule found something.")]
VerdictName = Annotated[str | None, typer.Option("--verdict", help="Only pass, warn or block.")]
OriginatorName = Annotated[str | None, typer.Option("--originator", help="A name or an NMLS id.")]
Assignee = Annotated[str | None, typer.Option("--assignee", help="Only what this person has to look at.")]
ClassKey = Annotated[str | None, typer.Option("--class", help="Only this class.")]
ClaimName = Annotated[
    str | None, typer.Option("--claim", help="Only pieces with this kind of value, or slot.")
]
Licence = Annotated[str | None, typer.Option("--licence", help="Only pieces under this state's licence.")]
RateLow = Annotated[
    float | None, typer.Option("--rate-from", help="Some rate or APR is at least this, percent.")
]
RateHigh = Annotated[
    float | None, typer.Option("--rate-to", help="Some rate or APR is at most this, percent.")
]
Text = Annotated[str | None, typer.Option("--text", help="The id or the words hold this.")]
LISTED = 50


def queue(
    run: Run = None,
    status: StatusNames = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
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
    from approvals.opening import records
    from approvals.queue import counts, listing
    from approvals.runs import standing_reviews

    wanted = filter_of(
        run=run, statuses=status, channel=channel, segment=segment, state=state, rule=rule, verdict=verdict,
        originator=originator, assignee=assignee, class_key=of_class, text=text,
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
    from approvals.opening import records
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
    from approvals.opening import moment, opened_gate

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
    from approvals.opening import records
    from approvals.pieces import load_piece

    with records() as (_, engine):
        after = load_piece(engine, piece)
        wanted = revision or after.piece.revision - 1
        before = load_piece(engine, piece, wanted) if wanted >= 1 else None
        return queue_views.diff_answer(before, after, as_json=as_json)


def ledger(run: Run = None, as_json: AsJson = False) -> Answer:
    """List what went out, where the evidence is, what was held back and what is in doubt."""
    from approvals import deliveries, queue_views
    from approvals.opening import records
    from approvals.switch import pause_in_force

    with records() as (_, engine):
        return queue_views.ledger_answer(
            deliveries.publications(engine, run_id=run),
            deliveries.withheld_of(engine, run_id=run),
            deliveries.in_doubt(engine, run_id=run),
            pause_in_force(engine),
            as_json=as_json,
        )


@contextmanager
def at_work(as_of: str | None) -> Iterator[tuple[Gate, datetime]]:
    """The gate, and the moment a command acts at."""
    from approvals.opening import moment, opened_gate
    from approvals.settings_log import note_gate

    with opened_gate() as (workspace, gate):
        at = moment(as_of, workspace.lender)
        note_gate(gate, by="vallum", at=at)
        yield gate, at


def said(sentence: str, document: dict[str, Any], as_json: bool) -> Answer:
    """One sentence, or its document."""
    return Answer(document, lambda: [sentence], as_json)


def filter_of(statuses: list[str] | None = None, **asked: object) -> Filter:
    """The filter that options ask for.

    Raises:
        BadInput: a value that a filter cannot take, with what it takes.
    """
    from pydantic import ValidationError

    from approvals.filters import Filter
    from campaign.errors import BadInput

    named = {name: value for name, value in asked.items() if value not in (None, "")}
    if statuses:
        named["statuses"] = tuple(_status(name) for name in statuses)
    try:
        return Filter.model_validate(named)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(
            f"`{first['input']}` cannot be asked for as {first['loc'][0]}: {first['msg'].lower()}.",
            "See `vallum queue --help`.",
        ) from error


def _status(name: str) -> Status:
    from approvals.statuses import Status
    from campaign.errors import BadInput

    try:
        return Status(name.strip().casefold().replace(" ", "_").replace("-", "_"))
    except ValueError as error:
        known = ", ".join(status.value for status in Status)
        raise BadInput(f"`{name}` is no status.", f"Use one of {known}.") from error
