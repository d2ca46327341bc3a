"""Answering one question: claim it, act, and record what came of it, while others see that we are at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from agents.occasions import Agenda, Kind, Occurrence
from approvals import answers as records
from approvals.answers import KeptAnswer
from campaign.errors import Busy
from campaign.noun import Noun

if TYPE_CHECKING:
    from sqlalchemy import Engine

LEASE = timedelta(minutes=10)
"""How long a claim outlives a worker that stopped without a word on a machine of its own."""
LONGEST_REST = timedelta(hours=1)
_RENEWALS = 4  # within one lease, so that a database that is busy now and then costs nobody a claim
_NO_RUN = ""


class Outcome(Noun):
    """What an act came to: one sentence, and the runs it made or moved. `failed` is to be tried again."""

    said: str
    runs: tuple[str, ...] = ()
    failed: bool = False


class Question(Noun):
    """What an act is asked.

    Attributes:
        about: a day, a sheet, a moment. at: the moment to judge at.
        basis: the campaign that stood when this was begun, empty for none.
    """

    key: str
    kind: Kind
    about: str
    at: datetime
    basis: str = _NO_RUN


class Act(Protocol):
    """How one kind of question is answered. Stopped anywhere and repeated, it goes on from there.

    Raises:
        VallumError: it could not be done now; it is tried again later.
    """

    def __call__(self, question: Question) -> Outcome:
        """Answer it."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker works with.

    Attributes:
        engine: of `approvals.database.open_database`. look: the agenda at a moment, from the records.
        acts: by kind; what has none is left alone. basis: the campaign that stands now, empty for none.
        clock: the moment that answers judge at. wall: what claims are measured by; the same but in a replay.
        zone: the lender's. tell: told one line per step.
    """

    engine: Engine
    look: Callable[[datetime], Agenda]
    acts: Mapping[Kind, Act]
    basis: Callable[[], str]
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    zone: ZoneInfo
    tell: Callable[[str], None]


def due_now(desk: Desk, by: str, *, rested: bool) -> list[tuple[Occurrence, int]]:
    """What this worker may begin, oldest first, with the number of earlier attempts.

    Besides what is on the agenda that is whatever a worker began that is gone: it may have half done it.

    Args:
        by: `name/life`. rested: leave alone for a while what has just failed.
    """
    now = desk.wall()
    kept = {one.key: one for one in records.answers(desk.engine)}
    listed = desk.look(desk.clock()).due
    named = {one.key for one in listed}
    left = [one for one in kept.values() if one.claimed_by and one.key not in named]
    wanted = [
        *(
            Occurrence.model_validate({"key": one.key, "kind": one.kind, "due_at": one.due_at})
            for one in left
        ),
        *listed,
    ]
    return [
        (one, found.attempts if found else 0)
        for one in wanted
        if one.kind in desk.acts
        and (
            (found := kept.get(one.key)) is None
            or (found.free_for(by, now) and not (rested and found.rests(now)))
        )
    ]


@contextmanager
def begun(desk: Desk, occurrence: Occurrence, by: str) -> Iterator[Question | None]:
    """Hold the claim on a question while the block runs; None where it is not ours to answer.

    On the day on which it was first begun it is begun at the same moment and from the same run, so that what
    was half done goes on; on a later day it begins with what stands then. What the block raises sets the
    question free, with the reason.
    """
    kept = records.find_answer(desk.engine, occurrence.key)
    if kept is None and occurrence.key not in {one.key for one in desk.look(desk.clock()).due}:
        yield None
        return
    claimed = records.claim_answer(
        desk.engine, _asked(desk, occurrence, kept), by=by, now=desk.wall(), lease=LEASE
    )
    if claimed is None:
        yield None
        return
    done = False
    with _kept_alive(desk, claimed.key, by):
        try:
            yield Question(
                key=claimed.key, kind=occurrence.kind, about=occurrence.about, at=claimed.began_at,
                basis=claimed.basis,
            )  # fmt: skip
            done = True
        finally:
            if not done:
                put_back(desk, claimed.key, by, "The worker was stopped, or met a fault of ours.")


def close(desk: Desk, occurrence: Occurrence, outcome: Outcome, by: str, *, at: datetime) -> bool:
    """Record what came of a question that we hold; False where another has taken it over."""
    if outcome.failed:
        return put_back(desk, occurrence.key, by, outcome.said)
    if occurrence.kind == "sweep":
        return records.finish_passing(desk.engine, occurrence.key, by=by, at=at, outcome=outcome.said)
    return records.finish_answer(
        desk.engine, occurrence.key, by=by, at=at, outcome=outcome.said, runs=outcome.runs,
        also=occurrence.also,
    )  # fmt: skip


def put_back(desk: Desk, key: str, by: str, reason: str) -> bool:
    """Set a question free that could not be answered; the rest before the next attempt grows."""
    kept = records.find_answer(desk.engine, key)
    attempts = kept.attempts if kept else 1
    rest = min(LONGEST_REST, timedelta(minutes=2 ** min(attempts - 1, 10)))
    return records.give_back(desk.engine, key, by=by, reason=reason, retry_at=desk.wall() + rest)


def _asked(desk: Desk, occurrence: Occurrence, kept: KeptAnswer | None) -> KeptAnswer:
    at = desk.clock()
    asked = KeptAnswer(key=occurrence.key, kind=occurrence.kind, due_at=occurrence.due_at, began_at=at)
    if kept is not None and _day(desk, kept.began_at) == _day(desk, at):
        return asked.model_copy(update={"began_at": kept.began_at, "basis": kept.basis})
    return asked.model_copy(update={"basis": desk.basis()})


def _day(desk: Desk, moment: datetime) -> object:
    return moment.astimezone(desk.zone).date()


@contextmanager
def _kept_alive(desk: Desk, key: str, by: str) -> Iterator[None]:
    """Renew a claim every few minutes, however long the act takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait((LEASE / _RENEWALS).total_seconds()):
            try:
                records.renew_claim(desk.engine, key, by=by, until=desk.wall() + LEASE)
            except Busy:
                continue

    beside = threading.Thread(target=renew, name=f"claim on {key}", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()
