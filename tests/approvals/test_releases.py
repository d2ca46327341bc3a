"""Claiming and handing over: each slot goes out once, whatever becomes of publishers and of processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.deliveries import DeliveryState, in_doubt, publications, withheld_of
from approvals.pieces import history
from approvals.releases import note_tried, releases_due
from approvals.statuses import Status
from campaign.errors import Refused, UnknownName
from tests.approvals.gate import AT, LATER, a_piece, approve, approved, ledger, start, status_of, submit

ROOT = Path(__file__).parent.parent.parent


def test_one_slot_goes_out_once_with_its_evidence(engine: Engine):
    release, books = approved(engine), ledger(engine)
    assert books.state(release, "r1") is None
    assert books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    made = books.deliver(release, "r1", target="message 7", at=LATER)
    assert (made.key, made.target, made.at) == (f"{release.release_id}/r1", "message 7", LATER)
    assert (made.channel, made.placement_id) == ("email", "owners.email")
    assert books.state(release, "r1") is DeliveryState.DELIVERED
    assert not books.claim(release, "r1", at=LATER)
    assert publications(engine, run_id="run-1") == (made,)
    assert status_of(engine) is Status.PUBLISHED
    assert verify(engine).verified


def test_delivering_twice_records_once(engine: Engine):
    release, books = approved(engine), ledger(engine)
    books.claim(release, "file", at=AT)
    first = books.deliver(release, "file", target="a.csv", at=AT)
    events = verify(engine).events
    assert books.deliver(release, "file", target="b.csv", at=LATER) == first
    assert verify(engine).events == events


def test_further_slots_go_out_while_the_piece_is_published(engine: Engine):
    release, books = approved(engine), ledger(engine)
    for slot in ("r1", "r2", "r3"):
        assert books.claim(release, slot, at=AT)
        books.submitting(release, slot, at=AT)
        books.deliver(release, slot, target=slot, at=AT)
    assert len(publications(engine)) == 3
    assert [event.event for event in history(engine, "letter")].count("piece.published") == 1


def test_a_publisher_killed_after_its_claim_can_take_it_again(engine: Engine):
    release = approved(engine)
    assert ledger(engine).claim(release, "r1", at=AT)
    assert ledger(engine).claim(release, "r1", at=LATER)


def test_a_publisher_killed_while_handing_over_leaves_a_doubt_that_nobody_repeats(engine: Engine):
    release, books = approved(engine), ledger(engine)
    books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    again = ledger(engine)
    assert not again.claim(release, "r1", at=LATER)
    assert in_doubt(engine, run_id="run-1") == (f"{release.release_id}/r1",)
    again.deliver(release, "r1", target="found in the sent folder", at=LATER)
    assert in_doubt(engine) == ()


def test_of_two_publishers_with_the_same_claim_one_hands_over(engine: Engine):
    release, one, two = approved(engine), ledger(engine), ledger(engine)
    assert one.claim(release, "r1", at=AT)
    assert two.claim(release, "r1", at=AT)
    two.submitting(release, "r1", at=AT)
    with pytest.raises(Refused, match="in the hands of another publisher"):
        one.submitting(release, "r1", at=AT)


def test_a_refusal_for_now_frees_the_slot_and_one_for_good_does_not(engine: Engine):
    release, books = approved(engine), ledger(engine)
    for slot, turn_away in (("later", books.postpone), ("never", books.abandon)):
        books.claim(release, slot, at=AT)
        books.submitting(release, slot, at=AT)
        turn_away(release, slot, reason=f"the server said {slot}", at=AT)
    assert books.claim(release, "later", at=LATER)
    assert not books.claim(release, "never", at=LATER)
    assert [held.reason for held in withheld_of(engine)] == ["the server said later", "the server said never"]
    assert status_of(engine) is Status.RELEASED


@pytest.mark.parametrize("call", ["submitting", "deliver", "postpone", "abandon"])
def test_nothing_happens_to_a_slot_that_was_not_claimed(engine: Engine, call: str):
    release, books = approved(engine), ledger(engine)
    more = {"deliver": {"target": "x"}, "postpone": {"reason": "x"}, "abandon": {"reason": "x"}}.get(call, {})
    with pytest.raises(Refused):
        getattr(books, call)(release, "r1", at=AT, **more)
    assert publications(engine) == ()


def test_a_delivered_slot_cannot_be_abandoned(engine: Engine):
    release, books = approved(engine), ledger(engine)
    books.claim(release, "file", at=AT)
    books.deliver(release, "file", target="a.csv", at=AT)
    with pytest.raises(Refused, match="not under way"):
        books.abandon(release, "file", reason="x", at=AT)


def test_a_release_is_due_until_it_is_delivered_whole(engine: Engine):
    release, books = approved(engine), ledger(engine)
    books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target="1", at=AT)
    assert releases_due(engine) == (release,)
    books.claim(release, "file", at=AT)
    books.deliver(release, "file", target="a.csv", at=AT)
    assert releases_due(engine) == ()


def test_a_release_that_was_tried_is_not_due_again_at_the_same_moment(engine: Engine):
    release = approved(engine)
    note_tried(engine, [release], at=AT)
    assert releases_due(engine, untried_at=AT) == ()
    assert releases_due(engine, untried_at=LATER) == (release,)
    assert releases_due(engine) == (release,)


def test_due_releases_can_be_narrowed_to_a_run(engine: Engine):
    release = approved(engine)
    start(engine, "run-2")
    submit(engine, a_piece("other"), run_id="run-2")
    approve(engine, "other")
    assert releases_due(engine, run_id="run-1") == (release,)
    assert len(releases_due(engine)) == 2
    with pytest.raises(UnknownName):
        releases_due(engine, run_id="run-3")


RACE = """
import sys
from approvals.database import open_database
from approvals.releases import releases_due
from campaign.errors import Refused
from tests.approvals.gate import AT, ledger
engine = open_database(sys.argv[1])
(release,) = releases_due(engine)
books, won = ledger(engine), 0
for number in range(12):
    try:
        if books.claim(release, f"r{number}", at=AT):
            books.submitting(release, f"r{number}", at=AT)
            books.deliver(release, f"r{number}", target=sys.argv[2], at=AT)
            won += 1
    except Refused:
        pass
engine.dispose()
print(won)
"""
DECIDE = """
import sys
from approvals.database import open_database
from campaign.errors import Refused
from tests.approvals.gate import approve, reject
engine = open_database(sys.argv[1])
try:
    (approve if sys.argv[2] == "1" else reject)(engine)
    print(1)
except Refused:
    print(0)
engine.dispose()
"""


def together(code: str, url: str, count: int) -> list[int]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, str(number)],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for number in range(count)
    ]  # fmt: skip
    answers = [process.communicate() for process in processes]
    assert all(process.returncode == 0 for process in processes), answers
    return [int(out) for out, _ in answers]


def test_publishers_in_several_processes_deliver_each_slot_once(engine: Engine, database_url: str):
    approved(engine)
    assert sum(together(RACE, database_url, 3)) == 12
    assert len(publications(engine)) == 12
    assert in_doubt(engine) == ()
    assert verify(engine).verified


def test_of_several_processes_that_decide_at_once_one_wins(engine: Engine, database_url: str):
    start(engine)
    submit(engine, a_piece())
    assert sum(together(DECIDE, database_url, 3)) == 1
    assert status_of(engine) in (Status.APPROVED, Status.REJECTED)
    assert verify(engine).verified
