"""What is told of the people at the gate: a document for scripts, a table for an admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.rosters import Member


def people_answer(members: Sequence[Member], *, as_json: bool) -> Answer:
    """Everyone, in the order of lender.toml."""
    document = {"people": [member.model_dump(mode="json") for member in members]}
    return Answer(document, lambda: _view(members), as_json)


def _view(members: Sequence[Member]) -> Sequence[Any]:
    if not members:
        return ["lender.toml lists no people and nobody has a password. Run `vallum people password NAME`."]
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("name", "role", "can log in", "sessions", "stands in for"):
        table.add_column(column)
    for one in members:
        locked = f"locked until {one.locked_until:%H:%M} UTC" if one.locked_until else ""
        able = locked or ("yes" if one.can_log_in else "no password yet")
        role = one.role.replace("_", " ") or "all"
        table.add_row(one.name, role, able, str(one.sessions), ", ".join(one.stands_in_for))
    return [table]
