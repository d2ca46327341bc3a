"""What the gate's commands share: options, and the edge where environment, folder and clock are read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from approvals.filters import Filter
    from approvals.gate import Gate
    from approvals.statuses import Status
    from campaign.lender import Lender
    from tools.workspace import Workspace

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
ProductName = Annotated[str | None, typer.Option("--product", help="Only pieces about this product.")]
PartnerName = Annotated[str | None, typer.Option("--partner", help="Only pieces with this partner.")]
Text = Annotated[str | None, typer.Option("--text", help="The id or the words hold this.")]


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
