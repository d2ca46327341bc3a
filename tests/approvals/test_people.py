"""Who someone is at the gate, and whose place they take while others are away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.database import reading
from approvals.delegating import delegate, end_delegation
from approvals.people import ROLES, Actor, Delegation, delegations, who_is
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.lender import Lender, Person
from tests.approvals.gate import AT, LENDER, approve, by_hand, gate_of, reject, start, status_of, submit
from tests.approvals.gate import a_piece as letter
from tests.databases import one_engine

PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Max Orr", role="marketer"),
    Person(name="Lou Field", role="loan_officer"),
    Person(name="Ada Stone", role="admin"),
    Person(name="Ida Boyd", role="marketer"),
)
STAFFED = LENDER.model_copy(update={"people": PEOPLE})  # in New York
TODAY = date(2026, 2, 26)
DAY = timedelta(days=1)


def who(engine: Engine, name: str, at: datetime = AT, lender: Lender = STAFFED) -> Actor:
    with reading(engine) as session:
        return who_is(session, lender, name, at)


def away(engine: Engine, absent: str, stand_in: str, **more: Any) -> Delegation:
    asked = {"starts": TODAY, "until": TODAY, "by": "Ada Stone", "at": AT, **more}
    return delegate(gate_of(engine, lender=STAFFED), absent=absent, stand_in=stand_in, **asked)


def back(engine: Engine, absent: str, stand_in: str, **more: Any) -> Delegation:
    asked = {"by": "Ada Stone", "at": AT, **more}
    return end_delegation(gate_of(engine, lender=STAFFED), absent=absent, stand_in=stand_in, **asked)


@one_engine
@pytest.mark.parametrize("typed", ["Ruth Calder", " ruth   CALDER\t", "Ｒuth Calder"])
def test_a_name_is_found_however_it_is_typed(engine: Engine, typed: str):
    actor = who(engine, typed)
    assert (actor.name, actor.role, actor.roles) == ("Ruth Calder", "compliance", {"compliance"})


@one_engine
@pytest.mark.parametrize("typed", ["Ruth", "Ruth Calder Jr", "RuthCalder", "Ruth Ca1der", "Вuth Calder"])
def test_a_name_that_is_almost_somebodys_is_nobodys(engine: Engine, typed: str):
    with pytest.raises(NotPermitted, match=r"is not among the people of lender\.toml\. Have an admin add"):
        who(engine, typed)


@one_engine
@pytest.mark.parametrize("typed", ["", "  ", "42", "\x00\x01", "Ruth\u200b Calder", "x" * 121])
def test_what_is_no_name_is_bad_input(engine: Engine, typed: str):
    for lender in (STAFFED, LENDER):
        with pytest.raises(BadInput, match="names nobody"):
            who(engine, typed, lender=lender)


@one_engine
def test_where_nobody_is_listed_everyone_has_every_role(engine: Engine):
    actor = who(engine, "Anyone  At All", lender=LENDER)
    assert (actor.name, actor.role, actor.roles, actor.places) == ("Anyone At All", None, set(ROLES), ())


@one_engine
def test_whom_to_ask_names_those_who_could_and_not_oneself(engine: Engine):
    assert who(engine, "Max Orr").whom_to_ask({"compliance", "admin"}) == "Ask `Ruth Calder` or `Ada Stone`."
    assert who(engine, "Ada Stone").whom_to_ask({"admin"}) == "Give someone the role admin in lender.toml."


def test_a_stand_in_has_both_roles_while_the_leave_lasts(engine: Engine):
    made = away(engine, " ruth calder ", "MAX ORR", reason="Honeymoon")
    assert (made.absent, made.stand_in, made.by) == ("Ruth Calder", "Max Orr", "Ada Stone")
    max_ = who(engine, "Max Orr")
    assert max_.roles == {"marketer", "compliance"}
    assert max_.places == (("Max Orr", "marketer"), ("Ruth Calder", "compliance"))
    assert who(engine, "Ruth Calder").roles == {"compliance"}, "who is away is still who they are"
    assert who(engine, "Ida Boyd").roles == {"marketer"}


def test_the_first_and_the_last_day_count_whole_in_the_lenders_zone(engine: Engine):
    away(engine, "Ruth Calder", "Max Orr", starts=TODAY, until=TODAY + DAY)
    first = datetime(2026, 2, 26, 5, 0, tzinfo=UTC)  # midnight in New York
    last = datetime(2026, 2, 28, 4, 59, 59, tzinfo=UTC)
    second = timedelta(seconds=1)
    for at, held in ((first - second, False), (first, True), (last, True), (last + second, False)):
        assert ("compliance" in who(engine, "Max Orr", at).roles) is held, at


@given(
    start=st.integers(-3, 3),
    length=st.integers(0, 3),
    at=st.datetimes(datetime(2026, 2, 20), datetime(2026, 3, 15)).map(lambda at: at.replace(microsecond=0)),
    zone=st.sampled_from(["America/New_York", "America/Adak", "Pacific/Guam"]),
)
def test_a_leave_holds_on_its_days_and_on_no_other(start: int, length: int, at: datetime, zone: str):
    lender = LENDER.model_copy(update={"timezone": zone})
    moment = at.replace(tzinfo=UTC)
    first = TODAY + start * DAY
    made = Delegation(absent="A", stand_in="B", starts=first, until=first + length * DAY, by="C")
    assert made.holds(moment, lender) is (made.starts <= moment.astimezone(lender.zone).date() <= made.until)


@one_engine
def test_a_place_is_not_passed_on(engine: Engine):
    away(engine, "Ruth Calder", "Lou Field")
    away(engine, "Lou Field", "Max Orr")
    assert who(engine, "Max Orr").roles == {"marketer", "loan_officer"}


@one_engine
def test_the_role_that_counts_is_the_one_the_absent_person_has_now(engine: Engine):
    away(engine, "Ruth Calder", "Max Orr")
    gone = STAFFED.model_copy(update={"people": PEOPLE[1:]})
    assert who(engine, "Max Orr", lender=gone).roles == {"marketer"}
    moved = STAFFED.model_copy(
        update={"people": (Person(name="Ruth Calder", role="loan_officer"), *PEOPLE[1:])}
    )
    assert who(engine, "Max Orr", lender=moved).roles == {"marketer", "loan_officer"}
    alone = STAFFED.model_copy(update={"people": PEOPLE[:1]})
    with pytest.raises(NotPermitted):
        who(engine, "Max Orr", lender=alone)


def test_a_second_leave_does_not_undo_the_first(engine: Engine):
    away(engine, "Ruth Calder", "Max Orr")
    away(engine, "Ruth Calder", "Max Orr", starts=TODAY + 9 * DAY, until=TODAY + 10 * DAY)
    for days, held in ((0, True), (1, False), (9, True), (11, False)):
        assert ("compliance" in who(engine, "Max Orr", AT + days * DAY).roles) is held, days


def test_ending_ends_every_leave_between_two_people_and_no_other(engine: Engine):
    away(engine, "Ruth Calder", "Max Orr")
    away(engine, "Ruth Calder", "Max Orr", starts=TODAY + 9 * DAY, until=TODAY + 10 * DAY)
    away(engine, "Ruth Calder", "Ida Boyd")
    back(engine, "ruth calder", "max orr", by="Ruth Calder")
    for days in (0, 9):
        assert who(engine, "Max Orr", AT + days * DAY).roles == {"marketer"}
    assert who(engine, "Ida Boyd").roles == {"marketer", "compliance"}
    with pytest.raises(BadInput, match="`Max Orr` does not stand in for `Ruth Calder`"):
        back(engine, "Ruth Calder", "Max Orr")
    away(engine, "Ruth Calder", "Max Orr")
    assert "compliance" in who(engine, "Max Orr").roles


@one_engine
@pytest.mark.parametrize("by", ["Ruth Calder", "Ada Stone"])
def test_the_absent_person_and_an_admin_arrange_it(engine: Engine, by: str):
    away(engine, "Ruth Calder", "Max Orr", by=by)
    back(engine, "Ruth Calder", "Max Orr", by=by)


@one_engine
@pytest.mark.parametrize("by", ["Max Orr", "Ida Boyd", "Lou Field"])
def test_nobody_takes_a_place_for_themselves_or_gives_another_away(engine: Engine, by: str):
    with pytest.raises(
        NotPermitted, match=f"Cannot delegate `the place of Ruth Calder`: `{by}` has the role"
    ):
        away(engine, "Ruth Calder", "Max Orr", by=by)
    away(engine, "Ruth Calder", "Max Orr")
    with pytest.raises(NotPermitted):
        back(engine, "Ruth Calder", "Max Orr", by=by)
    assert "compliance" in who(engine, "Max Orr").roles


@one_engine
@pytest.mark.parametrize(
    ("absent", "stand_in", "more", "error", "said"),
    [
        ("Ruth Calder", "ruth CALDER", {}, BadInput, "`Ruth Calder` cannot stand in for themselves"),
        ("Ruth Calder", "Ann Stray", {}, NotPermitted, "`Ann Stray` is not among the people"),
        ("Ann Stray", "Max Orr", {}, NotPermitted, "`Ann Stray` is not among the people"),
        ("Ruth Calder", "Max Orr", {"by": "Ann Stray"}, NotPermitted, "`Ann Stray` is not among the people"),
        ("Ruth Calder", "Max Orr", {"until": TODAY - DAY}, BadInput, "ends on 2026-02-25, before it starts"),
    ],
)
def test_a_leave_that_cannot_be_is_one_sentence_and_no_event(
    engine: Engine, absent: str, stand_in: str, more: dict[str, Any], error: type[Exception], said: str
):
    with pytest.raises(error, match=said):
        away(engine, absent, stand_in, **more)
    assert verify(engine).events == 0


def test_every_leave_is_in_the_log_and_an_edit_of_it_stops_everyone(engine: Engine):
    """The log is the only record of who stands in for whom: whoever edits it can no longer act on it."""
    start(engine)
    submit(engine, letter())
    away(engine, "Ruth Calder", "Lou Field", reason="Honeymoon")
    with reading(engine) as session:
        assert [one.reason for one in delegations(session)] == ["Honeymoon"]
    by_hand(engine, "UPDATE audit_events SET details = replace(details, 'Lou Field', 'Max Orr')")
    for answer in (approve, reject):
        with pytest.raises(Refused, match="of the audit log was changed"):
            answer(engine, by="Max Orr", lender=STAFFED)
    assert status_of(engine) == "pending"


def test_a_decision_says_in_whose_place_it_was_given(engine: Engine):
    start(engine)
    submit(engine, letter())
    away(engine, "Ruth Calder", "Max Orr")
    made = approve(engine, by="max orr", lender=STAFFED)
    assert (made.by, made.role, made.stands_in_for) == ("Max Orr", "compliance", "Ruth Calder")


def test_a_stand_in_who_could_decide_anyway_decides_in_their_own_name(engine: Engine):
    start(engine)
    submit(engine, letter())
    away(engine, "Ruth Calder", "Ada Stone")
    made = approve(engine, by="Ada Stone", lender=STAFFED)
    assert (made.role, made.stands_in_for) == ("admin", "")
