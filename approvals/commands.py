"""The gate's commands: what waits, what a piece is made of, the two answers, and whether the log stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from approvals.statuses import Status
    from campaign.lender import Lender
    from campaign.release import Decision
    from tools.workspace import Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A date or an ISO time; default: now.")]
By = Annotated[str, typer.Option(help="Who decides: the name of a person.")]
Pieces = Annotated[list[str], typer.Argument(help="Piece ids, as `vallum queue` shows them.")]

audit = typer.Typer(help="The log of every decision.", no_args_is_help=True)


def queue(
    run: Annotated[str | None, typer.Option(help="Only this run.")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Pending and blocked by default.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """List what waits for a decision, and what is blocked."""
    from approvals import queue as waiting
    from approvals import views
    from approvals.runs import standing_reviews

    statuses = tuple(_status(name) for name in status) if status else waiting.WAITING
    with _gate() as (_, engine):
        items = waiting.listing(engine, run_id=run, statuses=statuses)
        reviews = standing_reviews(engine, run)
    return views.queue_answer(items, reviews, as_json=as_json)


def show(
    piece: Annotated[str, typer.Argument(help="A piece id, as `vallum queue` shows it.")],
    as_json: AsJson = False,
) -> Answer:
    """Show a piece as it will look, with findings, sources of its numbers, and history."""
    from approvals import views
    from approvals.pieces import history, load_piece
    from approvals.runs import load_plan

    with _gate() as (_, engine):
        stored = load_piece(engine, piece)
        plan = load_plan(engine, stored.run_id)
        review = plan.fair_lending if plan else None
        return views.piece_answer(stored, history(engine, piece), review, as_json=as_json)


def approve(
    pieces: Pieces,
    by: By,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Approve exactly these bytes of one or more pieces."""
    from approvals import decisions
    from policies.engine import screen
    from policies.packs import load_pack

    with _gate() as (workspace, engine):
        lender, pack, at = workspace.lender, load_pack(), _moment(as_of, workspace.lender)

        def answer(piece_id: str) -> Decision:
            return decisions.approve(
                engine, piece_id, by=by, at=at, lender=lender, pack=pack, reason=reason,
                screen=lambda piece, moment: screen(piece, lender, pack, at=moment),
            )  # fmt: skip

        return _decide(engine, pieces, answer, as_json)


def reject(
    pieces: Pieces,
    by: By,
    reason: Annotated[str, typer.Option(help="What the next draft must do.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Turn one or more pieces down, with the reason their next draft answers."""
    from approvals import decisions

    with _gate() as (workspace, engine):
        at = _moment(as_of, workspace.lender)

        def answer(piece_id: str) -> Decision:
            return decisions.reject(engine, piece_id, by=by, reason=reason, at=at, lender=workspace.lender)

        return _decide(engine, pieces, answer, as_json)


@audit.command()
def verify(as_json: AsJson = False) -> Answer:
    """Recompute the whole log and say whether anything was changed, removed or added."""
    from approvals import views
    from approvals.audit import verify as verify_log

    with _gate() as (_, engine):
        return views.audit_answer(verify_log(engine), as_json=as_json)


@audit.callback()
def _audit() -> None:
    """Keep `verify` a command of its own, also while it is the only one."""


def _decide(engine: Engine, pieces: list[str], answer: Callable[[str], Decision], as_json: bool) -> Answer:
    """Ask about each piece; a name that does not exist stops everything before anything is decided."""
    from approvals import views
    from approvals.pieces import load_piece
    from campaign.errors import Refused

    wanted = list(dict.fromkeys(pieces))
    for piece_id in wanted:
        load_piece(engine, piece_id)
    decided, refused = [], []
    for piece_id in wanted:
        try:
            decided.append(answer(piece_id))
        except Refused as stopped:
            refused.append((piece_id, stopped))
    return views.decision_answer(decided, refused, as_json=as_json)


def _status(name: str) -> Status:
    from approvals.statuses import Status
    from campaign.errors import BadInput

    try:
        return Status(name.strip().casefold())
    except ValueError as error:
        known = ", ".join(status.value for status in Status)
        raise BadInput(f"`{name}` is no status.", f"Use one of {known}.") from error


def _moment(as_of: str | None, lender: Lender) -> datetime:
    from campaign.moment import parse_moment

    return parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)


@contextmanager
def _gate() -> Iterator[tuple[Workspace, Engine]]:
    """The workspace that the environment names, with its database open."""
    from approvals.database import open_database
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    engine = open_database(workspace.database_url)
    try:
        yield workspace, engine
    finally:
        engine.dispose()
