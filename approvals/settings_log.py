"""Changes of configuration as events: that lender.toml or the rules changed, and which keys, never values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from approvals.audit import AuditEvent, events_of, record
from approvals.chain import canonical, text_hash
from approvals.database import reading, writing
from approvals.gate import Gate
from approvals.rules_log import note_rules
from campaign.lender import Lender
from policies.packs import Pack

SUBJECT, CHANGED = "lender.toml", "settings.changed"
_SHOWN = 16


def note_settings(engine: Engine, lender: Lender, *, by: str, at: datetime) -> tuple[str, ...]:
    """Record that the lender's record is another than the last one recorded; nothing where it is the same.

    The event holds the hash of the whole record, a short hash of each key's value to tell later what
    changed, the names of the keys that did, and the licences, which are public and which evidence of a
    publication has to show as they stood. The file holds no credential, only names of environment
    variables; of those, too, only the hash is kept.

    Args:
        by: who opened the gate. at: aware datetime.

    Returns:
        Names of the keys that changed, such as `licenses.CA` or `people`; every key for the first event.
    """
    keys = dict(_keys(lender))
    whole = text_hash(canonical(keys))
    with reading(engine) as session:
        if _last(session).get("record") == whole:
            return ()
    with writing(engine) as session:
        last = _last(session)
        if last.get("record") == whole:
            return ()  # another process was first
        before: Mapping[str, str] = last.get("keys", {})
        changed = tuple(sorted(name for name in {**before, **keys} if before.get(name) != keys.get(name)))
        details = {
            "record": whole, "changed": list(changed), "keys": keys, "licenses": _licenses(lender),
        }  # fmt: skip
        record(session, event=CHANGED, subject=SUBJECT, by=by, at=at, details=details)
    return changed


def note_gate(gate: Gate, *, by: str, at: datetime) -> None:
    """Record whatever is new about the gate that someone is about to act at: its lender, its rules."""
    note_settings(gate.engine, gate.lender, by=by, at=at)
    if isinstance(gate.pack, Pack):
        note_rules(gate.engine, gate.pack, by=by, at=at)


def settings_events(session: Session) -> tuple[AuditEvent, ...]:
    """Every change that was recorded, oldest first.

    Raises:
        Refused: an event was changed.
    """
    return tuple(event for event in events_of(session, [SUBJECT]) if event.event == CHANGED)


def licenses_among(changes: Sequence[AuditEvent], at: datetime) -> Mapping[str, Mapping[str, str]]:
    """The licences as the last of some changes up to a moment recorded them, by postal code."""
    before = [event for event in changes if event.at <= at]
    found: Mapping[str, Mapping[str, str]] = before[-1].details.get("licenses", {}) if before else {}
    return found


def _last(session: Session) -> Mapping[str, Any]:
    changes = settings_events(session)
    return changes[-1].details if changes else {}


def _licenses(lender: Lender) -> dict[str, dict[str, str]]:
    return {
        state: {"number": held.number, "type": held.type, "expires": held.expires.isoformat()}
        for state, held in lender.licenses.items()
    }


def _keys(lender: Lender) -> Iterator[tuple[str, str]]:
    """Every key of the record with the hash of its value; tables are told key by key, lists as a whole."""
    for name, value in lender.model_dump(mode="json").items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", text_hash(canonical(part))[:_SHOWN]) for key, part in value.items())
        else:
            yield name, text_hash(canonical(value))[:_SHOWN]
