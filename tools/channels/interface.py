"""The seam to the outside: what every transport takes, does and gives back.

A transport takes a `Release` and a job that holds only what the channel needs besides. For each slot of
the release (`file`, or one recipient) it claims, delivers and records, in this order:

    ledger.claim -> make the bytes -> ledger.submitting -> hand over -> ledger.deliver | postpone | abandon

A publisher that stops after `submitting` leaves the slot in doubt. What can be looked up (a file) is
looked up and recorded; what cannot (a mail server) is never sent again.
`tests/conformance/test_channels.py` is the suite that every transport must pass.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Generic, NamedTuple, TypeVar

from campaign.release import Ledger, Publication, Release, Withheld

JobT = TypeVar("JobT")
IN_DOUBT = "in doubt, or just delivered by another publisher: not sent again"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one delivery came to: evidence for what went out, reasons for what did not.

    Attributes:
        publications, withheld: made by this delivery.
        remains: True where a later delivery may send more (a daily limit, a server that was down).
        in_books: reasons that the ledger has written down itself, one by one.
    """

    publications: tuple[Publication, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    remains: bool = False
    in_books: frozenset[str] = frozenset()


class Stay(NamedTuple):
    """Why something stays inside.

    Attributes:
        reason: in words for people, without the recipient.
        later: whether a later delivery may take it out.
        in_books: whether the ledger has written it down itself.
    """

    reason: str
    later: bool = False
    in_books: bool = False


@dataclass(slots=True)
class Tally:
    """The outcome while it is being made: reasons are counted, not listed one by one.

    Attributes:
        release: whose outcome it is.
        publications: made by this delivery, in order.
        reasons: why -> how many.
        remains, in_books: as in `Outcome`.
    """

    release: Release
    publications: list[Publication] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    remains: bool = False
    in_books: set[str] = field(default_factory=set)

    def count(self, stay: Stay) -> None:
        """One more of the release stays inside."""
        self.reasons[stay.reason] += 1
        self.remains |= stay.later
        if stay.in_books:
            self.in_books.add(stay.reason)

    def outcome(self) -> Outcome:
        """The finished outcome, reasons in the order they first came up."""
        withheld = tuple(
            withhold(self.release, reason, count=count) for reason, count in self.reasons.items()
        )
        return Outcome(tuple(self.publications), withheld, self.remains, frozenset(self.in_books))


def withhold(release: Release, reason: str, *, count: int = 1) -> Withheld:
    """Say why something of a release stays inside."""
    return Withheld(
        release_id=release.release_id,
        channel=release.piece.channel,
        placement_id=release.placement_id,
        reason=reason,
        count=count,
    )


class Transport(ABC, Generic[JobT]):
    """One way out. Implementations hold connections and folders, never a policy.

    Attributes:
        name: what reports call it.
    """

    name: ClassVar[str]

    @abstractmethod
    def deliver(self, release: Release, job: JobT, *, ledger: Ledger, at: datetime) -> Outcome:
        """Deliver every slot of a release that is not delivered yet.

        Args:
            release: what was approved; nothing else may be shown to the public.
            job: what the channel needs besides (recipients, budget, addresses).
            ledger: the gate's books, asked for each slot.
            at: aware datetime of the delivery.

        Returns:
            The publications made now, and what was withheld with its reason. An approval that is void
            is a reason, not an error, so that what went out before it lapsed is still reported.

        Raises:
            BadInput: a folder cannot be written, or the ledger is held by another process.
        """
