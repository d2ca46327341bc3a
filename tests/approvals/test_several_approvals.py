"""Approvals of one piece by several people: who counts, in whose place, and who never does."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals import decisions
from approvals.audit import verify
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.errors import NotPermitted
from tests.approvals.approvers import PAIR, approve, away
from tests.approvals.gate import (
    AT,
    LENDER,
    WRITER,
    a_piece,
    gate_of,
    ledger,
    staffed,
    start,
    status_of,
    submit,
)
from tests.databases import one_engine

NAMED = ApprovalRule(name="Named", roles=("loan_officer", "compliance"))


def test_the_first_of_two_approvals_is_kept_and_lets_nothing_out(waiting: Engine):
    first = approve(waiting, "Ruth Calder", staffed(PAIR), reason="Exact.")
    assert (first.settles, first.role) == (False, "compliance")
    assert status_of(waiting) is Status.PENDING
    assert releases_due(waiting) == ()
    kept = load_piece(waiting, "letter")
    assert kept.endorsements == (first,)
    assert kept.decision is None
    last = approve(waiting, "Ada Stone", staffed(PAIR))
    assert last.settles
    assert [one.by for one in load_piece(waiting, "letter").approvals] == ["Ruth Calder", "Ada Stone"]
    assert [event.event for event in history(waiting, "letter")][-2:] == ["piece.endorsed", "piece.approved"]
    assert verify(waiting).verified
    (release,) = releases_due(waiting)
    assert ledger(waiting, lender=staffed(PAIR)).claim(release, "file", at=AT)


@one_engine
@pytest.mark.parametrize("again", ["Ruth Calder", " ruth  CALDER "])
def test_one_person_is_not_two(waiting: Engine, again: str):
    approve(waiting, "Ruth Calder", staffed(PAIR))
    before = verify(waiting).events
    with pytest.raises(NotPermitted) as stopped:
        approve(waiting, again, staffed(PAIR))
    assert str(stopped.value) == (
        "Cannot approve `letter rev 1`: you approved it already. "
        "It needs 2 people with the role compliance or admin."
    )
    assert verify(waiting).events == before


def test_somebody_and_their_stand_in_are_not_two(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    approve(waiting, "Ruth Calder", staffed(PAIR))
    with pytest.raises(NotPermitted, match="it needs the approval of another person"):
        approve(waiting, "Pat Reed", staffed(PAIR))


@one_engine
def test_a_stand_in_and_whose_place_they_took_are_not_two(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    assert approve(waiting, "Pat Reed", staffed(PAIR)).stands_in_for == "Ruth Calder"
    with pytest.raises(NotPermitted, match="you approved it already"):
        approve(waiting, "Ruth Calder", staffed(PAIR))
    assert approve(waiting, "Sam Ott", staffed(PAIR)).settles


@one_engine
def test_one_stand_in_of_two_people_is_one(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    away(waiting, "Ada Stone", "Pat Reed")
    approve(waiting, "Pat Reed", staffed(PAIR))
    with pytest.raises(NotPermitted, match="you approved it already"):
        approve(waiting, "Pat Reed", staffed(PAIR))


@one_engine
def test_a_stand_in_of_two_takes_the_place_that_is_still_empty(waiting: Engine):
    away(waiting, "Ruth Calder", "Max Orr")
    away(waiting, "Sam Ott", "Max Orr")
    approve(waiting, "Ruth Calder", staffed(PAIR))
    made = approve(waiting, "Max Orr", staffed(PAIR))
    assert (made.settles, made.stands_in_for) == (True, "Sam Ott")


@one_engine
def test_a_loan_officer_answers_for_their_own_name_only(waiting: Engine):
    with pytest.raises(NotPermitted, match="and it is not in their name"):
        approve(waiting, "Pat Reed", staffed(NAMED))
    approve(waiting, "Ruth Calder", staffed(NAMED))
    with pytest.raises(NotPermitted, match="it needs the approval of loan officer"):
        approve(waiting, "Sam Ott", staffed(NAMED))
    assert approve(waiting, "Lou Field", staffed(NAMED)).settles


@one_engine
def test_standing_in_for_another_loan_officer_does_not_fill_the_named_ones_place(waiting: Engine):
    """Ruth acts for Pat; the piece is in Lou's name, so she is compliance here and nothing else."""
    away(waiting, "Pat Reed", "Ruth Calder")
    assert approve(waiting, "Ruth Calder", staffed(NAMED)).role == "compliance"
    away(waiting, "Sam Ott", "Pat Reed")
    with pytest.raises(NotPermitted, match="it needs the approval of loan officer"):
        approve(waiting, "Pat Reed", staffed(NAMED))


@one_engine
def test_the_named_loan_officers_stand_in_answers_in_their_place(waiting: Engine):
    away(waiting, "Lou Field", "Pat Reed")
    made = approve(waiting, "Pat Reed", staffed(NAMED))
    assert (made.role, made.stands_in_for) == ("loan_officer", "Lou Field")


@one_engine
def test_where_nobody_is_named_compliance_alone_is_enough(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    assert approve(engine, "Ruth Calder", staffed(NAMED)).settles


@one_engine
def test_a_loan_officers_approval_counts_only_where_a_rule_asks_for_it(waiting: Engine):
    with pytest.raises(NotPermitted, match="It needs one person with the role compliance or admin"):
        approve(waiting, "Lou Field", staffed())


@one_engine
@pytest.mark.parametrize("authors", [("Ruth Calder",), (WRITER, "model x", "ruth  CALDER")])
def test_whoever_wrote_a_part_approves_nothing_of_it(engine: Engine, authors: tuple[str, ...]):
    start(engine)
    submit(engine, a_piece(authors=authors))
    for lender in (staffed(), staffed(PAIR), LENDER):
        with pytest.raises(NotPermitted, match="you wrote this revision"):
            approve(engine, "Ruth Calder", lender)


@one_engine
def test_an_author_approves_nothing_through_anybodys_place(engine: Engine):
    start(engine)
    submit(engine, a_piece(authors=("Max Orr",)))
    away(engine, "Ruth Calder", "Max Orr")
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(engine, "Max Orr", staffed())


@one_engine
def test_nobody_approves_in_an_authors_place(engine: Engine):
    start(engine)
    submit(engine, a_piece(authors=("Ruth Calder",)))
    away(engine, "Ruth Calder", "Sam Ott")
    with pytest.raises(NotPermitted) as stopped:
        approve(engine, "Sam Ott", staffed())
    assert stopped.value.fact == (
        "Cannot approve `letter rev 1`: `Ruth Calder`, in whose place you act, wrote it."
    )


@one_engine
def test_a_no_says_in_which_role_and_in_whose_place(waiting: Engine):
    away(waiting, "Lou Field", "Max Orr")
    made = decisions.reject(
        gate_of(waiting, lender=staffed()), "letter", by="Max Orr", at=AT, reason="Not my words."
    )
    assert (made.role, made.stands_in_for) == ("loan_officer", "Lou Field")
