"""What a digest and a notice say: numbers and names, never the words of a piece.

Nothing is read here and nothing is sent: from what was counted to what is told, in one step. Names are told
as they stand; the transport makes them inert. A post to another machine holds ids and numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from approvals.limits import SHOWN, Due
from approvals.names import fold
from approvals.statuses import title
from approvals.workload import DeskLoad, Workload
from campaign.lender import Lender
from tools.notices.message import Message, Section

Passing = Literal["near", "passed"]
_SAID: dict[Passing, tuple[str, str]] = {
    "near": ("near their limit", "nears its limit"),
    "passed": ("past their limit", "passed its limit"),
}
_DECIDE = "Read and decide with `vallum queue`, or on the approvers' page."


def digest(load: Workload, lender: Lender, *, name: str) -> Message:
    """What one person is told of everything that waits.

    Args:
        name: the person; empty for an address that belongs to nobody listed.
    """
    shown = load.at.astimezone(lender.zone)
    opening = [f"{lender.short_name or lender.name}, {shown:%A, %B %d, %Y, %H:%M}: {_counted(load)}."]
    if load.paused:
        opening.insert(0, f"All publishing is paused by {load.paused}.")
    return Message(
        key=f"digest {load.at.isoformat()}",
        subject=f"Approvals: {_counted(load)}",
        opening=tuple(opening),
        sections=tuple(_sections(load, lender, name)),
        closing=_DECIDE,
    )


def limit_notice(kind: Passing, due: Due, lender: Lender, at: datetime) -> Message:
    """What people are told as soon as limits near or pass.

    Args:
        due: the pieces that it is about, not told of before.
    """
    told = _passing(kind, due)
    return Message(
        key=f"{kind} {at.isoformat()}",
        subject=f"Approvals: {told}",
        opening=(f"{lender.short_name or lender.name}: {told}.",),
        sections=(Section(_SAID[kind][0].capitalize(), tuple(_due_lines(due, lender))),),
        closing=_DECIDE,
    )


def digest_document(load: Workload) -> dict[str, Any]:
    """The same digest for a webhook: numbers and ids."""
    return _document(
        "approvals.digest", load.at, f"Approvals: {_counted(load)}.",
        {
            "pending": load.pending, "blocked": load.blocked, "classes": load.classes,
            "oldest": load.oldest.isoformat() if load.oldest else None,
            "largest": [one.model_dump(include={"class_key", "first", "pending"}) for one in load.largest],
            "passed": _due_document(load.late), "near": _due_document(load.near), "in_doubt": load.in_doubt,
            "paused": bool(load.paused), "conditional": load.conditional,
            "lapsing": {
                "count": len(load.lapsing),
                "pieces": [
                    {"piece": one.piece, "revision": one.revision, "before": one.before.isoformat()}
                    for one in load.lapsing[:SHOWN]
                ],
            },
        },
    )  # fmt: skip


def limit_document(kind: Passing, due: Due, at: datetime) -> dict[str, Any]:
    """The same notice for a webhook."""
    text = f"Approvals: {_passing(kind, due)}."
    return _document(f"approvals.limit_{kind}", at, text, _due_document(due))


def _passing(kind: Passing, due: Due) -> str:
    many, one = _SAID[kind]
    return f"1 piece {one}" if due.count == 1 else f"{due.count:,} pieces are {many}"


def _document(kind: str, at: datetime, text: str, data: dict[str, Any]) -> dict[str, Any]:
    """`text` is what chat programs show of a post; it holds numbers alone."""
    return {"type": kind, "timestamp": at.isoformat(), "text": text, "data": data}


def _due_document(due: Due) -> dict[str, Any]:
    pieces = [
        {"piece": one.piece, "revision": one.revision, "due_at": one.due_at.isoformat()} for one in due.pieces
    ]
    return {"count": due.count, "pieces": pieces}


def _counted(load: Workload) -> str:
    told = [f"{load.pending:,} pending"]
    for count, words in (
        (load.late.count, "past their limit"), (load.near.count, "near it"), (load.blocked, "blocked"),
        (load.in_doubt, "in doubt"), (len(load.lapsing), "soon lapsing"),
    ):  # fmt: skip
        if count:
            told.append(f"{count:,} {words}")
    return ", ".join([*told, "publishing paused"] if load.paused else told)


def _sections(load: Workload, lender: Lender, name: str) -> Iterator[Section]:
    mine = load.desks.get(fold(name), DeskLoad()) if name else DeskLoad()
    if mine.pending:
        late = f", {mine.late:,} of them past their limit" if mine.late else ""
        yield Section(f"On your desk, {name}", (f"{mine.pending:,} pending{late}.",))
    if load.late.count:
        yield Section(f"Past their limit: {load.late.count:,}", tuple(_due_lines(load.late, lender)))
    if load.near.count:
        yield Section(f"Near their limit: {load.near.count:,}", tuple(_due_lines(load.near, lender)))
    if load.pending:
        heading = (
            f"Pending: {load.pending:,} in {load.classes:,} {'class' if load.classes == 1 else 'classes'}"
        )
        yield Section(heading, tuple(_class_lines(load, lender.zone)))
    if load.lapsing:
        yield Section("Approved on a condition that soon lapses", tuple(_lapse_lines(load, lender.zone)))
    if rest := tuple(_rest(load)):
        yield Section("To be looked into", rest)


def _class_lines(load: Workload, zone: ZoneInfo) -> Iterator[str]:
    if load.oldest:
        yield f"The oldest came on {_moment(load.oldest, zone)}."
    for one in load.largest:
        yield f"{one.pending:,} x {one.channel}, {one.segment} (first: {one.first})"
    if load.classes > len(load.largest):
        yield f"and {load.classes - len(load.largest):,} smaller classes"


def _due_lines(due: Due, lender: Lender) -> Iterator[str]:
    names = {fold(person.name): person.name for person in lender.people}
    for one in due.pieces:
        limit = _moment(one.due_at, lender.zone)
        desk = f", on the desk of {names.get(one.assignee, one.assignee)}" if one.assignee else ""
        yield f"{title(one.piece, one.revision)}, {one.channel}, limit {limit}{desk}"
    if due.count > len(due.pieces):
        yield f"and {due.count - len(due.pieces):,} more"


def _lapse_lines(load: Workload, zone: ZoneInfo) -> Iterator[str]:
    for one in load.lapsing[:SHOWN]:
        until = _moment(one.before, zone)
        yield f"{title(one.piece, one.revision)}, until {until}: {one.condition}"
    if len(load.lapsing) > SHOWN:
        yield f"and {len(load.lapsing) - SHOWN:,} more"


def _rest(load: Workload) -> Iterator[str]:
    if load.in_doubt:
        yield f"{load.in_doubt:,} deliveries were being handed over when a publisher stopped."
    if load.blocked:
        yield f"{load.blocked:,} pieces are blocked by a rule."
    if waiting := load.conditional - len(load.lapsing):
        yield f"{waiting:,} more are approved on a condition."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
