"""One event of the audit log as people read it: where its subject is to be seen, and what stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from approvals.audit import AuditEvent
from approvals.web.asking import piece_path
from campaign.noun import Noun

LONGEST = 2000
"""Characters of one detail that are shown; the log itself and an export hold it whole."""
_REVISION = re.compile(r"(?s)(.+) rev (\d{1,9})")


class AuditLine(Noun):
    """An event with its subject's address, empty where it has no page of its own.

    Attributes:
        moved: from where to where, where it is a move. reason: why, in the words of whoever did it.
        details: everything else by name, what has parts as JSON.
    """

    event: AuditEvent
    address: str
    moved: str
    reason: str
    details: tuple[tuple[str, str], ...]


def audit_line(event: AuditEvent) -> AuditLine:
    """An event for the page."""
    details = event.details
    steps = [str(details[name]).replace("_", " ") for name in ("from", "to") if details.get(name)]
    return AuditLine(
        event=event,
        address=_address(event),
        moved=" to ".join(steps) if len(steps) == 2 else "",
        reason=str(details.get("reason") or ""),
        details=tuple((name, _text(value)) for name, value in _rest(details, moved=len(steps) == 2).items()),
    )


def _rest(details: Mapping[str, Any], *, moved: bool) -> dict[str, Any]:
    told = {"reason", *(("from", "to") if moved else ())}
    return {
        name: value for name, value in details.items() if name not in told and value not in (None, "", [], {})
    }


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters in all)"


def _address(event: AuditEvent) -> str:
    subject = event.subject
    if event.event.startswith("delivery."):
        return f"/ledger/{quote(subject, safe='')}"
    if subject.startswith("run "):
        return f"/runs/{quote(subject.removeprefix('run '), safe='')}"
    if found := _REVISION.fullmatch(subject):
        return f"{piece_path(found[1])}?revision={found[2]}"
    return ""
