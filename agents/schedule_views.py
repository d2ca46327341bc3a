"""What `vallum schedule` and `vallum worker --once` say: what was answered last, what is due, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from agents.occasions import KINDS, Agenda, Kind
from campaign.answer import Answer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from agents.worker import Answered
    from approvals.answers import KeptAnswer

WORDS: dict[Kind, str] = {
    "fomc": "after a Fed meeting", "sheet": "a rate sheet beyond tolerance", "survey": "the weekly survey",
    "scenarios": "cases before a meeting", "scan": "daily trigger scan",
    "sweep": "escalations, expiries, notices, anchors",
}  # fmt: skip


def schedule_answer(found: Agenda, kept: Sequence[KeptAnswer], *, zone: ZoneInfo, as_json: bool) -> Answer:
    """Each schedule with its last and next run, and what is due or waits."""
    rows = [_row(kind, found, kept) for kind in KINDS]
    document = {"as_of": found.at.isoformat(), "schedules": rows}
    return Answer(document, lambda: _view(rows, zone), as_json)


def done_answer(done: Sequence[Answered], found: Agenda, *, as_json: bool) -> Answer:
    """What one round of the worker came to; exit 1 where something could not be answered."""
    waiting = [{"key": one.key, "reason": one.reason} for one in found.waiting]
    document = {
        "as_of": found.at.isoformat(),
        "answered": [{"key": one.key, "outcome": one.outcome, "failed": one.failed} for one in done],
        "waiting": waiting,
    }

    def view() -> Sequence[str]:
        said = [f"{one.key}: {'not answered. ' if one.failed else ''}{one.outcome}" for one in done]
        said += [f"{one['key']}: waits. {one['reason']}" for one in waiting]
        return said or ["Nothing is due."]

    return Answer(document, view, as_json, exit_code=1 if any(one.failed for one in done) else 0)


def _row(kind: Kind, found: Agenda, kept: Sequence[KeptAnswer]) -> dict[str, Any]:
    of_kind = [one for one in kept if one.kind == kind]
    answered = [one for one in of_kind if one.finished_at]
    last = max(answered, key=lambda one: (one.finished_at, one.due_at), default=None)
    coming = next(one for one in found.coming if one.kind == kind)
    begun = {one.key: one for one in of_kind if not one.finished_at}
    due = [one.key for one in found.due if one.kind == kind]
    return {
        "schedule": kind,
        "last": _last(last) if last else None,
        "next": {"key": coming.key, "at": coming.at.isoformat()} if coming.at else None,
        "due": due,
        "waiting": [
            *(f"{one.key}: {one.reason}" for one in found.waiting if one.kind == kind),
            *(_unfinished(one) for one in _still(begun, due)),
        ],
    }


def _still(begun: dict[str, KeptAnswer], due: Sequence[str]) -> Iterable[KeptAnswer]:
    """What is being answered, and what failed and is still asked."""
    return [one for key, one in begun.items() if one.claimed_by or key in due]


def _last(one: KeptAnswer) -> dict[str, Any]:
    assert one.finished_at is not None
    return {
        "key": one.key, "at": one.finished_at.isoformat(), "outcome": one.outcome, "runs": list(one.runs)
    }  # fmt: skip


def _unfinished(one: KeptAnswer) -> str:
    if one.claimed_by:
        return f"{one.key}: {one.claimed_by.partition('/')[0]} is at it."
    return f"{one.key}: could not be answered ({one.attempts} tried). {one.outcome}"


def _view(rows: Sequence[dict[str, Any]], zone: ZoneInfo) -> list[Any]:
    from rich.table import Table

    table = Table("what", "last", "next", "due", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            WORDS[row["schedule"]], _when(row["last"], zone), _when(row["next"], zone), ", ".join(row["due"])
        )
    waiting = [f"Waits: {sentence}" for row in rows for sentence in row["waiting"]]
    outcomes = [f"{row['last']['key']}: {row['last']['outcome']}" for row in rows if row["last"]]
    return [table, *(["", *outcomes] if outcomes else []), *(["", *waiting] if waiting else [])]


def _when(told: dict[str, Any] | None, zone: ZoneInfo) -> str:
    from datetime import datetime

    return f"{datetime.fromisoformat(told['at']).astimezone(zone):%Y-%m-%d %H:%M %Z}" if told else "-"
