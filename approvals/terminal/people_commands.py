"""The people at the gate from the terminal: who they are, their passwords, and who stands in for whom."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from approvals.terminal.options import AsJson, day_of, opened_gate, said
from campaign.answer import Answer

Name = Annotated[str, typer.Argument(help="The name of a person, as lender.toml has it.")]
StandIn = Annotated[str, typer.Option("--stand-in", help="Who takes their place.")]

people = typer.Typer(help="Who may act at the gate, and their passwords.", no_args_is_help=True)


@people.command("list")
def list_people(as_json: AsJson = False) -> Answer:
    """List everyone with their role, whether they can log in, and whose place they take."""
    from approvals.rosters import roster
    from approvals.terminal.people_views import people_answer

    with opened_gate() as (_, gate):
        return people_answer(roster(gate, at=datetime.now(UTC)), as_json=as_json)


@people.command()
def password(
    name: Name,
    by: Annotated[str | None, typer.Option(help="Who sets it: the person or an admin.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """Set a person's password, read from a prompt or from stdin; every session they had open ends."""
    from approvals.accounts import set_password

    with opened_gate() as (_, gate):
        set_by = set_password(gate, name, _password(), by=by or name, at=datetime.now(UTC))
    return said(
        f"`{set_by}` has a new password, and every session they had open has ended.",
        {"person": set_by},
        as_json,
    )


@people.command()
def away(
    name: Name,
    stand_in: StandIn,
    until: Annotated[str, typer.Option(help="Last day, as 2026-11-24.")],
    by: Annotated[str, typer.Option(help="Who arranges it: the person or an admin.")],
    starts: Annotated[str | None, typer.Option("--from", help="First day; default: today.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    as_json: AsJson = False,
) -> Answer:
    """Let somebody take a person's place for some days."""
    from approvals.delegating import delegate

    with opened_gate() as (_, gate):
        at = datetime.now(UTC)
        first = day_of(starts) if starts else at.astimezone(gate.lender.zone).date()
        made = delegate(
            gate, absent=name, stand_in=stand_in, starts=first, until=day_of(until),
            reason=reason, by=by, at=at,
        )  # fmt: skip
    return said(
        f"`{made.stand_in}` stands in for `{made.absent}` from {made.starts} until {made.until}.",
        made.model_dump(mode="json"),
        as_json,
    )


@people.command()
def back(
    name: Name,
    stand_in: StandIn,
    by: Annotated[str, typer.Option(help="Who says so: the person or an admin.")],
    as_json: AsJson = False,
) -> Answer:
    """End somebody's standing in for a person."""
    from approvals.delegating import end_delegation

    with opened_gate() as (_, gate):
        ended = end_delegation(gate, absent=name, stand_in=stand_in, by=by, at=datetime.now(UTC))
    return said(
        f"`{ended.stand_in}` no longer stands in for `{ended.absent}`.",
        ended.model_dump(mode="json"),
        as_json,
    )


def _password() -> str:
    """A password from a prompt that does not show it, or from what is piped in; never from an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True)
    return typed
