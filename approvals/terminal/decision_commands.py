"""Deciding in a terminal: one piece, several, a class, or all that a filter finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, By, Reason, at_work, finding
from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.deciding import Answer as Asked
    from approvals.filters import Filter

Pieces = Annotated[list[str] | None, typer.Argument(help="Piece ids; or none, with options that find them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be decided, and decide nothing.")]
Digest = Annotated[str | None, typer.Option(help="Decide only if it is still what the dry run showed.")]
NextDraft = Annotated[str, typer.Option("--reason", help="What the next draft must do.")]


@finding
def approve(
    wanted: Filter,
    by: By,
    pieces: Pieces = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    digest: Digest = None,
    if_rate: Annotated[str, typer.Option(help="Only if the 30-year rate falls in a band, `6.00-6.25`.")] = "",
    measure: Annotated[str, typer.Option(help="`offered` (the sheet's) or `survey`.")] = "offered",
    before: Annotated[str | None, typer.Option(help="Until when the band must be met.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Approve exactly these bytes of some pieces, of a class, or of all that a filter finds."""
    from approvals.terminal.asked_decisions import AskedDecision, condition_of, decide

    with at_work(as_of) as (gate, at):
        condition = condition_of(gate, if_rate, measure, before)
        asked = AskedDecision("approve", by, at, reason, condition, dry_run, digest)
        return decide(gate, asked, pieces or (), wanted, as_json=as_json)


@finding
def reject(
    wanted: Filter,
    by: By,
    pieces: Pieces = None,
    reason: NextDraft = "",
    dry_run: DryRun = False,
    digest: Digest = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Turn pieces down, with the reason their next draft answers."""
    return _turn_down("reject", wanted, by, pieces, reason, dry_run, digest, as_of, as_json)


@finding
def return_(
    wanted: Filter,
    by: By,
    pieces: Pieces = None,
    reason: NextDraft = "",
    dry_run: DryRun = False,
    digest: Digest = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Send pieces back for changes, to be edited or written anew."""
    return _turn_down("return", wanted, by, pieces, reason, dry_run, digest, as_of, as_json)


def _turn_down(
    answer: Asked,
    wanted: Filter,
    by: str,
    pieces: list[str] | None,
    reason: str,
    dry_run: bool,
    digest: str | None,
    as_of: str | None,
    as_json: bool,
) -> Answer:
    from approvals.terminal.asked_decisions import AskedDecision, decide

    with at_work(as_of) as (gate, at):
        asked = AskedDecision(answer, by, at, reason, None, dry_run, digest)
        return decide(gate, asked, pieces or (), wanted, as_json=as_json)
