"""Who tells what: a notice is claimed before it is sent, so that of two workers one sends it.

A row of `notices` names its matter and its target. Its `target` column holds the claim while a notice is on
its way, and the evidence once it is out. A notice that could not be sent gives its claims back. Where a
worker stopped in between, they are taken over after a while: a lost notice is worse than one sent twice,
and the second carries the id of the first.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, insert, literal, select, update
from sqlmodel import Session, col

from approvals.desk_records import NoticeRow
from approvals.limits import SHOWN, Due, due_of
from approvals.records import PieceRow, UtcMoment

_CLAIMED = "claimed "
_PATIENCE = timedelta(minutes=15)  # longer than every attempt at one target takes
_SLACK = timedelta(minutes=1)  # a schedule that starts a second early is still on time


def untold(session: Session, kind: str, target: str, wanted: ColumnElement[bool], at: datetime) -> Due:
    """The revisions that fit a condition and that a target was not told of.

    Args:
        kind: of the matter. target: as `target_id` names it. wanted: over `PieceRow`.
    """
    return due_of(session, and_(wanted, ~_told(kind, target, at)), SHOWN)


def claim_matters(session: Session, kind: str, target: str, wanted: ColumnElement[bool], at: datetime) -> str:
    """Claim everything that `untold` counts, in the caller's transaction.

    Returns:
        The claim, for `keep` or `give_back`.
    """
    claim = _claim()
    of_kind = col(NoticeRow.key).startswith(f"{kind}/{target}/")
    session.execute(delete(NoticeRow).where(of_kind, _stopped(at)))
    row = select(_key(kind, target), literal(claim), literal(at, UtcMoment()))
    fitting = row.where(wanted, ~_told(kind, target, at))
    session.execute(insert(NoticeRow).from_select(["key", "target", "at"], fitting))
    return claim


def digest_due(session: Session, target: str, at: datetime, hours: float) -> bool:
    """Whether a target's last digest is long enough ago, and nobody is sending one."""
    row = session.get(NoticeRow, _digest(target))
    if row is None:
        return True
    if row.target.startswith(_CLAIMED):
        return row.at < at - _PATIENCE
    return at - row.at >= timedelta(hours=hours) - _SLACK


def claim_digest(session: Session, target: str, at: datetime) -> str:
    """Claim a digest that is due, in the caller's transaction; returns as `claim_matters`."""
    claim = _claim()
    session.merge(NoticeRow(key=_digest(target), target=claim, at=at))
    return claim


def keep(session: Session, claim: str, evidence: str) -> None:
    """What was claimed is out."""
    session.execute(update(NoticeRow).where(col(NoticeRow.target) == claim).values(target=evidence))


def give_back(session: Session, claim: str) -> None:
    """What was claimed could not be sent; whoever comes next may try."""
    session.execute(delete(NoticeRow).where(col(NoticeRow.target) == claim))


def _told(kind: str, target: str, at: datetime) -> ColumnElement[bool]:
    """Whether a target was told of a revision, or is being told."""
    told = select(col(NoticeRow.key)).where(col(NoticeRow.key) == _key(kind, target), ~_stopped(at))
    return exists(told)


def _stopped(at: datetime) -> ColumnElement[bool]:
    """Whether a claim is left from a worker that stopped."""
    return and_(col(NoticeRow.target).startswith(_CLAIMED), col(NoticeRow.at) < at - _PATIENCE)


def _key(kind: str, target: str) -> ColumnElement[str]:
    """The matter of one revision, as a column over `PieceRow`."""
    return literal(f"{kind}/{target}/") + col(PieceRow.piece_id) + " rev " + cast(PieceRow.revision, String)


def _digest(target: str) -> str:
    return f"digest/{target}"


def _claim() -> str:
    return f"{_CLAIMED}{secrets.token_hex(8)}"
