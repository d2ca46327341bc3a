"""Open sessions of the approvers' page: a cookie that names one, and a row that can be ended at any time.

The cookie holds 256 random bits and the table only their SHA-256, so that whoever reads the database
cannot act with what stands there. A session ends by logging out, by a new password, when nobody used it
for a while and, whatever happens, after a working day.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select

from approvals.audit import record
from approvals.database import changed_rows, reading, writing
from approvals.desk_records import LoginRow
from approvals.names import fold
from campaign.errors import Busy
from campaign.noun import Noun

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
TOUCH_EVERY = timedelta(minutes=1)
"""How old the last sign of life may be before it is written anew: not every page has to write."""
SKEW = timedelta(minutes=5)
"""How far behind the opening of a session a clock may be; further back, the session does not count."""


class Login(Noun):
    """An open session.

    Attributes:
        person: who logged in, as they are called. csrf: what every form they send must carry.
        opened_at: aware datetime.
    """

    person: str
    csrf: str
    opened_at: datetime


def open_session(session: Session, person: str, *, at: datetime) -> str:
    """A new session of someone whose password was right; its token, which is kept nowhere else."""
    gone = col(LoginRow.opened_at) <= at - LONGEST
    session.execute(delete(LoginRow).where(gone))
    token = secrets.token_urlsafe(32)
    session.add(
        LoginRow(token=_kept(token), person=person, csrf=secrets.token_urlsafe(32), opened_at=at, seen_at=at)
    )
    return token


def session_of(engine: Engine, token: str, *, at: datetime) -> Login | None:
    """The session that a cookie names, None where there is none or it has run out."""
    with reading(engine) as session:
        row = session.get(LoginRow, _kept(token))
    if row is None or not stands(row, at):
        return None
    if at - row.seen_at >= TOUCH_EVERY:
        _touch(engine, row.token, at)
    return Login(person=row.person, csrf=row.csrf, opened_at=row.opened_at)


def stands(row: LoginRow, at: datetime) -> bool:
    """Whether a session has neither run out nor been opened by a clock that was ahead."""
    return row.opened_at - SKEW <= at < min(row.seen_at + IDLE, row.opened_at + LONGEST)


def log_out(engine: Engine, token: str, *, at: datetime) -> None:
    """End one session, so that its cookie opens nothing any more; ending it again changes nothing."""
    with writing(engine) as session:
        row = session.get(LoginRow, _kept(token))
        if row is not None:
            session.delete(row)
            record(session, event="login.ended", subject=row.person, by=row.person, at=at, details={})


def end_sessions(session: Session, person: str) -> int:
    """End every session of a person, in the caller's transaction; how many there were."""
    theirs = [row for row in session.exec(select(LoginRow)) if fold(row.person) == fold(person)]
    for row in theirs:
        session.delete(row)
    return len(theirs)


def _touch(engine: Engine, kept: str, at: datetime) -> None:
    """Note a sign of life; a database that is busy just then is no reason to turn anyone away."""
    seen = update(LoginRow).where(col(LoginRow.token) == kept, col(LoginRow.seen_at) < at).values(seen_at=at)
    try:
        with writing(engine) as session:
            changed_rows(session, seen)
    except Busy:
        return


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
