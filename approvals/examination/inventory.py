"""The inventory: one line for each piece, by which an examiner chooses what to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from approvals.examination.gathering import Dossier, Revision
from approvals.examination.names import safe_name
from approvals.examination.tables import answers
from approvals.statuses import Status


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One piece, all its revisions taken together.

    Attributes:
        file: of its page, without the ending. contradicts: whether a record of it contradicts the log.
        channel, segment, states, rules, answered: of the revision that was published.
        first_out, shown: when it first went out and was last shown, None where it never was.
        delivered, in_doubt: how many deliveries.
    """

    piece: str
    file: str
    revisions: int
    contradicts: bool
    channel: str
    segment: str
    states: tuple[str, ...]
    status: Status
    rules: tuple[str, ...]
    answered: tuple[str, ...]
    first_out: datetime | None
    shown: datetime | None
    delivered: int
    in_doubt: int
    kept_until: date


def inventory_line(dossier: Dossier) -> InventoryLine:
    """The line of a piece."""
    revisions, published = dossier.revisions, dossier.published
    stored = published.stored
    return InventoryLine(
        piece=dossier.piece_id,
        file=safe_name(dossier.piece_id),
        revisions=len(revisions),
        contradicts=any(one.contradiction for one in revisions),
        channel=stored.piece.channel,
        segment=stored.segment,
        states=stored.piece.states,
        status=revisions[-1].stored.status,
        rules=tuple(dict.fromkeys(finding.rule for finding in stored.findings)),
        answered=tuple(dict.fromkeys(made.by for made in answers(published))),
        first_out=min((at for one in revisions for at in one.went_out), default=None),
        shown=max((one.shown for one in revisions if one.shown), default=None),
        delivered=_count(revisions, "delivered"),
        in_doubt=_count(revisions, "submitting"),
        kept_until=dossier.kept_until,
    )


def _count(revisions: Sequence[Revision], state: str) -> int:
    return sum(one.states.get(state, 0) for one in revisions)
