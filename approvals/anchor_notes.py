"""What the log itself says of its anchors, for those who cannot see the folder they are kept in."""

from __future__ import annotations

from sqlalchemy import Engine, select

from approvals.audit import AuditEvent, event_of
from approvals.audit_check import ANCHORED, ANCHORS
from approvals.audit_rows import TABLE
from approvals.database import reading


def last_anchor_note(engine: Engine) -> AuditEvent | None:
    """The event that tells of the last anchor; its details hold `number`, `events` and `anchor`, its digest.

    Raises:
        Refused: the event was changed after it was written.
    """
    noted = select(TABLE).where(TABLE.c.subject == ANCHORS, TABLE.c.event == ANCHORED)
    with reading(engine) as session:
        row = session.execute(noted.order_by(TABLE.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else event_of(row)
