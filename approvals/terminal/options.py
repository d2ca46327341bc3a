"""What the gate's commands share: options, and the edge where environment, folder and clock are read."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from approvals.filters import Filter
    from approvals.gate import Gate
    from campaign.lender import Lender
    from tools.workspace import Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A date or an ISO time; default: now.")]
By = Annotated[str, typer.Option(help="Who acts: the name of a person.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
PieceId = Annotated[str, typer.Argument(help="A piece id, as `vallum queue` shows it.")]
Run = Annotated[str | None, typer.Option(help="Only this run.")]
FINDS: dict[str, Any] = {
    "run": Run,
    "channel": Annotated[str | None, typer.Option(help="Only this channel.")],
    "segment": Annotated[str | None, typer.Option(help="Only this segment.")],
    "state": Annotated[str | None, typer.Option(help="Only pieces shown in this state.")],
    "product": Annotated[str | None, typer.Option(help="Only pieces about this product.")],
    "rule": Annotated[str | None, typer.Option(help="Only pieces in which this rule found something.")],
    "verdict": Annotated[str | None, typer.Option(help="Only pass, warn or block.")],
    "originator": Annotated[str | None, typer.Option(help="A name or an NMLS id.")],
    "partner": Annotated[str | None, typer.Option(help="Only pieces with this partner.")],
    "claim": Annotated[str | None, typer.Option(help="Only pieces with this kind of value, or slot.")],
    "licence": Annotated[str | None, typer.Option(help="Only pieces under this state's licence.")],
    "rate_low": Annotated[
        float | None, typer.Option("--rate-from", help="Some rate or APR is at least this, percent.")
    ],
    "rate_high": Annotated[
        float | None, typer.Option("--rate-to", help="Some rate or APR is at most this, percent.")
    ],
    "assignee": Annotated[str | None, typer.Option(help="Only what this person has to look at.")],
    "class_key": Annotated[str | None, typer.Option("--class", help="Only this class.")],
    "text": Annotated[str | None, typer.Option(help="The id or the words hold this.")],
}
"""The options by which pieces are found, by the field of `filters.Filter` that each fills."""


@contextmanager
def records() -> Iterator[tuple[Workspace, Engine]]:
    """The workspace that the environment names with its database open, for commands that only read."""
    from approvals.opening import opened_records

    with opened_records(os.environ, Path.cwd()) as opened:
        yield opened


@contextmanager
def opened_gate() -> Iterator[tuple[Workspace, Gate]]:
    """The workspace and its gate, under the rules in force."""
    from approvals.opening import gate_of

    with records() as (workspace, engine):
        yield workspace, gate_of(workspace, engine)


def moment(as_of: str | None, lender: Lender) -> datetime:
    """The moment a command acts at: as typed, else now.

    Raises:
        BadInput: it is no date or time.
    """
    from campaign.moment import parse_moment

    return parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)


@contextmanager
def at_work(as_of: str | None) -> Iterator[tuple[Gate, datetime]]:
    """The gate, and the moment a command acts at."""
    from approvals.settings_log import note_gate

    with opened_gate() as (workspace, gate):
        at = moment(as_of, workspace.lender)
        note_gate(gate, by="vallum", at=at)
        yield gate, at


def said(sentence: str, document: dict[str, Any], as_json: bool) -> Answer:
    """One sentence, or its document."""
    return Answer(document, lambda: [sentence], as_json)


def finding(command: Callable[..., Answer]) -> Callable[..., Answer]:
    """Give a command every option that finds pieces; it takes the filter they come to as `wanted`."""
    hints = get_type_hints(command, localns={"Filter": object}, include_extras=True)
    own = inspect.signature(command).parameters.values()

    @wraps(command)
    def asked(**given: Any) -> Answer:
        return command(wanted=filter_of({name: given.pop(name) for name in FINDS}), **given)

    shown = [
        option.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[option.name])
        for option in own
        if option.name != "wanted"
    ]
    shown += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in FINDS.items()
    ]
    asked.__annotations__ = {option.name: option.annotation for option in shown}
    asked.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]  # read by inspect, not declared
    return asked


def filter_of(asked: Mapping[str, object]) -> Filter:
    """The filter that options ask for.

    Raises:
        BadInput: a value that a filter cannot take, with what it takes.
    """
    from pydantic import ValidationError

    from approvals.filters import Filter
    from campaign.errors import BadInput

    try:
        return Filter.model_validate(
            {name: value for name, value in asked.items() if value not in (None, "")}
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(
            f"`{first['input']}` cannot be asked for as {first['loc'][0]}: {first['msg'].lower()}.",
            "See `vallum queue --help`.",
        ) from error


def day_of(text: str) -> date:
    """A day typed in ISO form.

    Raises:
        BadInput: it is none.
    """
    from campaign.errors import BadInput

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"`{text}` is no day.", "Write a day as 2026-12-31.") from error
