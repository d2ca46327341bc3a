"""Passwords of the people at the gate: kept as argon2 hashes, guessed at no faster than the lock allows.

A wrong name costs the same work and reads the same sentence as a wrong password. What was typed as an
unknown name never reaches the log: people type passwords there.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine
from sqlmodel import Session

from approvals.audit import record
from approvals.database import reading, writing
from approvals.desk_records import AccountRow
from approvals.gate import Gate
from approvals.logins import end_sessions, open_session
from approvals.names import fold
from approvals.people import who_is
from approvals.permissions import Action, may
from campaign.errors import BadInput, NotPermitted, TooManyAttempts
from campaign.lender import Lender

HASHER = PasswordHasher()  # RFC 9106, second choice: 64 MiB, three passes
LEAST, MOST = 12, 200
FREE_FAILURES = 5
LONGEST_LOCK = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""How long after a lock its failures count no more."""
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$RYMClYd+mOjaJT8J27/2Qg$rCQ3ijMHBRuck6dsFzteISySaNSjRJy+AE68ou3EM8Y"
"""The hash of a password nobody has, so that an unknown name takes as long as a known one."""
STRANGER = "someone unknown"


def lock_after(failures: int) -> timedelta:
    """How long nothing is answered after failures in a row: a minute, doubling up to a quarter hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - FREE_FAILURES, 10)), LONGEST_LOCK)


def set_password(gate: Gate, person: str, password: str, *, by: str, at: datetime) -> str:
    """Give a person a new password; every session they had open ends, and a lock with it.

    Returns:
        The person's name as it is listed.

    Raises:
        BadInput: the password is too short, too long or too plain. NotPermitted: nobody of that name may
            log in, or `by` is neither that person nor may manage accounts.
    """
    with reading(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        name = who_is(session, gate.lender, person, at).name
    if fold(actor.name) != fold(name) and not may(actor, Action.MANAGE_ACCOUNTS):
        raise NotPermitted(f"`{actor.name}` cannot set the password of `{name}`.", "Ask them or an admin.")
    hashed = HASHER.hash(_fit(password, name))
    with writing(gate.engine) as session:
        session.merge(AccountRow(person=fold(name), password=hashed, changed_at=at))
        ended = end_sessions(session, name)
        details = {"sessions_ended": ended}
        record(session, event="account.password_set", subject=name, by=actor.name, at=at, details=details)
    return name


def log_in(
    engine: Engine, lender: Lender, name: str, password: str, *, at: datetime, address: str = ""
) -> str:
    """Open a session for whoever knows the password.

    Args:
        address: where the request came from, for the record.

    Returns:
        The session's token, for the cookie.

    Raises:
        NotPermitted: the name is unknown or the password is not theirs; the sentence does not say which.
        TooManyAttempts: there were too many failures; nothing was looked at.
    """
    person = _listed(lender, name)
    with reading(engine) as session:
        account = None if person is None else session.get(AccountRow, fold(person))
    if account is not None:
        _not_locked(account, at)
    # the slow work is done while no lock is held; what it was done on is compared again below
    hashed = NOBODY if account is None else account.password
    renewed = _fitting(hashed, password)
    with writing(engine) as session:
        row = None if account is None else session.get(AccountRow, account.person)
        if row is not None:
            _not_locked(row, at)
        if renewed and row is not None and row.password == hashed and person is not None:
            row.password, row.failures, row.locked_until = renewed, 0, None
            record(
                session, event="login.opened", subject=person, by=person, at=at, details={"address": address}
            )
            return open_session(session, person, at=at)
        _failed(session, row, person, at, address)
    raise NotPermitted("The name or the password is wrong.", "Try again, or ask an admin for a new password.")


def _failed(session: Session, row: AccountRow | None, person: str | None, at: datetime, address: str) -> None:
    """Count a failure of someone who has an account, and record it of anyone."""
    name = STRANGER if row is None or person is None else person
    record(session, event="login.failed", subject=name, by=name, at=at, details={"address": address})
    if row is None:
        return
    long_ago = row.locked_until is not None and at - row.locked_until > FORGOTTEN
    row.failures = 1 if long_ago else row.failures + 1
    if lock := lock_after(row.failures):
        row.locked_until = at + lock
        details = {"failures": row.failures, "until": row.locked_until.isoformat(), "address": address}
        record(session, event="login.locked", subject=name, by="gate", at=at, details=details)
    session.add(row)


def _not_locked(account: AccountRow, at: datetime) -> None:
    if account.locked_until is not None and at < account.locked_until:
        raise too_many(account.locked_until - at)


def too_many(wait: timedelta) -> TooManyAttempts:
    """The sentence for whoever guessed too often."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    unit = "minute" if minutes == 1 else "minutes"
    return TooManyAttempts("There were too many failed attempts.", f"Try again in {minutes} {unit}.")


def _listed(lender: Lender, name: str) -> str | None:
    """The person as lender.toml has them, or as typed where it lists nobody; None for a stranger."""
    if lender.people:
        return next((one.name for one in lender.people if fold(one.name) == fold(name)), None)
    tidy = " ".join(name.split())
    return tidy if tidy and tidy.isprintable() and len(tidy) <= 120 else None


def _fitting(hashed: str, password: str) -> str:
    """The hash to keep of a password that fits, renewed where its parameters are old; empty for another."""
    if len(password) > MOST:
        return ""
    try:
        HASHER.verify(hashed, _normal(password))
    except (VerificationError, InvalidHashError):
        return ""
    return HASHER.hash(_normal(password)) if HASHER.check_needs_rehash(hashed) else hashed


def _fit(password: str, name: str) -> str:
    """A password that may be used, in the one form that is hashed."""
    normal = _normal(password)
    if not LEAST <= len(normal) <= MOST:
        raise BadInput(
            f"A password has {LEAST} to {MOST} characters; this one has {len(normal)}.",
            "Take a few words that nobody would put together.",
        )
    if len(set(normal.casefold())) < 6 or fold(name).replace(" ", "") in fold(normal).replace(" ", ""):
        raise BadInput("This password is too easy to guess.", "Take words that have nothing to do with you.")
    return normal


def _normal(password: str) -> str:
    """NFKC, so that the same signs from another keyboard are the same password (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
