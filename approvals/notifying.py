"""Telling people that work waits: a digest now and then, and a word at once when a limit nears or passes.

Each matter is told to each target once. What could not be sent is said, and tried again the next time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement
from sqlmodel import Session

from approvals.database import reading, writing
from approvals.digests import Passing, digest, digest_document, limit_document, limit_notice
from approvals.gate import Gate
from approvals.limits import is_late, is_near
from approvals.notice_claims import claim_digest, claim_matters, digest_due, give_back, keep, untold
from approvals.notice_targets import Target, target_id, targets
from approvals.workload import Workload, workload
from campaign.errors import BadInput, Refused
from campaign.noun import Noun
from tools.notices.message import Message

Kind = Literal["digest", "near", "passed"]


class Notice(Noun):
    """One notice that went out, or would.

    Attributes:
        target: an address, or the name of the webhook's variable.
        count: pieces that it is about; of a digest, those that are pending.
        evidence: a Message-ID, a path or an answer; empty for one that only would be sent.
    """

    kind: Kind
    target: str
    subject: str
    count: int
    evidence: str = ""


class Unsent(Noun):
    """One notice that could not be sent, and what to do about it."""

    kind: Kind
    target: str
    reason: str
    remedy: str


class NoticeReport(Noun):
    """What one round of telling came to.

    Attributes:
        targets: how many mailboxes and webhooks there are.
        waits: whether there is anything to tell of at all.
    """

    at: datetime
    targets: int
    waits: bool
    sent: tuple[Notice, ...] = ()
    failed: tuple[Unsent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Matter:
    """One notice that a target has not had, with the way to claim it."""

    kind: Kind
    count: int
    message: Message
    document: Mapping[str, Any]
    claim: Callable[[Session], str]


def notify(
    gate: Gate,
    *,
    at: datetime,
    environment: Mapping[str, str],
    outbox: Path,
    dry_run: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> NoticeReport:
    """Tell every target what it has not been told.

    Args:
        at: aware; what waits is counted at it, and what is sent bears it.
        environment: where the names that lender.toml gives for credentials are looked up.
        outbox: folder for letters where no mail server is configured.
        dry_run: say what would be sent, and send and record nothing.
        wait: called with the seconds to wait before a webhook is asked again.
    """
    load = workload(gate, at=at)
    everyone = tuple(targets(gate.lender, environment, outbox, wait))
    act = _would if dry_run else _tell
    told = [act(gate, target, load, look) for target in everyone for look in _LOOKS]
    if load.waits and not everyone:
        told.append(_NOBODY)
    return NoticeReport(
        at=at, targets=len(everyone), waits=load.waits,
        sent=tuple(one for one in told if isinstance(one, Notice)),
        failed=tuple(one for one in told if isinstance(one, Unsent)),
    )  # fmt: skip


_NOBODY = Unsent(
    kind="digest", target="", reason="Nobody is told: lender.toml names no mailbox and no webhook.",
    remedy="Give people with the role compliance or admin an `email`, or fill `[notices]`.",
)  # fmt: skip


def _limit_matter(
    session: Session, gate: Gate, target: Target, at: datetime, kind: Passing, wanted: ColumnElement[bool]
) -> _Matter | None:
    due = untold(session, kind, target_id(target), wanted, at)
    if not due.count:
        return None
    return _Matter(
        kind, due.count, limit_notice(kind, due, gate.lender, at), limit_document(kind, due, at),
        lambda writer: claim_matters(writer, kind, target_id(target), wanted, at),
    )  # fmt: skip


def _passed(session: Session, gate: Gate, target: Target, load: Workload) -> _Matter | None:
    return _limit_matter(session, gate, target, load.at, "passed", is_late(load.at))


def _near(session: Session, gate: Gate, target: Target, load: Workload) -> _Matter | None:
    return _limit_matter(session, gate, target, load.at, "near", is_near(load.at, gate.lender))


def _digest(session: Session, gate: Gate, target: Target, load: Workload) -> _Matter | None:
    hours = gate.lender.notices.digest_hours
    if not load.waits or not digest_due(session, target_id(target), load.at, hours):
        return None
    return _Matter(
        "digest", load.pending, digest(load, gate.lender, name=target.name), digest_document(load),
        lambda writer: claim_digest(writer, target_id(target), load.at),
    )  # fmt: skip


_Look = Callable[[Session, Gate, Target, Workload], "_Matter | None"]
_LOOKS: tuple[_Look, ...] = (_passed, _near, _digest)


def _tell(gate: Gate, target: Target, load: Workload, look: _Look) -> Notice | Unsent | None:
    """Look, claim and send; the claim is written before anything leaves."""
    if _would(gate, target, load, look) is None:
        return None  # nobody who writes is kept waiting for nothing
    with writing(gate.engine) as session:
        matter = look(session, gate, target, load)
        if matter is None:
            return None
        claim = matter.claim(session)
    try:
        evidence = target.tell(matter.message, matter.document, load.at)
    except (Refused, BadInput) as stopped:
        with writing(gate.engine) as session:
            give_back(session, claim)
        return Unsent(kind=matter.kind, target=target.shown, reason=stopped.fact, remedy=stopped.remedy)
    with writing(gate.engine) as session:
        keep(session, claim, evidence)
    return _notice(matter, target, evidence)


def _would(gate: Gate, target: Target, load: Workload, look: _Look) -> Notice | None:
    with reading(gate.engine) as session:
        matter = look(session, gate, target, load)
    return _notice(matter, target, "") if matter else None


def _notice(matter: _Matter, target: Target, evidence: str) -> Notice:
    return Notice(
        kind=matter.kind, target=target.shown, subject=matter.message.subject, count=matter.count,
        evidence=evidence,
    )  # fmt: skip
