"""What a page was asked to list: the filter in the address bar, read into the gate's own and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from approvals.filters import WAITING, Filter
from approvals.statuses import Status
from approvals.web.address import link, words
from campaign.errors import BadInput

ANY = "any"
_PLAIN = (
    "piece", "run", "channel", "segment", "placement", "state", "product", "rule", "verdict", "originator",
    "partner", "claim", "licence", "rate_low", "rate_high", "assignee", "text",
)  # fmt: skip
FIELDS = ("status", "class", *_PLAIN, "late")


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as it was asked for.

    Attributes:
        fields: what was asked, by the names of the address bar; nothing empty.
        filter: the same, for the gate.
    """

    fields: Mapping[str, str]
    filter: Filter

    @property
    def narrow(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.fields)

    def link(self, path: str, **changes: object) -> str:
        """A link to a page about the same selection with changes; an empty value leaves a field out."""
        return link(path, **{**self.fields, **changes})


def piece_path(piece_id: str, room: str = "pieces") -> str:
    """The address of a piece's page, whatever signs its id holds."""
    return f"/{room}/{quote(piece_id, safe='')}"


def asked_of(pairs: Iterable[tuple[str, str]], at: datetime) -> Asked:
    """Read a filter.

    Args:
        pairs: of the address bar, or of a form; those of other names are left alone.
        at: aware; what is late is late then.

    Raises:
        BadInput: a value that cannot be looked for.
    """
    given = dict(pairs)
    fields = {name: text for name in FIELDS if (text := words(given, name))}
    wanted: dict[str, Any] = {name: fields[name] for name in _PLAIN if name in fields}
    wanted["statuses"] = _statuses(fields.get("status", ""))
    wanted["class_key"] = fields.get("class")
    wanted["overdue_at"] = at if "late" in fields else None
    try:
        return Asked(fields, Filter(**wanted))
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        asked = fields.get(name, "")
        raise BadInput(f"`{asked}` is nothing that `{name}` can be.", "Choose another.") from error


def _statuses(name: str) -> tuple[Status, ...]:
    if not name:
        return WAITING
    if name == ANY:
        return ()
    try:
        return tuple(Status(part) for part in name.split(","))
    except ValueError as error:
        known = ", ".join(status.value for status in Status)
        raise BadInput(f"`{name}` is no status.", f"Use one of {known}.") from error
