"""Anchoring: now and then the log's state is signed and put where the database is not.

A copy of the folder kept on another machine, or printed, is what tells of a log rewritten by someone who
holds this one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlmodel import Session

from approvals.anchor_files import (
    Anchor,
    AnchorSequence,
    keep_anchor,
    made_anchor,
    read_anchors,
)
from approvals.audit import record
from approvals.audit_check import ANCHORED, ANCHORS, Break, check
from approvals.audit_rows import HEAD, TABLE
from approvals.database import reading, writing
from approvals.signing import PRIVATE, PUBLIC, PublicKey, SigningKey, public_key, signing_key
from campaign.errors import Refused, VallumError
from campaign.lender import Lender
from tools.workspace import Workspace

EVERY_EVENTS, EVERY_HOURS = 1_000, 24


def anchor(
    engine: Engine, folder: Path, key: SigningKey, *, lender: Lender, at: datetime, by: str = "vallum"
) -> Anchor:
    """Sign how the log stands, once what came since the last anchor was found to stand.

    Where nothing came since, the last anchor is the answer. The log notes each anchor, so that one taken
    away shows too.

    Args:
        folder: `VALLUM_HOME/anchors`. key: of `signing.signing_key`. at: aware moment.

    Raises:
        Refused: the log or the anchors do not stand, there is no event, or another key signed the others.
        BadInput: the folder or the database cannot be written.
    """
    kept = _standing(folder, key.public)
    last = kept.last
    with reading(engine) as session:
        whole = check(session, since=last)
        if isinstance(whole, Break):
            raise Refused(f"The audit log was not anchored. {whole.fault}", "Run `vallum audit verify`.")
        if last is not None and _nothing_since(session, last):
            return last
    if not whole.events:
        raise Refused("The audit log holds no event yet.", "Anchor it when something has happened.")
    with writing(engine) as session:
        now = _standing(folder, key.public).last
        if now is not None and now != last:
            return now  # another process was first
        made = made_anchor(key, last, events=whole.events, log_hash=whole.hash, lender=_called(lender), at=at)
        keep_anchor(folder, made, key.public)
        details = {
            "number": made.number, "events": made.events, "anchor": made.digest, "key": made.key,
        }  # fmt: skip
        record(session, event=ANCHORED, subject=ANCHORS, by=by, at=at, details=details)
    return made


def anchor_due(last: Anchor | None, events: int, at: datetime) -> bool:
    """Whether it is time: after 1,000 events, or after a day in which anything happened.

    Args:
        last: the newest anchor. events: how long the log is now. at: aware moment.
    """
    if last is None:
        return events > 0
    since = events - last.events
    return since >= EVERY_EVENTS or (since > 1 and at - last.at >= timedelta(hours=EVERY_HOURS))


def anchor_when_due(engine: Engine, workspace: Workspace, *, at: datetime) -> Anchor | None:
    """Anchor the workspace's log if it is time; None where it is not. Raises as `anchor`."""
    newest = max(workspace.anchors.glob("[0-9]*.json"), default=None)
    last = read_anchors(newest, whole=False).last if newest else None
    with reading(engine) as session:
        events = session.execute(select(HEAD.c.events)).scalar_one_or_none() or 0
    if not anchor_due(last, events, at):
        return None
    key = signing_key(workspace.keys)
    return anchor(engine, workspace.anchors, key, lender=workspace.lender, at=at)


def anchors_of(workspace: Workspace) -> AnchorSequence:
    """The workspace's anchors, none where none was ever made.

    Raises:
        BadInput: the folder cannot be read.
    """
    if not workspace.anchors.is_dir():
        return AnchorSequence(whole=True)
    return read_anchors(workspace.anchors, whole=True, trusted=own_key(workspace))


def copies_at(place: Path, workspace: Workspace) -> AnchorSequence:
    """Copies of anchors that were kept elsewhere, as far as they go.

    They are checked with the `public.pem` that was kept with them, or else with the workspace's.

    Raises:
        BadInput: there is no such folder or file.
    """
    beside = (place if place.is_dir() else place.parent) / PUBLIC
    here = workspace.anchors / PUBLIC
    trusted = public_key(here) if here.exists() and not beside.exists() else None
    return read_anchors(place, whole=False, trusted=trusted)


def keep_anchored(engine: Engine, workspace: Workspace, *, at: datetime, tell: Callable[[str], None]) -> None:
    """Anchor when due, after work that is done whatever becomes of it: a fault is told, not raised."""
    try:
        anchor_when_due(engine, workspace, at=at)
    except VallumError as fault:
        tell(str(fault))


def own_key(workspace: Workspace) -> PublicKey | None:
    """The public half of the workspace's key; None where there is none, or another account owns it."""
    path = workspace.keys / PRIVATE
    try:
        path.open("rb").close()
    except OSError:
        return None
    return signing_key(workspace.keys).public


def _standing(folder: Path, key: PublicKey) -> AnchorSequence:
    if not folder.is_dir():
        return AnchorSequence(whole=True)
    kept = read_anchors(folder, whole=True, trusted=key)
    if kept.faults:
        raise Refused(f"The audit log was not anchored. {kept.faults[0]}", f"Restore `{folder}` from a copy.")
    return kept


def _nothing_since(session: Session, last: Anchor) -> bool:
    """Whether the log holds nothing that the last anchor did not see, but the note of that anchor."""
    later = session.execute(
        select(TABLE.c.event).where(TABLE.c.seq > last.events).order_by(TABLE.c.seq).limit(2)
    ).scalars()
    return list(later) in ([], [ANCHORED])


def _called(lender: Lender) -> str:
    return f"{lender.name} (NMLS {lender.nmls})"
