"""Opening the gate for a command: the workspace that the environment names, its records and rules."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from approvals.database import open_database
from approvals.gate import Gate
from campaign.moment import parse_moment
from tools.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaign.finding import Finding
    from campaign.lender import Lender
    from campaign.piece import Piece


@contextmanager
def records(environment: Mapping[str, str] | None = None) -> Iterator[tuple[Workspace, Engine]]:
    """The workspace with its database open, for commands that only read."""
    workspace = open_workspace(os.environ if environment is None else environment, cwd=Path.cwd())
    engine = open_database(workspace.database_url)
    try:
        yield workspace, engine
    finally:
        engine.dispose()


@contextmanager
def opened_gate(environment: Mapping[str, str] | None = None) -> Iterator[tuple[Workspace, Gate]]:
    """The workspace and its gate, under the rules in force."""
    with records(environment) as (workspace, engine):
        yield workspace, gate_of(workspace, engine)


def gate_of(workspace: Workspace, engine: Engine) -> Gate:
    """The gate of a workspace whose database is open."""
    from policies.engine import screen  # reading the rules takes time that listing needs not
    from policies.packs import load_pack

    lender, pack = workspace.lender, load_pack()

    def judged(piece: Piece, at: datetime) -> tuple[Finding, ...]:
        return screen(piece, lender, pack, at=at)

    return Gate(engine, lender, pack, judged)


def moment(as_of: str | None, lender: Lender) -> datetime:
    """The moment a command acts at: as typed, else now.

    Raises:
        BadInput: it is no date or time.
    """
    return parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)
