"""A workspace with people and the command line as they type it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Engine

from approvals.pieces import load_piece
from approvals.statuses import Status
from policies import packs
from tests.approvals.cast import PEOPLE
from tests.approvals.gate import AT

AS_OF = ("--as-of", AT.isoformat())
RUTH = ("--by", "Ruth Calder", *AS_OF)
MAX = ("--by", "Max Orr", *AS_OF)
TOML = """[lender]
name = "Cedar & Main Mortgage, LLC"
nmls = "1999901"
address = "410 Juniper Street, Boise, ID"
""" + "".join(f'\n[[people]]\nname = "{person.name}"\nrole = "{person.role}"\n' for person in PEOPLE)


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Vallum = Callable[..., Said]


READ_ONCE = cache(packs.load_pack)
PACK = READ_ONCE().version


def stands(engine: Engine, piece_id: str) -> Status:
    return load_piece(engine, piece_id).status


def events(engine: Engine) -> int:
    """How many events there are that some act wrote; what was set is noted at the door."""
    from sqlalchemy import text

    with engine.connect() as connection:
        query = text("SELECT count(*) FROM audit_events WHERE event LIKE 'piece.%' OR event LIKE '%.decided'")
        return int(connection.execute(query).scalar_one())
