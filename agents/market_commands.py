"""`vallum scenarios` and `vallum alerts`: what is planned before a meeting, and who is due a rate alert."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from approvals.terminal.options import AsJson, AsOf, day_of, moment
from campaign.answer import Answer

if TYPE_CHECKING:
    from agents.workflow import Street


def scenarios(
    meeting: Annotated[
        str | None, typer.Argument(help="Day of the Fed's statement; default: the next.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Plan for rates down, flat and up after a Fed meeting; approvals wait for the band that comes."""
    from agents.scenario_views import scenarios_answer
    from agents.scenarios import next_statement, prepare_scenarios

    asked: date | None = day_of(meeting) if meeting else None
    with _street(as_of) as (street, checkpoints):
        made = prepare_scenarios(street, asked or next_statement(street), checkpoints=checkpoints)
        return scenarios_answer(street.engine, made, as_json=as_json)


def alerts(as_of: AsOf = None, as_json: AsJson = False) -> Answer:
    """Queue a letter for each segment and offer with borrowers due a rate alert; exit 1 where nobody is."""
    from agents.rate_alerts import alert
    from agents.scenario_views import alerts_answer

    with _street(as_of) as (street, checkpoints):
        return alerts_answer(street.engine, alert(street, checkpoints=checkpoints), as_json=as_json)


@contextmanager
def _street(as_of: str | None) -> Iterator[tuple[Street, str]]:
    """The street at a moment, and where its checkpoints are."""
    from agents.opening import open_street
    from approvals.rules_log import note_rules
    from approvals.settings_log import note_settings
    from tools.workspace import open_workspace

    workspace = open_workspace(os.environ, cwd=Path.cwd())
    at = moment(as_of, workspace.lender)
    street = open_street(workspace, at=at, environment=os.environ, progress=_progress)
    note_settings(street.engine, street.lender, by="vallum", at=at)
    note_rules(street.engine, street.pack, by="vallum", at=at)
    yield street, workspace.checkpoints


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()
