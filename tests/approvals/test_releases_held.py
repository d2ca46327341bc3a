"""What holds a release back: a pen, a forged pass, a newer revision, a rate, newer rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from approvals.deliveries import DeliveryState, publications, withheld_of
from approvals.pieces import history
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, Unreadable
from tests.approvals.gate import (
    AT,
    LATER,
    Rules,
    a_piece,
    approved,
    by_hand,
    ledger,
    recall_live,
    start,
    status_of,
    submit,
    with_rate,
)


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


def test_a_record_that_cannot_be_read_shuts_the_gate_and_says_which(engine: Engine):
    approved(engine)
    by_hand(engine, "UPDATE pieces SET noun = '{}'")
    with pytest.raises(Unreadable, match="`letter rev 1`"):
        releases_due(engine)
