"""The suite that every transport must pass: once, evidence, void approvals, and a death at every step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.release import Ledger, Publication, Release
from tests.conformance.examples import PEOPLE, ad_piece, ads_job, email_job, letter_piece
from tests.conformance.ledgers import AT, FaultyLedger, Killed, MemoryLedger, every_moment, release_of
from tests.conformance.mail_servers import Mailbox, mail_server
from tools.channels.google_ads_editor import GoogleAdsEditor
from tools.channels.interface import Outcome, Transport
from tools.channels.outbox import OutboxFolder
from tools.channels.smtp import Smtp


class Stand(ABC):
    """One transport with its outside world: how to drive it, and what has really gone out."""

    release: Release
    slots: int
    doubtful_at_most: int
    transport: Transport[Any]

    @abstractmethod
    def job(self) -> Any:
        """A fresh job."""

    @abstractmethod
    def gone_out(self) -> Counter[str]:
        """What the outside holds: identity -> copies."""

    @abstractmethod
    def shows(self, publication: Publication) -> bool:
        """Whether the outside holds what a publication's target names."""

    def deliver(self, ledger: Ledger) -> Outcome:
        return self.transport.deliver(self.release, self.job(), ledger=ledger, at=AT)


class OutboxStand(Stand):
    slots = len(PEOPLE)
    doubtful_at_most = 0  # a file can be looked up

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.release = release_of(letter_piece())
        self.transport = OutboxFolder(folder)

    def job(self) -> Any:
        return email_job()

    def gone_out(self) -> Counter[str]:
        return Counter(path.name.split(".")[0] for path in self.folder.rglob("*.eml"))

    def shows(self, publication: Publication) -> bool:
        return b"List-Unsubscribe-Post" in Path(publication.target).read_bytes()


class EditorStand(Stand):
    slots = 1
    doubtful_at_most = 0  # a file can be looked up

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.release = release_of(ad_piece())
        self.transport = GoogleAdsEditor(folder)

    def job(self) -> Any:
        return ads_job()

    def gone_out(self) -> Counter[str]:
        return Counter(path.name for path in self.folder.rglob("*.csv"))

    def shows(self, publication: Publication) -> bool:
        return b"Responsive search ad" in Path(publication.target).read_bytes()


class SmtpStand(Stand):
    slots = len(PEOPLE)
    doubtful_at_most = 1

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        self.mailbox = mailbox
        self.release = release_of(letter_piece())
        self.transport = Smtp("127.0.0.1", port, timeout=10)

    def job(self) -> Any:
        return email_job()

    def gone_out(self) -> Counter[str]:
        return Counter(recipient for recipient, _ in self.mailbox.letters)

    def shows(self, publication: Publication) -> bool:
        return any(publication.target.encode() in letter for _, letter in self.mailbox.letters)


class Stands:
    """Makes as many stands of one kind as a test needs, each with an outside of its own."""

    def __init__(self, kind: str, folder: Path, stack: ExitStack) -> None:
        self._kind, self._folder, self._stack, self._made = kind, folder, stack, 0

    def new(self) -> Stand:
        self._made += 1
        folder = self._folder / str(self._made)
        if self._kind == "smtp":
            mailbox = Mailbox()
            return SmtpStand(mailbox, self._stack.enter_context(mail_server(mailbox)))
        return OutboxStand(folder) if self._kind == "outbox" else EditorStand(folder)


@pytest.fixture(params=["outbox", "smtp", "google_ads_editor"])
def stands(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stands]:
    with ExitStack() as stack:
        yield Stands(request.param, tmp_path, stack)


def test_every_slot_goes_out_once_with_evidence_that_can_be_found(stands: Stands) -> None:
    stand, ledger = stands.new(), MemoryLedger()
    outcome = stand.deliver(ledger)
    assert outcome.withheld == ()
    assert len(outcome.publications) == stand.slots
    assert all(stand.shows(made) for made in outcome.publications)
    assert len({made.key for made in outcome.publications}) == stand.slots
    assert sorted(stand.gone_out().values()) == [1] * stand.slots


def test_a_second_delivery_publishes_nothing_new(stands: Stands) -> None:
    stand, ledger = stands.new(), MemoryLedger()
    stand.deliver(ledger)
    before = stand.gone_out()
    again = stand.deliver(ledger)
    assert again.publications == ()
    assert stand.gone_out() == before
    assert len(ledger.publications) == stand.slots


def test_a_void_approval_delivers_nothing_and_says_why(stands: Stands) -> None:
    stand, ledger = stands.new(), MemoryLedger()
    ledger.void = "the 30-year rate it quotes (6.125 %) is 3 days old"
    outcome = stand.deliver(ledger)
    assert outcome.publications == ()
    assert "3 days old" in outcome.withheld[0].reason
    assert sum(held.count for held in outcome.withheld) == stand.slots
    assert not stand.gone_out()
    assert not ledger.publications


def test_an_approval_that_lapses_on_the_way_stops_the_rest(stands: Stands) -> None:
    stand, ledger = stands.new(), MemoryLedger()
    ledger.valid_claims = 1
    outcome = stand.deliver(ledger)
    assert len(outcome.publications) == 1
    assert sum(held.count for held in outcome.withheld) == stand.slots - 1
    assert sum(stand.gone_out().values()) == 1


def test_a_death_at_any_step_never_makes_two(stands: Stands) -> None:
    """Dies at each moment in turn, runs again whole: one publication a slot, or one letter in doubt."""

    def one_life(moment: int) -> bool:
        stand, ledger = stands.new(), MemoryLedger()
        died = False
        try:
            stand.deliver(FaultyLedger(ledger, moment))
        except Killed:
            died = True
        rest = stand.deliver(ledger)
        assert max(stand.gone_out().values(), default=0) <= 1
        doubtful = ledger.in_doubt()
        assert len(ledger.publications) + len(doubtful) == stand.slots
        assert len(doubtful) <= stand.doubtful_at_most
        if doubtful:
            assert any("in doubt" in held.reason for held in rest.withheld)
        assert all(stand.shows(made) for made in ledger.publications.values())
        return died

    assert len(list(every_moment(one_life))) >= 4


def test_two_publishers_at_once_make_one(stands: Stands) -> None:
    """A second publisher delivers everything between the first one's claim and its hand-over."""
    stand, ledger = stands.new(), MemoryLedger()

    class Overtaken(FaultyLedger):
        def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
            stand.deliver(ledger)
            super().submitting(release, slot, at=at)

    outcome = stand.deliver(Overtaken(ledger, -1))
    assert outcome.publications == ()
    assert "another publisher" in outcome.withheld[0].reason
    assert sorted(stand.gone_out().values()) == [1] * stand.slots
    assert len(ledger.publications) == stand.slots


def test_an_approval_that_ends_between_claim_and_hand_over_leaves_nothing_in_sight(stands: Stands) -> None:
    stand, ledger = stands.new(), MemoryLedger()

    class Lapsing(FaultyLedger):
        def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
            ledger.void = "the rate moved"
            super().submitting(release, slot, at=at)

    outcome = stand.deliver(Lapsing(ledger, -1))
    assert outcome.publications == ()
    assert "the rate moved" in outcome.withheld[0].reason
    assert not stand.gone_out()
