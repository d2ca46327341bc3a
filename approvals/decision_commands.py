"""Deciding in a terminal: one piece, several, a class, or all that a filter finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from approvals.options_of_commands import (
    AsJson,
    AsOf,
    By,
    ChannelName,
    ClassKey,
    OriginatorName,
    PieceId,
    Reason,
    RuleId,
    Run,
    SegmentName,
    StateCode,
    Text,
    VerdictName,
    at_work,
    filter_of,
    said,
)
from campaign.answer import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from approvals.deciding import Answer as Asked
    from approvals.filters import Filter
    from approvals.gate import Gate
    from campaign.release import Condition, Decision

Pieces = Annotated[list[str] | None, typer.Argument(help="Piece ids; or none, with options that find them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be decided, and decide nothing.")]
Digest = Annotated[str | None, typer.Option(help="Decide only if it is still what the dry run showed.")]


def approve(
    by: By,
    pieces: Pieces = None,
    reason: Reason = "",
    run: Run = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    of_class: ClassKey = None,
    text: Text = None,
    dry_run: DryRun = False,
    digest: Digest = None,
    if_rate: Annotated[str, typer.Option(help="Only if the 30-year rate falls in a band, `6.00-6.25`.")] = "",
    measure: Annotated[str, typer.Option(help="`offered` (the sheet's) or `survey`.")] = "offered",
    before: Annotated[str | None, typer.Option(help="Until when the band must be met.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Approve exactly these bytes of some pieces, of a class, or of all that a filter finds."""
    wanted = filter_of(
        run=run, channel=channel, segment=segment, state=state, rule=rule, verdict=verdict,
        originator=originator, class_key=of_class, text=text,
    )  # fmt: skip
    with at_work(as_of) as (gate, at):
        condition = _condition(gate, if_rate, measure, before)
        if not (named := _named(pieces, wanted, digest)):
            return _bulk(
                gate, wanted, "approve", by, at, reason, dry_run, digest, as_json, condition=condition
            )

        def answer(piece_id: str) -> Decision:
            from approvals.decisions import approve as approve_one

            return approve_one(gate, piece_id, by=by, at=at, reason=reason, condition=condition)

        return _each(gate, named, answer, dry_run, as_json)


def reject(
    by: By,
    pieces: Pieces = None,
    reason: Annotated[str, typer.Option(help="What the next draft must do.")] = "",
    run: Run = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    of_class: ClassKey = None,
    text: Text = None,
    dry_run: DryRun = False,
    digest: Digest = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Turn pieces down, with the reason their next draft answers."""
    wanted = filter_of(
        run=run, channel=channel, segment=segment, state=state, rule=rule, verdict=verdict,
        originator=originator, class_key=of_class, text=text,
    )  # fmt: skip
    with at_work(as_of) as (gate, at):
        if not (named := _named(pieces, wanted, digest)):
            return _bulk(gate, wanted, "reject", by, at, reason, dry_run, digest, as_json)

        def answer(piece_id: str) -> Decision:
            from approvals.decisions import reject as reject_one

            return reject_one(gate, piece_id, by=by, reason=reason, at=at)

        return _each(gate, named, answer, dry_run, as_json)


def return_(
    piece: PieceId, by: By, reason: Reason = "", as_of: AsOf = None, as_json: AsJson = False
) -> Answer:
    """Send a piece back for changes, to be edited or written anew."""
    from approvals.decisions import return_for_changes

    with at_work(as_of) as (gate, at):
        return _each(
            gate,
            [piece],
            lambda one: return_for_changes(gate, one, by=by, reason=reason, at=at),
            False,
            as_json,
        )


def _named(pieces: list[str] | None, wanted: Filter, digest: str | None) -> list[str]:
    """The pieces that are named, where nothing else says which; an option that would be ignored is none."""
    from approvals.filters import Filter
    from campaign.errors import BadInput

    if pieces and (wanted != Filter() or digest is not None):
        raise BadInput(
            "Pieces are named, and options that find pieces are given besides.", "Give the one or the other."
        )
    return pieces or []


def _each(
    gate: Gate, pieces: list[str], answer: Callable[[str], Decision], dry_run: bool, as_json: bool
) -> Answer:
    """Ask about each piece; a name that does not exist stops everything before anything is decided."""
    from approvals import views
    from approvals.pieces import load_piece
    from campaign.errors import Refused

    wanted = list(dict.fromkeys(pieces))
    standing = [load_piece(gate.engine, piece_id) for piece_id in wanted]
    if dry_run:
        titles = [stored.title for stored in standing]
        return said(f"Would decide {', '.join(titles)}.", {"would_decide": titles}, as_json)
    decided, refused = [], []
    for piece_id in wanted:
        try:
            decided.append(answer(piece_id))
        except Refused as stopped:
            refused.append((piece_id, stopped.fact, stopped.remedy))
    return views.decision_answer(decided, refused, as_json=as_json)


def _bulk(
    gate: Gate,
    wanted: Filter,
    answer: Asked,
    by: str,
    at: datetime,
    reason: str,
    dry_run: bool,
    digest: str | None,
    as_json: bool,
    *,
    condition: Condition | None = None,
) -> Answer:
    """Decide all that a filter finds; an empty filter finds nothing, since nobody means the whole queue."""
    from approvals import views
    from approvals.bulk import batch_of, decide_batch, waiting
    from approvals.filters import Filter
    from campaign.errors import BadInput

    if wanted == Filter():
        raise BadInput("Nothing says which pieces.", "Name pieces, or a --class, --run or another filter.")
    batch = batch_of(gate.engine, wanted)
    if dry_run:
        return views.batch_answer(batch, waiting(wanted).in_words, answer, as_json=as_json)
    done = decide_batch(
        gate, wanted, answer, digest=digest or batch.digest, by=by, at=at, reason=reason, condition=condition
    )
    refused = [(one.piece_id, one.fact, one.remedy) for one in done.refused]
    return views.decision_answer(done.decided, refused, as_json=as_json)


def _condition(gate: Gate, band: str, measure: str, before: str | None) -> Condition | None:
    from pydantic import ValidationError

    from campaign.errors import BadInput
    from campaign.moment import parse_moment
    from campaign.release import Condition

    if not band and before is None:
        return None
    low, _, high = band.partition("-")
    if not band or before is None:
        raise BadInput("A conditional approval needs a band and a deadline.", "Give --if-rate and --before.")
    try:
        return Condition.model_validate(
            {"measure": measure, "low": low, "high": high, "before": parse_moment(before, gate.lender.zone)}
        )
    except ValidationError as error:
        raise BadInput(
            f"`{band}` of `{measure}` is no condition.", "Write `--if-rate 6.00-6.25 --measure offered`."
        ) from error
