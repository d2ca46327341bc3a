"""What the market asked and we answered: each question has one key, and the database keeps it once.

Whoever answers claims first. A claim holds while its worker says so; one whose worker is gone is free again,
so that the next goes on from there. The schedule that woke a worker decides nothing: this table does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from approvals.audit import record
from approvals.database import reading, writing
from approvals.pieces import read_noun
from approvals.records import AnswerRow
from campaign.noun import Noun

ANSWERED = "market.answered"
_LIFE = "/"  # between a worker's name and the one life of it that claims


class KeptAnswer(Noun):
    """One question of the market, and how far its answer is.

    Attributes:
        key: `fomc 2026-12-09`, `scan 2026-12-10`. kind: its first word. due_at: since when it can be given.
        began_at: the moment that the answer judges everything at. basis: the run it started from, or empty.
        claimed_by: `name/life` of the worker that has it, empty for nobody. claimed_until: wall clock.
        attempts: how often it was begun. retry_at: wall clock, when to try again after a failure.
        finished_at: when it was answered, on the clock of `began_at`.
        outcome: one sentence; of an unfinished one, why the last attempt failed. runs: what came of it.
    """

    key: str
    kind: str
    due_at: datetime
    began_at: datetime
    basis: str = ""
    claimed_by: str = ""
    claimed_until: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str = ""
    runs: tuple[str, ...] = ()

    def free_for(self, by: str, now: datetime) -> bool:
        """Whether a worker may begin it, or take it over.

        Of two lives of one name the earlier is over: a name is held by one process at a time.

        Args:
            by: `name/life`. now: wall clock, aware.
        """
        if self.finished_at is not None:
            return False
        if not self.claimed_by:
            return True
        name, _, life = self.claimed_by.rpartition(_LIFE)
        mine, _, now_living = by.rpartition(_LIFE)
        if (name, life) == (mine, now_living):
            return False
        return name == mine or self.claimed_until is None or self.claimed_until <= now

    def rests(self, now: datetime) -> bool:
        """Whether the last attempt failed a short while ago, so that the next may wait."""
        return not self.claimed_by and self.retry_at is not None and self.retry_at > now


def answers(engine: Engine) -> tuple[KeptAnswer, ...]:
    """Every question that anybody began to answer, oldest first."""
    query = select(AnswerRow).order_by(col(AnswerRow.due_at), col(AnswerRow.key))
    with reading(engine) as session:
        return tuple(_read(row) for row in session.exec(query))


def find_answer(engine: Engine, key: str) -> KeptAnswer | None:
    """One question as it stands, None where nobody began it."""
    with reading(engine) as session:
        row = session.get(AnswerRow, key)
        return _read(row) if row else None


def claim_answer(
    engine: Engine, asked: KeptAnswer, *, by: str, now: datetime, lease: timedelta
) -> KeptAnswer | None:
    """Begin an answer, or take over one whose worker is gone.

    Args:
        asked: the question with the moment and the run to start from; what is kept of an earlier attempt
            besides is replaced.
        by: `name/life` of the worker. now: wall clock, aware. lease: how long the claim holds unless renewed.

    Returns:
        The answer as it is kept now; None where somebody has it or it is finished.
    """
    with writing(engine) as session:
        row = session.get(AnswerRow, asked.key)
        kept = _read(row) if row else None
        if kept is not None and not kept.free_for(by, now):
            return None
        claimed = asked.model_copy(
            update={
                "claimed_by": by, "claimed_until": now + lease, "retry_at": None, "finished_at": None,
                "attempts": (kept.attempts if kept else 0) + 1,
            }
        )  # fmt: skip
        _keep(session, claimed)
        return claimed


def renew_claim(engine: Engine, key: str, *, by: str, until: datetime) -> bool:
    """Hold a claim for longer; False where it is no longer ours."""
    with writing(engine) as session:
        kept = _claimed(session, key, by)
        if kept is not None:
            _keep(session, kept.model_copy(update={"claimed_until": until}))
        return kept is not None


def give_back(engine: Engine, key: str, *, by: str, reason: str, retry_at: datetime) -> bool:
    """Let go of an answer that could not be given, with the reason; False where it is no longer ours.

    Args:
        retry_at: wall clock; a worker that tries by itself waits until then.
    """
    with writing(engine) as session:
        kept = _claimed(session, key, by)
        if kept is not None:
            free = {"claimed_by": "", "claimed_until": None, "retry_at": retry_at, "outcome": reason}
            _keep(session, kept.model_copy(update=free))
        return kept is not None


def finish_answer(
    engine: Engine,
    key: str,
    *,
    by: str,
    at: datetime,
    outcome: str,
    runs: Collection[str] = (),
    also: Mapping[str, datetime] | None = None,
) -> bool:
    """Record that a question is answered, and with it those that it answers as well.

    Args:
        by: whoever claimed it. at: on the clock of the answer. outcome: one sentence. runs: what came of it.
        also: keys of earlier questions of the same kind with the moments since when they could be answered;
            one that is finished stays as it is.

    Returns:
        False where the claim is no longer ours; then nothing is recorded.
    """
    with writing(engine) as session:
        kept = _claimed(session, key, by)
        if kept is None:
            return False
        closed = {"claimed_by": "", "claimed_until": None, "retry_at": None, "finished_at": at}
        done = kept.model_copy(update={**closed, "outcome": outcome, "runs": tuple(runs)})
        with_it = [_also(session, one, due_at, done) for one, due_at in (also or {}).items()]
        for one in (done, *(one for one in with_it if one is not None)):
            _keep(session, one)
            details = {"outcome": one.outcome, "runs": list(one.runs), "attempts": one.attempts}
            record(session, event=ANSWERED, subject=one.key, by="worker", at=at, details=details)
        return True


def finish_passing(engine: Engine, key: str, *, by: str, at: datetime, outcome: str) -> bool:
    """As `finish_answer`, for what comes back every few minutes: the last alone is kept, nothing logged."""
    with writing(engine) as session:
        kept = _claimed(session, key, by)
        if kept is None:
            return False
        closed = {"claimed_by": "", "claimed_until": None, "retry_at": None, "finished_at": at}
        _keep(session, kept.model_copy(update={**closed, "outcome": outcome}))
        earlier = (
            col(AnswerRow.kind) == kept.kind,
            col(AnswerRow.key) != key,
            col(AnswerRow.due_at) < kept.due_at,
        )
        session.execute(delete(AnswerRow).where(*earlier))
        return True


def _also(session: Session, key: str, due_at: datetime, done: KeptAnswer) -> KeptAnswer | None:
    row = session.get(AnswerRow, key)
    if row is not None and row.finished_at is not None:
        return None
    with_it = {"key": key, "due_at": due_at, "outcome": f"Answered together with `{done.key}`."}
    return done.model_copy(update={**with_it, "attempts": 0})


def _claimed(session: Session, key: str, by: str) -> KeptAnswer | None:
    row = session.get(AnswerRow, key)
    kept = _read(row) if row else None
    return kept if kept is not None and kept.claimed_by == by and kept.finished_at is None else None


def _read(row: AnswerRow) -> KeptAnswer:
    return read_noun(KeptAnswer, row.noun, row.key)


def _keep(session: Session, answer: KeptAnswer) -> None:
    session.merge(
        AnswerRow(
            key=answer.key, kind=answer.kind, due_at=answer.due_at, finished_at=answer.finished_at,
            noun=answer.model_dump_json(),
        )
    )  # fmt: skip
