"""Acts in a terminal besides deciding; the web page offers the same through the same functions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, By, PieceId, Reason, at_work, day_of, said
from campaign.answer import Answer


def withdraw(
    piece: PieceId, by: By, reason: Reason = "", as_of: AsOf = None, as_json: AsJson = False
) -> Answer:
    """Take a piece out of the queue, or take back an approval that nothing came of yet."""
    from approvals import acts

    with at_work(as_of) as (gate, at):
        acts.withdraw(gate, piece, by=by, reason=reason, at=at)
    return said(f"Withdrew `{piece}`.", {"piece": piece, "status": "withdrawn"}, as_json)


def edit(
    piece: PieceId,
    by: By,
    field: Annotated[list[str] | None, typer.Option(help="`name=text`; may be given several times.")] = None,
    file: Annotated[Path | None, typer.Option(help="JSON: field name -> text, or a list of texts.")] = None,
    reason: Reason = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Change fields of a piece: a new revision with its author, screened again, approved by nobody yet."""
    from approvals.editing import edit as edit_piece
    from approvals.terminal.edit_files import fields_of

    fields = fields_of(field or [], file)
    with at_work(as_of) as (gate, at):
        stored = edit_piece(gate, piece, fields, by=by, at=at, reason=reason)
    document = {"piece": piece, "revision": stored.piece.revision, "status": stored.status.value}
    document["rules"] = sorted({one.rule for one in stored.findings})
    return said(f"`{stored.title}` is {stored.status.in_words}.", document, as_json)


def comment(
    piece: PieceId,
    words: Annotated[str, typer.Argument(help="What to say.")],
    by: By,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Say something about a piece, for everyone who reads it."""
    from approvals import acts

    with at_work(as_of) as (gate, at):
        made = acts.remark(gate, piece, words, by=by, at=at)
    return said(f"Kept with `{piece} rev {made.revision}`.", made.model_dump(mode="json"), as_json)


def assign(
    piece: PieceId,
    by: By,
    to: Annotated[str, typer.Option(help="Who should look at it; empty for everyone.")] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Hand a piece to someone to look at."""
    from approvals import acts

    with at_work(as_of) as (gate, at):
        person = acts.assign(gate, piece, to=to, by=by, at=at)
    told = f"`{piece}` is with {person or 'everyone'}."
    return said(told, {"piece": piece, "assignee": person}, as_json)


def waive(
    piece: PieceId,
    rule: Annotated[str, typer.Argument(help="The rule whose finding may pass.")],
    by: By,
    until: Annotated[str, typer.Option(help="Last day it holds, 2026-12-31.")],
    reason: Reason = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Let one rule's finding pass for this content, with a reason and until a day (compliance only)."""
    from approvals.waivers import waive as waive_rule

    with at_work(as_of) as (gate, at):
        made = waive_rule(gate, piece, rule, reason=reason, until=day_of(until), by=by, at=at)
    told = f"`{rule}` may pass in `{piece}` until {made.until}."
    return said(told, made.model_dump(mode="json"), as_json)


def revoke(
    waiver: Annotated[str, typer.Argument(help="A waiver, as `vallum show` names it.")],
    by: By,
    reason: Reason = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """End a waiver before its time."""
    from approvals.waivers import revoke as revoke_waiver

    with at_work(as_of) as (gate, at):
        ended = revoke_waiver(gate, waiver, reason=reason, by=by, at=at)
    told = f"The waiver of `{ended.rule}` in `{ended.piece}` is revoked."
    return said(told, {"waiver": waiver, "rule": ended.rule, "piece": ended.piece}, as_json)


def rescreen(piece: PieceId, by: By, as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Have the rules in force read a waiting or blocked piece again."""
    from approvals import acts

    with at_work(as_of) as (gate, at):
        status = acts.rescreen(gate, piece, by=by, at=at)
    return said(f"`{piece}` is {status.in_words}.", {"piece": piece, "status": status.value}, as_json)
