"""Stopping in a terminal: pause and resume all publishing, recall what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, By, Reason, at_work, finding, said
from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.filters import Filter


def pause(by: By, reason: Reason = "", as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Stop all publishing at once."""
    from approvals import switch

    with at_work(as_of) as (gate, at):
        made = switch.pause(gate, by=by, at=at, reason=reason)
    return said(f"Nothing goes out any more: {made.in_words}.", made.model_dump(mode="json"), as_json)


def resume(by: By, reason: Reason = "", as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Let publishing go on after a pause."""
    from approvals import switch

    with at_work(as_of) as (gate, at):
        switch.resume(gate, by=by, at=at, reason=reason)
    return said("Publishing goes on.", {"paused": None}, as_json)


@finding
def recall(
    wanted: Filter,
    by: By,
    reason: Reason = "",
    piece: Annotated[str | None, typer.Option("--piece", help="Only this piece.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="All that is live.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken back.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Take back what is live, by filter, with a receipt per channel or a clear instruction."""
    from approvals import recalls
    from approvals.filters import Filter
    from approvals.publishing import take_down
    from campaign.errors import BadInput

    wanted = wanted.model_copy(update={"piece": piece})
    if wanted == Filter() and not everything:
        raise BadInput("Nothing says what to recall.", "Give a filter, or --everything.")
    with at_work(as_of) as (gate, at):
        if dry_run:
            titles = recalls.live(gate.engine, wanted)
            would = [f"Would recall {len(titles)} pieces.", *titles]
            return Answer({"would_recall": list(titles)}, lambda: would, as_json, 0 if titles else 1)
        done = recalls.recall(gate, wanted, by=by, at=at, reason=reason, take_down=take_down)
    lines = [f"{one.piece_id} rev {one.revision} ({one.channel}): {one.said}" for one in done.receipts]
    told = [f"Recalled {len(done.receipts)} pieces.", *lines]
    return Answer(done.model_dump(mode="json"), lambda: told, as_json)
