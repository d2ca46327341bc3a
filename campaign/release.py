"""Decisions and releases: what a person answered, and the pass that lets one piece through the gate.

A channel takes a `Release` and nothing else. It asks the `Ledger`, which `approvals/` implements,
to claim the work; the ledger checks the approval again in the same transaction (law 1).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from campaign.condition import Condition
from campaign.noun import Noun
from campaign.piece import Piece


class Decision(Noun):
    """What one person answered about one revision.

    Attributes:
        piece_id, revision: what was decided.
        answer: `approve`, `reject` or `return` (for changes).
        by: who. reason: why; demanded unless approved.
        role: the role they answered in, empty where the lender lists no people.
        stands_in_for: whose absence they filled, empty for nobody's.
        condition: what must come true before anything goes out, None for an approval that holds at once.
        class_key: the class it was decided with, empty for a piece on its own.
        settles: False for one of several approvals that the piece still waits for more of.
        at: aware datetime.
        content_hash, pack_version, sheet_id: exactly what was approved, under which rules and rates.
    """

    piece_id: str
    revision: int
    answer: Literal["approve", "reject", "return"]
    by: str
    role: str = ""
    stands_in_for: str = ""
    reason: str = ""
    condition: Condition | None = None
    class_key: str = ""
    settles: bool = True
    at: datetime
    content_hash: str
    pack_version: str
    sheet_id: str


class Release(Noun):
    """One approved revision on its way to one channel.

    Attributes:
        release_id: made of piece, revision and content hash; the same approval gives the same id.
        piece: exactly what was approved.
        content_hash: hash the approval bound.
        placement_id, run_id: where it belongs.
        approved_by, approved_at: the decision behind it.
        pack_version, sheet_id: rules and rates it was approved under.
    """

    release_id: str
    piece: Piece
    content_hash: str
    placement_id: str
    run_id: str
    approved_by: str
    approved_at: datetime
    pack_version: str
    sheet_id: str


class Publication(Noun):
    """Evidence that something went out.

    Attributes:
        key: idempotency key, `<release_id>/<slot>`; the database keeps it unique.
        release_id, channel, placement_id: what and where.
        target: where the evidence is: a file, a message id, a platform's object id.
        at: aware datetime.
    """

    key: str
    release_id: str
    channel: str
    placement_id: str
    target: str
    at: datetime


class Withheld(Noun):
    """Something that did not go out, with the reason a person needs."""

    release_id: str
    channel: str
    placement_id: str
    reason: str
    count: int = 1


class Ledger(Protocol):
    """What a channel needs of the gate's books."""

    def claim(self, release: Release, slot: str, *, at: datetime) -> bool:
        """Claim one delivery, checking the approval again in the same transaction.

        Args:
            release: the pass. slot: what within it (`file`, or a recipient's hash).

        Returns:
            True where this caller must now deliver; False where it is already done or in doubt.

        Raises:
            NotInForce: the approval is void, with the reason.
        """
        ...

    def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
        """Record that delivery begins now; from here a lost answer means unknown, never retried blindly."""
        ...

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        """Record that one claimed delivery was made, with its evidence."""
        ...

    def postpone(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        """Record that the other side refused for now (nothing went out); the slot may be claimed again."""
        ...

    def abandon(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        """Record that a claimed delivery was refused for good (nothing went out)."""
        ...
