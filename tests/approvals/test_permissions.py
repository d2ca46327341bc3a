"""The permission table: every role, every act, and every place a piece may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.database import open_database, reading
from approvals.people import Actor, who_is
from approvals.permissions import PERMISSIONS, Action, may, permit
from approvals.statuses import Status
from campaign.errors import NotPermitted, Refused
from campaign.lender import Lender
from tests.approvals.cast import EVERYONE, EXPECTED, NOBODY, SPEAKER, STAFFED, expected
from tests.approvals.gate import AT, LENDER
from tests.approvals.standings import a_clear_sentence


@contextmanager
def seen_by(engine: Engine, lender: Lender, name: str) -> Iterator[Actor]:
    with reading(engine) as session:
        yield who_is(session, lender, name, AT)


def test_the_table_speaks_of_every_action_and_of_known_roles_only():
    assert set(PERMISSIONS) == set(Action)
    assert {action.value for action in Action} == set(EXPECTED)


@pytest.mark.parametrize("spoken", [True, False], ids=["in_a_name", "in_nobodys_name"])
def test_the_table_answers_as_expected_over_the_whole_product(
    standing: Callable[[Status, bool], Path], spoken: bool
):
    engine = open_database(f"sqlite:///{standing(Status.PENDING, spoken)}")
    speaker = SPEAKER.name if spoken else ""
    asked = 0
    for name in (one for one in EVERYONE if one != NOBODY):
        with seen_by(engine, STAFFED, name) as actor:
            for action, status in product(Action, Status):
                wanted = expected(name, action, status, spoken=spoken)
                assert may(actor, action, status, speaker=speaker) is wanted, (name, action, status)
                try:
                    permit(actor, action, status, "letter rev 1", speaker=speaker)
                    assert wanted, (name, action, status)
                except Refused as stopped:
                    assert not wanted, (name, action, status)
                    a_clear_sentence(stopped, f"Cannot {action.in_words} `letter rev 1`: ")
                asked += 1
    engine.dispose()
    assert asked == 9 * 20 * 14


def test_where_nobody_is_listed_everyone_may_whatever_a_status_allows(engine: Engine):
    with seen_by(engine, LENDER, "Anyone At All") as actor:
        for action, status in product(Action, Status):
            where = EXPECTED[action][1]
            assert may(actor, action, status) is (where is None or status in where.split())


def test_an_unknown_name_is_nobody(engine: Engine):
    with pytest.raises(NotPermitted) as stopped, seen_by(engine, STAFFED, NOBODY):
        pass
    a_clear_sentence(stopped.value, f"`{NOBODY}` is not among the people of lender.toml.")


def test_an_act_about_no_piece_is_not_asked_where_a_piece_has_to_stand(engine: Engine):
    with seen_by(engine, STAFFED, "Ruth Calder") as actor:
        assert not may(actor, Action.APPROVE)
        assert may(actor, Action.PAUSE)


def test_a_marketer_who_fills_in_for_one_officer_does_not_own_what_speaks_in_their_own_name(engine: Engine):
    """A name on a piece makes it a loan officer's own, and only a loan officer's."""
    actor = Actor(name="Max Orr", role="marketer", stand_ins=(("Lou Field", "loan_officer"),))
    assert may(actor, Action.APPROVE, Status.PENDING, speaker="lou  FIELD")
    assert not may(actor, Action.APPROVE, Status.PENDING, speaker="Max Orr")
    assert not may(actor, Action.APPROVE, Status.PENDING, speaker="")
