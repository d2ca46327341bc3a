"""What ends a waiver: its last day, a revocation, a pen, rules that find something else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import acts, decisions
from approvals.audit import verify
from approvals.database import reading
from approvals.pieces import find_piece, history, load_piece, waiver_name
from approvals.queue import counts, listing
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, NotPermitted, Refused, UnknownName
from campaign.waiver import Waiver
from tests.approvals.gate import (
    AT,
    STAFFED,
    Rules,
    by_hand,
    gate_of,
    ledger,
    status_of,
)
from tests.approvals.waiving import DAY, RULE, TODAY, approve, claim, end_of, revoked, waived
from tests.databases import one_engine


def test_a_waiver_that_ran_out_blocks_again_at_approval(blocked: Engine):
    waived(blocked)
    over = end_of(TODAY + DAY) + timedelta(seconds=1)
    with pytest.raises(Refused) as stopped:
        approve(blocked, at=over)
    assert stopped.value.fact == f"Cannot approve `letter rev 1`: `{RULE}` blocks it."
    assert status_of(blocked) is Status.BLOCKED
    assert releases_due(blocked) == ()
    told = history(blocked, "letter")[-1]
    assert told.details["reason"] == f"no waiver of `{RULE}` holds any more"
    (line,) = listing(blocked)
    assert line.verdict == "block"
    assert counts(blocked).by_verdict == {"block": 1}
    assert verify(blocked).verified


@one_engine
def test_its_last_day_is_whole(blocked: Engine):
    waived(blocked)
    assert approve(blocked, at=end_of(TODAY + DAY)).settles
    assert claim(blocked, end_of(TODAY + DAY))


def test_a_waiver_that_ran_out_voids_an_approval_at_release(blocked: Engine):
    waived(blocked)
    approve(blocked)
    with pytest.raises(NotInForce, match=f"`{RULE}` now finds: Says guaranteed"):
        claim(blocked, end_of(TODAY + DAY) + timedelta(seconds=1))
    assert status_of(blocked) is Status.EXPIRED
    assert verify(blocked).verified


@one_engine
def test_before_its_first_day_it_does_not_hold(blocked: Engine):
    """A clock set back finds the waiver not given yet."""
    waived(blocked)
    with pytest.raises(Refused, match=f"`{RULE}` blocks it"):
        approve(blocked, at=AT - DAY)


# revoked


@one_engine
def test_a_revoked_waiver_blocks_what_waits(blocked: Engine):
    made = waived(blocked)
    revoked(blocked, made, by="Ruth Calder")
    stored = load_piece(blocked, "letter")
    assert (stored.status, stored.waivers) == (Status.BLOCKED, ())
    with pytest.raises(Refused, match="blocks it"):
        approve(blocked)
    with pytest.raises(UnknownName, match="is in force"):
        revoked(blocked, made)
    assert verify(blocked).verified


def test_a_revoked_waiver_voids_an_approval(blocked: Engine):
    made = waived(blocked)
    approve(blocked)
    revoked(blocked, made)
    assert status_of(blocked) is Status.APPROVED
    with pytest.raises(NotInForce, match=f"`{RULE}` now finds"):
        claim(blocked)
    assert status_of(blocked) is Status.EXPIRED


def test_a_waiver_revoked_half_way_stops_the_rest_of_an_audience(blocked: Engine):
    made = waived(blocked)
    approve(blocked)
    (release,) = releases_due(blocked)
    books = ledger(blocked, lender=STAFFED)
    assert books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target="letter-1", at=AT)
    assert books.claim(release, "r2", at=AT)
    revoked(blocked, made)
    later = AT + timedelta(minutes=1)
    for ask in (books.submitting, books.claim):
        with pytest.raises(NotInForce):
            ask(release, "r2", at=later)
    assert status_of(blocked) is Status.EXPIRED


@one_engine
@pytest.mark.parametrize("by", ["Ada Stone", "Max Orr", "Lou Field", "Ann Stray"])
def test_only_compliance_revokes(blocked: Engine, by: str):
    made = waived(blocked)
    with pytest.raises(NotPermitted):
        revoked(blocked, made, by=by)
    assert status_of(blocked) is Status.PENDING


# by hand


def insert(engine: Engine, **more: Any) -> Waiver:
    """A waiver written into the database."""
    stored = load_piece(engine, "letter")
    told: dict[str, Any] = {
        "rule": RULE, "piece": "letter", "content": stored.content_hash, "reason": "It quotes the statute.",
        "by": "Sam Ott", "issued": TODAY, "until": TODAY + DAY, **more,
    }  # fmt: skip
    made = Waiver.model_validate(told)
    by_hand(
        engine,
        "INSERT INTO waivers (waiver_id, piece_id, content_hash, rule, noun) VALUES (:id, 'letter', :content, "
        ":rule, :noun)",
        id=waiver_name(made), content=stored.content_hash, rule=RULE, noun=made.model_dump_json(),
    )  # fmt: skip
    return made


NOT_LOGGED = "its waivers are not those the audit log recorded"


def test_a_waiver_inserted_by_hand_lets_nothing_pass(blocked: Engine):
    insert(blocked)
    before = verify(blocked).events
    with pytest.raises(Refused, match=NOT_LOGGED):
        acts.rescreen(gate_of(blocked, lender=STAFFED), "letter", by="Ruth Calder", at=AT)
    with pytest.raises(Refused, match=NOT_LOGGED):
        waived(blocked, "test.best")
    with pytest.raises(Refused, match="blocks it"):
        approve(blocked)
    assert (verify(blocked).events, status_of(blocked)) == (before, Status.BLOCKED)


@one_engine
@pytest.mark.parametrize(
    "edit_by_hand",
    [
        "UPDATE waivers SET noun = replace(noun, '2026-02-27', '2036-02-27')",
        "UPDATE waivers SET noun = replace(noun, 'Sam Ott', 'Ruth Calder')",
        "UPDATE waivers SET noun = replace(noun, 'statute', 'weather')",
    ],
)
def test_a_waiver_edited_by_hand_lets_nothing_pass(blocked: Engine, edit_by_hand: str):
    waived(blocked)
    by_hand(blocked, edit_by_hand)
    with pytest.raises(Refused, match=NOT_LOGGED):
        approve(blocked)
    assert status_of(blocked) is Status.PENDING


def test_a_waiver_edited_by_hand_after_the_approval_voids_it(blocked: Engine):
    waived(blocked)
    approve(blocked)
    by_hand(blocked, "UPDATE waivers SET noun = replace(noun, '2026-02-27', '2036-02-27')")
    with pytest.raises(NotInForce, match=NOT_LOGGED):
        claim(blocked)


@one_engine
def test_a_revocation_undone_by_hand_stays_done(blocked: Engine):
    made = waived(blocked)
    revoked(blocked, made)
    by_hand(blocked, "UPDATE waivers SET revoked_at = NULL")
    with pytest.raises(Refused, match=NOT_LOGGED):
        acts.rescreen(gate_of(blocked, lender=STAFFED), "letter", by="Ruth Calder", at=AT)
    by_hand(blocked, "UPDATE pieces SET status = 'pending'")
    with pytest.raises(Refused, match="its record says pending and the audit log says blocked"):
        approve(blocked)


@one_engine
def test_a_record_changed_by_hand_is_waived_by_nobody(blocked: Engine):
    by_hand(blocked, "UPDATE pieces SET noun = replace(noun, 'best', 'rest')")
    with pytest.raises(Refused, match="its stored record was changed after it was screened"):
        waived(blocked)
    with reading(blocked) as session:
        assert find_piece(session, "letter").status == Status.BLOCKED


@one_engine
def test_rules_that_find_something_else_are_not_waived_with_it(blocked: Engine):
    waived(blocked)
    newer = Rules(version="pack-2", blocks={"guaranteed", "best"})
    with pytest.raises(Refused, match=r"`test\.best` now finds"):
        decisions.approve(gate_of(blocked, newer, STAFFED), "letter", by="Ruth Calder", at=AT)
    assert status_of(blocked) is Status.BLOCKED
    newer.blocks = {"guaranteed"}
    acts.rescreen(gate_of(blocked, newer, STAFFED), "letter", by="Ruth Calder", at=AT)
    assert status_of(blocked) is Status.PENDING, "the same finding of the same bytes stays waived"
