"""Opening the gate for a command: the workspace that the environment names, its records and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from approvals.database import open_database
from approvals.gate import Gate
from tools.market.series import open_market
from tools.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaign.finding import Finding
    from campaign.piece import Piece


@contextmanager
def opened_records(environment: Mapping[str, str], cwd: Path) -> Iterator[tuple[Workspace, Engine]]:
    """The workspace that an environment names, with its database open."""
    workspace = open_workspace(environment, cwd=cwd)
    engine = open_database(workspace.database_url)
    try:
        yield workspace, engine
    finally:
        engine.dispose()


def gate_of(workspace: Workspace, engine: Engine) -> Gate:
    """The gate of a workspace whose database is open."""
    from policies.engine import screen  # reading the rules takes time that listing needs not
    from policies.packs import load_pack

    lender, pack = workspace.lender, load_pack()

    def judged(piece: Piece, at: datetime) -> tuple[Finding, ...]:
        return screen(piece, lender, pack, at=at)

    return Gate(engine, lender, pack, judged, open_market=partial(open_market, workspace))
