"""What every way of sending e-mail shares: whom to pass over, and claim, hand-over and record in order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from campaign.errors import Busy, NotInForce, Refused
from campaign.release import Ledger, Publication, Release
from tools.channels.email_job import Addressee, EmailJob
from tools.channels.interface import IN_DOUBT, Outcome, Stay, Tally, Transport
from tools.channels.letters import Letter, compose, unsendable
from tools.channels.personal import deliverable, slot_of

_PATIENCE = 2  # times that a busy ledger is asked again for the record of what is out


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one letter.

    Attributes:
        kind: `accepted`, `later` (nothing went out, may be tried again), `never` (refused for good),
            `lost` (unknown), `down` (nothing went out, and nothing will for now).
        detail: the evidence where accepted, else the reason in words without the recipient.
        record: what the ledger keeps where it may be longer than `detail`.
    """

    kind: Literal["accepted", "later", "never", "lost", "down"]
    detail: str
    record: str = ""


class Courier(Protocol):
    """Carries letters one by one."""

    def ready(self) -> Stay | None:
        """Nothing, or why no letter can be carried now; asked before each claim."""

    def found(self, slot: str) -> str:
        """Evidence of a letter to this slot that is out already; empty where it cannot be looked up."""

    def carry(self, letter: Letter, begin: Callable[[], None]) -> Answer:
        """Hand one letter over, calling `begin` at the last moment before the other side may have it."""


class EmailTransport(Transport[EmailJob]):
    """Letters to many recipients, each claimed, carried and recorded by itself."""

    @abstractmethod
    def courier(self, release: Release) -> AbstractContextManager[Courier]:
        """Who carries the letters of one release; closed afterwards."""

    def deliver(self, release: Release, job: EmailJob, *, ledger: Ledger, at: datetime) -> Outcome:
        """Deliver to each mailbox once; see `Transport.deliver`."""
        tally = Tally(release)
        stopped = unsendable(release.piece, job)
        seen: set[str] = set()
        with self.courier(release) as courier:
            for addressee in job.recipients:
                slot = slot_of(addressee.email)
                if slot in job.already:
                    continue
                stay = stopped or _passed_over(addressee, slot, job, tally, seen)
                seen.add(slot)
                if stay is None:
                    stay = stopped = courier.ready()
                if stay:
                    tally.count(stay)
                else:
                    stopped = _Delivery(release, slot, ledger, at, tally).to(addressee, job, courier)
        return tally.outcome()


def _passed_over(addressee: Addressee, slot: str, job: EmailJob, tally: Tally, seen: set[str]) -> Stay | None:
    """Why a recipient is passed over without asking the ledger, or nothing."""
    if not deliverable(addressee.email):
        return Stay("the address cannot be written to")
    if slot in seen:
        return Stay("another contact has the same address")
    if slot in job.rested:
        return Stay(job.rest_reason)
    if job.sent_today + len(tally.publications) >= job.daily_limit:
        return Stay(f"daily limit of {job.daily_limit} reached", later=True)
    return None


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One slot on its way from claim to record; each step gives back why all that follow must stay."""

    release: Release
    slot: str
    ledger: Ledger
    at: datetime
    tally: Tally

    def to(self, addressee: Addressee, job: EmailJob, courier: Courier) -> Stay | None:
        try:
            mine = self.ledger.claim(self.release, self.slot, at=self.at)
        except NotInForce as error:
            return self._stop(Stay(str(error), later=True, in_books=True))
        if not mine:
            return self._look_up(courier)
        try:
            letter = compose(self.release, job, addressee, at=self.at)
        except Refused as error:
            self.ledger.abandon(self.release, self.slot, reason=str(error), at=self.at)
            return self._hold(Stay(str(error), in_books=True))
        return self._carry(letter, courier)

    def _carry(self, letter: Letter, courier: Courier) -> Stay | None:
        try:
            answer = courier.carry(letter, self._begin)
        except NotInForce as error:
            return self._stop(Stay(str(error), later=True, in_books=True))
        except Refused:
            return self._hold(Stay("in the hands of another publisher", later=True))
        if answer.kind == "accepted":
            self.tally.publications.append(self._evidence(answer.detail))
            return None
        return self._refused(answer)

    def _refused(self, answer: Answer) -> Stay | None:
        reason = answer.record or answer.detail
        if answer.kind == "never":
            self.ledger.abandon(self.release, self.slot, reason=reason, at=self.at)
        elif answer.kind in ("later", "down"):
            self.ledger.postpone(self.release, self.slot, reason=reason, at=self.at)
        stay = Stay(answer.detail, later=answer.kind in ("later", "down"), in_books=answer.kind != "lost")
        return self._stop(stay) if answer.kind == "down" else self._hold(stay)

    def _look_up(self, courier: Courier) -> Stay | None:
        """The slot is done, or a publisher stopped in the middle of it."""
        if not (target := courier.found(self.slot)):
            return self._hold(Stay(IN_DOUBT))
        self._evidence(target)
        return None

    def _evidence(self, target: str) -> Publication:
        """Record that the letter is out; worth waiting for, because a mail server cannot be asked again."""
        for _ in range(_PATIENCE):
            try:
                return self.ledger.deliver(self.release, self.slot, target=target, at=self.at)
            except Busy:
                continue
        return self.ledger.deliver(self.release, self.slot, target=target, at=self.at)

    def _begin(self) -> None:
        self.ledger.submitting(self.release, self.slot, at=self.at)

    def _hold(self, stay: Stay) -> Stay | None:
        self.tally.count(stay)
        return None

    def _stop(self, stay: Stay) -> Stay:
        # What went out before stays reported; the rest stays inside.
        self.tally.count(stay)
        return stay
