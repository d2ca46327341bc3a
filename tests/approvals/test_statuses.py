"""The table is the whole of what can happen to a revision."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.database import writing
from approvals.statuses import MEANINGS, TRANSITIONS, Status, move
from campaign.errors import Refused
from tests.approvals.gate import AT, a_piece, by_hand, start, status_of, submit

EVERY_PAIR = list(itertools.product(Status, Status))
ALLOWED = sorted([(source, to) for source, targets in TRANSITIONS.items() for to in targets])
FORBIDDEN = sorted(set(EVERY_PAIR) - set(ALLOWED))


def put_at(engine: Engine, status: Status) -> None:
    start(engine)
    submit(engine, a_piece())
    by_hand(engine, "UPDATE pieces SET status = :status", status=status.value)


def attempt(engine: Engine, source: Status, to: Status) -> None:
    with writing(engine) as session:
        move(session, "letter", 1, expected=source, to=to, by="someone", at=AT)


def test_every_status_has_a_row_and_a_sentence():
    assert set(TRANSITIONS) == set(MEANINGS) == set(Status)
    assert all(status.meaning.endswith(".") for status in Status)
    assert len(set(MEANINGS.values())) == len(Status)


def test_nothing_leads_out_of_the_three_ends_and_everything_else_has_a_way_on():
    ends = {status for status in Status if not TRANSITIONS[status]}
    assert ends == {Status.SUPERSEDED, Status.EXPIRED, Status.RECALLED}


def test_only_a_pending_revision_can_become_approved_and_only_an_approved_one_goes_out():
    assert [source for source, to in ALLOWED if to is Status.APPROVED] == [Status.PENDING]
    assert [source for source, to in ALLOWED if to is Status.APPROVED_CONDITIONALLY] == [Status.PENDING]
    through = [source for source, to in ALLOWED if to is Status.RELEASED]
    assert through == [Status.APPROVED, Status.APPROVED_CONDITIONALLY]
    assert [source for source, to in ALLOWED if to is Status.PUBLISHED] == [Status.RELEASED]


@pytest.mark.parametrize(("source", "to"), ALLOWED)
def test_an_allowed_move_is_made_and_recorded(engine: Engine, source: Status, to: Status):
    put_at(engine, source)
    attempt(engine, source, to)
    assert status_of(engine) is to
    assert verify(engine).verified


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("source", "to"), FORBIDDEN)
def test_a_forbidden_move_is_refused_and_leaves_everything(engine: Engine, source: Status, to: Status):
    put_at(engine, source)
    before = verify(engine).events
    with pytest.raises(Refused, match=f"is {source.in_words} and cannot become {to.in_words}"):
        attempt(engine, source, to)
    assert status_of(engine) is source
    assert verify(engine).events == before


def test_the_second_of_two_moves_from_the_same_status_reads_a_sentence(engine: Engine):
    put_at(engine, Status.PENDING)
    attempt(engine, Status.PENDING, Status.APPROVED)
    with pytest.raises(Refused, match=r"`letter rev 1` is no longer pending: another got there first"):
        attempt(engine, Status.PENDING, Status.REJECTED)
    assert status_of(engine) is Status.APPROVED


def test_a_move_whose_transaction_fails_leaves_neither_status_nor_event(engine: Engine):
    put_at(engine, Status.PENDING)
    before = verify(engine).events

    def interrupted() -> None:
        with writing(engine) as session:
            move(session, "letter", 1, expected=Status.PENDING, to=Status.APPROVED, by="someone", at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert status_of(engine) is Status.PENDING
    assert verify(engine).events == before
