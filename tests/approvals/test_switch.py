"""The kill switch: from the moment it is pulled nothing more goes out, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import deliveries
from approvals.audit import verify
from approvals.gate import Gate
from approvals.publishing import PublishReport
from approvals.releases import SqlLedger, releases_due
from approvals.statuses import Status
from approvals.switch import Pause, pause, pause_in_force, resume
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused
from campaign.release import Publication, Release
from tests.approvals.gate import (
    AT,
    STAFFED,
    a_piece,
    approve,
    by_hand,
    gate_of,
    ledger,
    start,
    status_of,
    submit,
)
from tests.conformance.mail_servers import Mailbox, mail_server
from tests.conformance.publishing_house import House, crowd, letter
from tests.databases import one_engine

SOON = AT + timedelta(minutes=5)


@pytest.fixture
def approved(engine: Engine) -> Engine:
    start(engine)
    submit(engine, a_piece())
    approve(engine, lender=STAFFED)
    return engine


def pull(engine: Engine, by: str = "Max Orr", reason: str = "A wrong rate is out.") -> Pause:
    return pause(gate_of(engine, lender=STAFFED), by=by, at=SOON, reason=reason)


def let_go(engine: Engine, by: str = "Ruth Calder") -> None:
    resume(gate_of(engine, lender=STAFFED), by=by, at=SOON, reason="Mended.")


def test_nothing_is_claimed_and_nothing_is_void(approved: Engine):
    pull(approved)
    (release,) = releases_due(approved)
    before = verify(approved).events
    with pytest.raises(NotInForce) as stopped:
        ledger(approved, lender=STAFFED).claim(release, "file", at=SOON)
    assert str(stopped.value) == (
        f"Cannot publish `{release.release_id}`: Max Orr paused all publishing at 2026-02-26 17:05 UTC "
        "(A wrong rate is out.). Run `vallum resume` when it may go on."
    )
    assert (verify(approved).events, status_of(approved)) == (before, Status.APPROVED)
    let_go(approved)
    assert ledger(approved, lender=STAFFED).claim(release, "file", at=SOON)


def test_a_publisher_that_is_at_work_is_stopped_between_any_two_letters(approved: Engine):
    (release,) = releases_due(approved)
    books = ledger(approved, lender=STAFFED)
    for slot in ("out", "handed over", "claimed"):
        assert books.claim(release, slot, at=AT)
    for slot in ("out", "handed over"):
        books.submitting(release, slot, at=AT)
    books.deliver(release, "out", target="letter-1", at=AT)
    pull(approved)
    with pytest.raises(NotInForce, match="paused all publishing"):
        books.submitting(release, "claimed", at=SOON)
    with pytest.raises(NotInForce, match="paused all publishing"):
        books.claim(release, "new", at=SOON)
    # what was in the channel's hands when it was pulled is told of, not lost
    books.deliver(release, "handed over", target="letter-2", at=SOON)
    assert [one.target for one in deliveries.publications(approved)] == ["letter-2", "letter-1"]
    assert status_of(approved) is Status.PUBLISHED
    let_go(approved)
    books.submitting(release, "claimed", at=SOON)
    assert books.claim(release, "new", at=SOON)
    assert not books.claim(release, "out", at=SOON)
    assert verify(approved).verified


def test_a_pause_says_who_when_and_why_and_is_in_the_log(approved: Engine):
    assert pause_in_force(approved) is None
    made = pull(approved, reason="  A wrong\nrate is out. ")
    assert made == pause_in_force(approved) == Pause(by="Max Orr", at=SOON, reason="A wrong rate is out.")
    let_go(approved)
    assert pause_in_force(approved) is None
    with approved.connect() as connection:
        from sqlalchemy import text

        told = connection.execute(
            text("SELECT event, \"by\" FROM audit_events WHERE subject = 'publishing' ORDER BY seq")
        ).all()
    assert [tuple(row) for row in told] == [
        ("publishing.paused", "Max Orr"), ("publishing.resumed", "Ruth Calder"),
    ]  # fmt: skip
    assert verify(approved).verified


def test_it_is_pulled_once_and_let_go_once(approved: Engine):
    with pytest.raises(Refused, match="Publishing is not paused"):
        let_go(approved)
    pull(approved)
    before = verify(approved).events
    with pytest.raises(Refused, match="Publishing is paused already: Max Orr paused all publishing"):
        pull(approved, by="Ada Stone")
    assert verify(approved).events == before
    let_go(approved)
    pull(approved, by="Ada Stone")
    assert pause_in_force(approved) is not None


@one_engine
@pytest.mark.parametrize(
    ("act", "by"),
    [
        (pull, "Lou Field"), (pull, "Ann Stray"), (let_go, "Max Orr"), (let_go, "Lou Field"),
        (let_go, "Ann Stray"),
    ],
)  # fmt: skip
def test_who_may_not_does_not(approved: Engine, act: Callable[..., object], by: str):
    if act is let_go:
        pull(approved)
    standing, before = pause_in_force(approved), verify(approved).events
    with pytest.raises(NotPermitted):
        act(approved, by=by)
    assert (pause_in_force(approved), verify(approved).events) == (standing, before)


@one_engine
@pytest.mark.parametrize("reason", ["", " ", "..."])
def test_a_pause_needs_a_reason_and_says_so(approved: Engine, reason: str):
    with pytest.raises(BadInput) as stopped:
        pull(approved, reason=reason)
    assert str(stopped.value) == "Pausing `publishing` needs a reason. Say what is wrong."
    assert pause_in_force(approved) is None


def test_deciding_goes_on_while_publishing_is_paused(approved: Engine):
    pull(approved)
    submit(approved, a_piece("another"))
    approve(approved, "another", lender=STAFFED)
    assert status_of(approved, "another") is Status.APPROVED
    assert len(releases_due(approved)) == 2


@one_engine
@pytest.mark.parametrize(
    "by_pen",
    [
        "UPDATE audit_events SET event = 'publishing.resumed' WHERE event = 'publishing.paused'",
        "UPDATE audit_events SET subject = 'publishings' WHERE event = 'publishing.paused'",
        "UPDATE audit_events SET details = '{\"reason\": \"\"}' WHERE event = 'publishing.paused'",
        "DELETE FROM audit_events WHERE event = 'publishing.paused'",
    ],
)
def test_a_pause_undone_by_hand_shows_in_the_log(approved: Engine, by_pen: str):
    """Where the row is only edited nothing goes out either; that it is gone, verifying tells."""
    pull(approved)
    by_hand(approved, by_pen)
    assert not verify(approved).verified
    (release,) = releases_due(approved)
    if "details" in by_pen or "event =" in by_pen.split("WHERE")[0]:
        with pytest.raises(Refused):
            ledger(approved, lender=STAFFED).claim(release, "file", at=SOON)


# in the middle of an audience, with real letters


class PullsAtOnce(SqlLedger):
    """A publisher during whose work somebody pulls the switch, after the first letter is out."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate)
        self._gate = gate

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        made = super().deliver(release, slot, target=target, at=at)
        pause(self._gate, by="Ruth Calder", at=at, reason="A wrong rate is out.")
        return made


def go_on(house: House) -> None:
    def ask(engine: Engine) -> None:
        resume(gate_of(engine), by="Ruth Calder", at=AT)

    house.ask(ask)


def told(report: PublishReport) -> set[str]:
    return {held.reason.partition(": ")[2] for held in report.withheld}


def test_half_an_audience_gets_nothing_more_until_it_is_let_go(tmp_path: Path):
    house = House(tmp_path).build(crowd(9), [letter("a"), letter("b")])
    report = house.publish(make_ledger=PullsAtOnce)
    assert len(report.publications) == len(house.letters()) == 1
    assert any("paused all publishing" in reason for reason in told(report))
    assert len(report.waiting) >= 1
    again = house.publish(at=SOON)
    assert again.publications == ()
    assert len(house.letters()) == 1
    assert len(house.due()) == 2, "both are still due, and neither is void"
    go_on(house)
    last = house.publish(at=SOON)
    assert len(last.publications) == 8
    assert len(house.letters()) == 9
    assert house.due() == ()


@pytest.mark.server
def test_a_mail_server_is_told_nothing_more_either(tmp_path: Path):
    house = House(tmp_path).build(crowd(9), [letter("a"), letter("b")])
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        house.with_mail_server(port)
        house.publish(make_ledger=PullsAtOnce)
        assert len(mailbox.letters) == 1
        assert house.publish(at=SOON).publications == ()
        go_on(house)
        house.publish(at=SOON)
    addresses: list[Any] = [address for address, _ in mailbox.letters]
    assert len(addresses) == len({str(address) for address in addresses}) == 9
