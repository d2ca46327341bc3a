"""What ends an approval later, or takes half of one away: people, the lender's rules, the rule pack, a pen."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals import acts
from approvals.audit import verify
from approvals.delegating import end_delegation
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.requirements import no_longer
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.channel import Channel
from campaign.errors import NotInForce, Refused
from campaign.lender import Lender
from campaign.release import Decision
from tests.approvals.approvers import PAIR, approve, away, claim, without
from tests.approvals.gate import (
    AT,
    LENDER,
    LOU,
    Rules,
    a_piece,
    by_hand,
    gate_of,
    ledger,
    staffed,
    status_of,
    submit,
)
from tests.databases import one_engine


@one_engine
@pytest.mark.parametrize(
    "since",
    [without("Ruth Calder"), without(Ruth_Calder="marketer"), without(Ruth_Calder="admin")],
    ids=["gone", "marketer", "admin"],
)
def test_a_role_taken_away_after_an_approval_voids_it(waiting: Engine, since: Lender):
    approve(waiting, "Ruth Calder", staffed())
    with pytest.raises(NotInForce, match="`Ruth Calder`, who approved it, may no longer do so"):
        claim(waiting, since)
    assert status_of(waiting) is Status.EXPIRED
    told = history(waiting, "letter")[-1]
    assert told.event == "piece.expired"
    assert told.details["reason"] == "`Ruth Calder`, who approved it, may no longer do so"
    assert verify(waiting).verified


@one_engine
def test_somebody_elses_role_is_nobodys_concern(waiting: Engine):
    approve(waiting, "Ruth Calder", staffed())
    assert claim(waiting, without("Sam Ott", "Max Orr"))


@one_engine
@pytest.mark.parametrize(
    ("since", "stands"),
    [
        ((PAIR,), False),
        ((ApprovalRule(name="Head", roles=("admin",)),), False),
        ((ApprovalRule(name="Named", roles=("loan_officer",)),), False),
        ((ApprovalRule(name="Ads", channels=(Channel.META,), people=3),), True),
        ((ApprovalRule(name="Same", roles=("compliance",)),), True),
        ((), True),
    ],
)
def test_rules_made_stricter_after_an_approval_void_it(
    waiting: Engine, since: tuple[ApprovalRule, ...], stands: bool
):
    approve(waiting, "Ruth Calder", staffed())
    if stands:
        assert claim(waiting, staffed(*since))
        return
    with pytest.raises(NotInForce, match="the lender's rules now ask for"):
        claim(waiting, staffed(*since))
    assert status_of(waiting) is Status.EXPIRED


@one_engine
def test_rules_made_looser_do_not_complete_what_was_begun(waiting: Engine):
    """Only a person's approval makes a release; a piece with half of what was asked goes on to wait."""
    approve(waiting, "Ruth Calder", staffed(PAIR))
    assert acts.rescreen(gate_of(waiting, lender=staffed()), "letter", by="Ada Stone", at=AT) == "pending"
    assert releases_due(waiting) == ()
    assert approve(waiting, "Ada Stone", staffed()).settles


@one_engine
def test_a_leave_that_is_over_does_not_undo_what_the_stand_in_did(waiting: Engine):
    away(waiting, "Ruth Calder", "Max Orr")
    approve(waiting, "Max Orr", staffed())
    end_delegation(
        gate_of(waiting, lender=staffed()), absent="Ruth Calder", stand_in="Max Orr", by="Ada Stone", at=AT
    )
    assert claim(waiting, staffed())


@one_engine
@pytest.mark.parametrize("since", [without("Ruth Calder"), without("Max Orr")])
def test_an_approval_in_somebodys_place_falls_with_either(waiting: Engine, since: Lender):
    away(waiting, "Ruth Calder", "Max Orr")
    approve(waiting, "Max Orr", staffed())
    with pytest.raises(NotInForce, match="`Max Orr`, who approved it, may no longer do so"):
        claim(waiting, since)


def test_nobody_completes_an_approval_whose_first_half_no_longer_counts(waiting: Engine):
    approve(waiting, "Ruth Calder", staffed(PAIR))
    since = without("Ruth Calder").model_copy(update={"approvals": (PAIR,)})
    before = verify(waiting).events
    with pytest.raises(Refused) as stopped:
        approve(waiting, "Sam Ott", since)
    assert str(stopped.value) == (
        "Cannot approve `letter rev 1`: `Ruth Calder`, who approved it before, may no longer do so. "
        "Have it screened again, which takes that approval away."
    )
    assert verify(waiting).events == before
    acts.rescreen(gate_of(waiting, lender=since), "letter", by="Ada Stone", at=AT)
    approve(waiting, "Sam Ott", since)
    assert approve(waiting, "Ada Stone", since).settles


@one_engine
def test_people_who_decided_before_anybody_was_listed_have_to_be_listed(waiting: Engine):
    approve(waiting, "Anyone At All", LENDER)
    with pytest.raises(NotInForce, match="`Anyone At All`, who approved it, may no longer do so"):
        claim(waiting, staffed())


@pytest.mark.parametrize(
    ("by", "role", "stands_in_for", "gone"),
    [
        ("Ruth Calder", "compliance", "", ""),
        ("ruth calder", "compliance", "", ""),
        ("Ruth Calder", "admin", "", "Ruth Calder"),
        ("Max Orr", "compliance", "Ruth Calder", ""),
        ("Max Orr", "admin", "Ruth Calder", "Max Orr"),
        ("Max Orr", "compliance", "", "Max Orr"),
        ("Ann Stray", "compliance", "Ruth Calder", "Ann Stray"),
        ("Ruth Calder", "", "", "Ruth Calder"),
    ],
)
def test_whose_approval_still_counts(by: str, role: str, stands_in_for: str, gone: str):
    made = Decision(
        piece_id="letter", revision=1, answer="approve", by=by, role=role, stands_in_for=stands_in_for, at=AT,
        content_hash="h", pack_version="1", sheet_id="s",
    )  # fmt: skip
    assert no_longer(staffed(), (made,)) == gone
    assert no_longer(LENDER, (made,)) == ""


# by hand


def forged(engine: Engine, by: str) -> None:
    """An approval written into the database."""
    made = Decision(
        piece_id="letter", revision=1, answer="approve", by=by, role="compliance", settles=False, at=AT,
        content_hash=load_piece(engine, "letter").content_hash, pack_version="pack-1", sheet_id="s1",
    )  # fmt: skip
    by_hand(
        engine,
        'INSERT INTO endorsements (piece_id, revision, "by", noun) VALUES (\'letter\', 1, :by, :noun)',
        by=by.casefold(), noun=made.model_dump_json(),
    )  # fmt: skip


NOT_LOGGED = "its approvals are not those the audit log recorded"


def test_an_approval_inserted_by_hand_counts_for_nothing(waiting: Engine):
    forged(waiting, "Sam Ott")
    before = verify(waiting).events
    with pytest.raises(Refused, match=NOT_LOGGED):
        approve(waiting, "Ruth Calder", staffed(PAIR))
    assert (status_of(waiting), verify(waiting).events) == (Status.PENDING, before)


@one_engine
@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM endorsements",
        "UPDATE endorsements SET noun = replace(noun, 'Ruth Calder', 'Sam Ott')",
        "UPDATE endorsements SET noun = replace(noun, '\"compliance\"', '\"loan_officer\"')",
    ],
)
def test_an_approval_edited_by_hand_stops_the_next_and_the_release(waiting: Engine, edit: str):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    kept = load_piece(waiting, "letter").endorsements[0].model_dump_json()
    by_hand(waiting, edit)
    with pytest.raises(Refused, match=NOT_LOGGED):
        approve(waiting, "Ada Stone", lender)
    by_hand(waiting, "DELETE FROM endorsements")
    by_hand(
        waiting,
        'INSERT INTO endorsements (piece_id, revision, "by", noun) '
        "VALUES ('letter', 1, 'ruth calder', :noun)",
        noun=kept,
    )
    approve(waiting, "Ada Stone", lender)
    by_hand(waiting, edit)
    (release,) = releases_due(waiting)
    with pytest.raises(NotInForce, match=NOT_LOGGED):
        ledger(waiting, lender=lender).claim(release, "file", at=AT)
    assert status_of(waiting) is Status.EXPIRED


# rules that changed in between

NEWS = Rules(version="pack-2", warns={"Talk"})


def test_news_of_a_newer_screen_takes_the_first_approval_away(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    with pytest.raises(Refused, match="the rules changed since it was screened"):
        approve(waiting, "Ada Stone", lender, NEWS)
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Ada Stone", lender, NEWS).settles
    assert approve(waiting, "Ruth Calder", lender, NEWS).settles
    assert claim(waiting, lender, NEWS)


@one_engine
def test_newer_rules_that_find_the_same_leave_the_first_approval(waiting: Engine):
    lender, newer = staffed(PAIR), Rules(version="pack-2")
    approve(waiting, "Ruth Calder", lender)
    assert approve(waiting, "Ada Stone", lender, newer).settles
    assert claim(waiting, lender, newer)


def test_a_screen_asked_for_by_a_person_begins_the_approvals_anew(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    acts.rescreen(gate_of(waiting, NEWS, lender), "letter", by="Ada Stone", at=AT)
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Sam Ott", lender, NEWS).settles
    assert not claimable(waiting)


@one_engine
def test_a_new_revision_begins_the_approvals_anew(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    submit(waiting, a_piece(revision=2, originator=LOU))
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Ada Stone", lender).settles


def claimable(engine: Engine) -> bool:
    return bool(releases_due(engine))
