"""The ledger lets each slot of a release out once, and only while its approval stands."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.deliveries import DeliveryState, in_doubt, publications, withheld_of
from approvals.pieces import history
from approvals.releases import note_tried, releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, Refused, UnknownName, Unreadable
from tests.approvals.gate import (
    AT,
    LATER,
    Rules,
    a_piece,
    approve,
    approved,
    by_hand,
    ledger,
    recall_live,
    start,
    status_of,
    submit,
    with_rate,
)

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


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE pieces SET noun = replace(noun, 'Talk with us.', 'Talk with us!')",
        "UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk'), content_hash = 'x'",
        "UPDATE pieces SET noun = '{}'",
        "UPDATE decisions SET noun = replace(noun, 'Ruth', 'Rita')",
        "DELETE FROM decisions",
        "DELETE FROM audit_events WHERE event = 'piece.approved'",
    ],
)
def test_a_record_edited_after_approval_goes_nowhere(engine: Engine, edit: str):
    release, books = approved(engine), ledger(engine)
    by_hand(engine, edit)
    with pytest.raises(NotInForce, match=f"Cannot publish `{release.release_id}`"):
        books.claim(release, "file", at=AT)
    assert publications(engine) == ()
    with engine.connect() as connection:
        status = connection.exec_driver_sql("SELECT status FROM pieces").scalar()
    assert status == "expired"
    assert len(withheld_of(engine)) == 1


def test_a_status_edited_to_approved_goes_nowhere(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    by_hand(engine, "UPDATE pieces SET status = 'approved'")
    assert releases_due(engine) == ()


def test_a_release_that_is_not_what_was_approved_goes_nowhere_and_leaves_the_approval(engine: Engine):
    release, books = approved(engine), ledger(engine)
    other = a_piece(body="Talk with us today.")
    forgeries = [
        release.model_copy(update={"piece": other}),
        release.model_copy(update={"piece": other, "content_hash": other.content_hash}),
        release.model_copy(update={"approved_by": "Somebody"}),
        release.model_copy(update={"release_id": "made.up"}),
        release.model_copy(update={"pack_version": "pack-0"}),
    ]
    for forged in forgeries:
        with pytest.raises(NotInForce, match="does not carry exactly what was approved"):
            books.claim(forged, "file", at=AT)
    with pytest.raises(NotInForce, match="no such piece"):
        books.claim(release.model_copy(update={"piece": a_piece("stranger")}), "file", at=AT)
    assert status_of(engine) is Status.APPROVED
    assert books.claim(release, "file", at=AT)


def test_a_newer_revision_ends_the_release_of_the_older(engine: Engine):
    release = approved(engine)
    submit(engine, a_piece(revision=2))
    with pytest.raises(NotInForce, match="its piece is superseded"):
        ledger(engine).claim(release, "file", at=AT)


def test_a_rate_that_no_longer_holds_voids_the_approval(engine: Engine):
    release = approved(engine, with_rate("rate", valid_until=LATER))
    with pytest.raises(
        NotInForce, match=r"its `rate` \(6\.125%\) held until 2026-02-26 19:00 UTC\. Run `vallum replan`"
    ):
        ledger(engine).claim(release, "file", at=LATER + timedelta(minutes=1))
    assert status_of(engine, "rate") is Status.EXPIRED
    assert "held until" in history(engine, "rate")[-1].details["reason"]


def test_a_block_by_the_same_rules_at_a_later_moment_voids_the_approval(engine: Engine):
    """A licence that lapsed, a price gone stale: the rules are the same and the day is not."""
    release = approved(engine)
    with pytest.raises(NotInForce, match=r"`test\.Talk` now finds: Says Talk"):
        ledger(engine, Rules(blocks={"Talk"})).claim(release, "file", at=LATER)
    assert status_of(engine) is Status.EXPIRED


def test_a_newer_pack_with_a_new_warning_voids_and_one_without_does_not(engine: Engine):
    release = approved(engine, a_piece(body="The best loan."))
    assert ledger(engine, Rules(version="pack-2")).claim(release, "r1", at=AT)
    assert ledger(engine, Rules(warns={"best", "loan"})).claim(release, "r2", at=AT)
    with pytest.raises(NotInForce, match=r"`test\.loan` now finds"):
        ledger(engine, Rules(version="pack-2", warns={"best", "loan"})).claim(release, "r3", at=AT)


def test_an_approval_that_ended_between_claim_and_hand_over_stops_there(engine: Engine):
    release = approved(engine, with_rate("rate", valid_until=LATER))
    books = ledger(engine)
    books.claim(release, "r1", at=AT)
    with pytest.raises(NotInForce):
        books.submitting(release, "r1", at=LATER + timedelta(minutes=1))
    assert books.state(release, "r1") is DeliveryState.CLAIMED
    assert status_of(engine, "rate") is Status.EXPIRED


def test_what_went_out_while_its_approval_ended_is_still_recorded(engine: Engine):
    release, books = approved(engine), ledger(engine)
    for slot in ("r1", "r2"):
        books.claim(release, slot, at=AT)
        books.submitting(release, slot, at=AT)
    books.deliver(release, "r1", target="1", at=AT)
    recall_live(engine, "run-1", reason="the rate moved", at=AT)
    books.deliver(release, "r2", target="2", at=AT)
    assert len(publications(engine)) == 2
    assert status_of(engine) is Status.RECALLED


def test_the_same_bytes_at_the_same_moment_are_screened_once(engine: Engine):
    release, rules = approved(engine), Rules()
    books = ledger(engine, rules)
    for slot in range(5):
        assert books.claim(release, f"r{slot}", at=AT)
        books.submitting(release, f"r{slot}", at=AT)
    assert rules.asked == 1
    books.claim(release, "r9", at=LATER)
    assert rules.asked == 2


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


def test_a_record_that_cannot_be_read_shuts_the_gate_and_says_which(engine: Engine):
    approved(engine)
    by_hand(engine, "UPDATE pieces SET noun = '{}'")
    with pytest.raises(Unreadable, match="`letter rev 1`"):
        releases_due(engine)


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
