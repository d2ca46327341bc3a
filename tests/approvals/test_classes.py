"""Classes as they are listed and shown: what is alike, what is odd, and what was approved last."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals import acts
from approvals.classes import OUTLIERS, SAMPLE, Member, approved_before, outliers, waiting_classes
from approvals.database import reading
from approvals.editing import edit
from approvals.expiry import expire_approved, supersede_pending
from approvals.filters import Filter
from approvals.pieces import load_piece
from approvals.statuses import Status
from campaign.errors import UnknownName
from tests.approvals.classes import LETTERS, decide, gate, key_of, view
from tests.approvals.gate import AT, Rules, a_piece, approve, by_hand, reject, start, submit
from tests.approvals.signed import LENDER, OFFICERS, STATES, signed
from tests.databases import one_engine


def test_a_line_per_class_in_the_order_they_came(signed_by_all: Engine):
    many, one = waiting_classes(signed_by_all)
    assert (many.pending, many.blocked, many.first) == (6, 0, LETTERS[0].piece_id)
    assert (one.pending, one.first) == (1, "plain")
    assert (many.channel, many.segment, many.master_id, many.verdict, many.rules) == (
        "email", "Owners", "owners.email.a", "pass", (),
    )  # fmt: skip
    assert waiting_classes(signed_by_all, after=many.row) == (one,)
    assert waiting_classes(signed_by_all, limit=1) == (many,)


def test_a_filter_finds_classes_with_a_member_that_fits(signed_by_all: Engine):
    (found,) = waiting_classes(signed_by_all, Filter(state=STATES[2]))
    assert found.pending == 6
    assert waiting_classes(signed_by_all, Filter(state="TX")) == ()
    assert [one.first for one in waiting_classes(signed_by_all, Filter(piece="plain"))] == ["plain"]


def test_a_class_is_listed_while_something_of_it_is_open(signed_by_all: Engine):
    blocking = Rules(version="pack-2", blocks={"Talk"})
    acts.rescreen(gate(signed_by_all, rules=blocking), "plain", by="Ada Stone", at=AT)
    by_verdict = {
        one.first: (one.pending, one.blocked, one.verdict) for one in waiting_classes(signed_by_all)
    }
    assert by_verdict == {LETTERS[0].piece_id: (6, 0, "pass"), "plain": (0, 1, "block")}
    pending = Filter(statuses=(Status.PENDING,))
    assert [one.first for one in waiting_classes(signed_by_all, pending)] == [LETTERS[0].piece_id]
    decide(signed_by_all, key_of(signed_by_all))
    assert [one.first for one in waiting_classes(signed_by_all)] == ["plain"]


def test_a_line_tells_of_a_member_that_is_still_of_it(signed_by_all: Engine):
    """The first that came is screened anew and goes to another class: neither line tells of the other."""
    warning = Rules(warns={"Olive"})
    acts.rescreen(gate(signed_by_all, rules=warning), LETTERS[0].piece_id, by="Ada Stone", at=AT)
    told = {one.first: (one.pending, one.verdict, one.rules) for one in waiting_classes(signed_by_all)}
    assert told == {
        LETTERS[0].piece_id: (1, "warn", ("test.Olive",)),
        LETTERS[1].piece_id: (5, "pass", ()),
        "plain": (1, "pass", ()),
    }
    acts.rescreen(gate(signed_by_all), LETTERS[0].piece_id, by="Ada Stone", at=AT)
    assert [(one.first, one.pending) for one in waiting_classes(signed_by_all)] == [
        (LETTERS[0].piece_id, 6), ("plain", 1),
    ]  # fmt: skip


# shown


def test_a_class_shows_its_master_and_who_differs_how(signed_by_all: Engine):
    shown = view(signed_by_all)
    assert shown.template["subject"] == "A rate of 6.125%"
    assert (
        "{{originator_name}}, NMLS {{originator_nmls}}, {{company_name}}. {{legends}}"
        in (shown.template["body"])
    )
    assert shown.slots == ("legends", "originator_name", "originator_nmls")
    assert [one.piece_id for one in shown.members] == [piece.piece_id for piece in LETTERS]
    assert [one.slots["originator_name"] for one in shown.members] == [one.name for one in OFFICERS]
    assert shown.members[0].slots["company_name"] == LENDER.name, "shown by all, and no column"
    assert shown.first == load_piece(signed_by_all, LETTERS[0].piece_id)
    assert shown.before is None


@one_engine
def test_the_odd_ones_come_first_with_why(signed_by_all: Engine):
    submit(signed_by_all, signed(OFFICERS[1], STATES[:1], piece_id="again"), lender=LENDER)
    odd = {why: one for one in view(signed_by_all).outliers for why in one.odd.split(", ")}
    assert odd["longest originator_name"].slots["originator_name"] == "Cornelia van der Merwe-Castellanos"
    assert odd["shortest originator_name"].slots["originator_name"] == "Bo Ash"
    assert odd["CA is in 1 of 7"].states == ("CA",)
    assert "AZ is in 2 of 7" not in odd
    assert not [why for why in odd if why.endswith("originator_nmls")], "every id is as long as the others"


MEMBERS = st.lists(
    st.builds(
        Member,
        piece_id=st.uuids().map(str),
        revision=st.just(1),
        states=st.lists(st.sampled_from(["ID", "CA", "WA", "NV"]), unique=True).map(tuple),
        slots=st.fixed_dictionaries(
            {"originator_name": st.sampled_from(["Bo", "Ann Lee", "Cornelia Castellanos"])},
            optional={"legends": st.sampled_from(["MB-1", "MB-1, MB-22"]), "partner_name": st.just("Kay")},
        ),
    ),
    max_size=9,
    unique_by=lambda one: one.piece_id,
)


@given(MEMBERS)
def test_what_is_called_odd_is_odd(members: list[Member]):
    found = outliers(members)
    assert len(found) <= OUTLIERS
    assert len({one.piece_id for one in found}) == len(found)
    for one in found:
        assert one.model_copy(update={"odd": ""}) in members
        for why in one.odd.split(", "):
            _is_true(why, one, members)


def _is_true(why: str, one: Member, members: list[Member]) -> None:
    if told := re.fullmatch(r"(longest|shortest) (\w+)", why):
        lengths = [len(other.slots.get(told[2], "")) for other in members]
        wanted = max(lengths) if told[1] == "longest" else min(lengths)
        assert len(one.slots.get(told[2], "")) == wanted
        assert min(lengths) < max(lengths)
        return
    told = re.fullmatch(r"(\w\w) is in (\d+) of (\d+)", why)
    assert told is not None, why
    counted = Counter(state for other in members for state in other.states)
    assert told[1] in one.states
    assert counted[told[1]] == int(told[2]) < int(told[3]) == len(members)
    assert sum(count < int(told[2]) for count in counted.values()) <= 1, "one of the two rarest"


@given(MEMBERS)
def test_the_rarest_state_and_the_longest_name_are_always_among_the_odd(members: list[Member]):
    found = outliers(members)
    counted = Counter(state for one in members for state in one.states)
    rare = [state for state, count in counted.items() if count == min(counted.values()) < len(members)]
    if rare and len(members) > 1:
        assert set(rare) & {state for one in found for state in one.states}
    names = [len(one.slots["originator_name"]) for one in members]
    if len(set(names)) > 1:
        assert max(names) in {len(one.slots["originator_name"]) for one in found}


def test_a_class_of_one_has_nothing_odd():
    one = Member(piece_id="a", revision=1, states=("ID",), slots={"originator_name": "Bo"})
    assert outliers([one]) == ()
    assert outliers([]) == ()
    assert outliers([one, one.model_copy(update={"piece_id": "b"})]) == ()


@one_engine
def test_a_sample_is_drawn_again_from_its_seed(signed_by_all: Engine):
    drawn = {seed: view(signed_by_all, seed=seed).sample for seed in range(8)}
    assert drawn == {seed: view(signed_by_all, seed=seed).sample for seed in range(8)}
    assert len({tuple(one.piece_id for one in some) for some in drawn.values()}) > 1
    for some in drawn.values():
        assert len(some) == len({one.piece_id for one in some}) == SAMPLE
        assert {one.piece_id for one in some} <= {piece.piece_id for piece in LETTERS}


@one_engine
def test_only_what_waits_is_a_member(signed_by_all: Engine):
    acts.withdraw(gate(signed_by_all), LETTERS[1].piece_id, by="Max Orr", at=AT, reason="Not now.")
    assert len(view(signed_by_all).members) == 5
    decide(signed_by_all, key_of(signed_by_all))
    with pytest.raises(UnknownName, match=r"No piece of a class `\w+` waits. See `vallum queue --classes`"):
        view(signed_by_all)


@one_engine
def test_identity_is_verified_at_the_moment_of_looking(signed_by_all: Engine):
    """Once a licence ran out, what it filled in is no slot any more and shows in the master."""
    later = AT + timedelta(days=365)
    shown = view(signed_by_all, at=later)
    assert "legends" not in shown.slots
    assert "MB-AZ-7" in str(shown.template["body"])


# the last approved


def before(engine: Engine, piece_id: str) -> str | None:
    with reading(engine) as session:
        found = approved_before(session, load_piece(engine, piece_id))
    return None if found is None else found.piece.piece_id


def test_the_last_approved_is_of_the_same_master_and_channel(engine: Engine):
    start(engine)
    start(engine, "run-2")
    for name in ("first", "second", "third"):
        submit(engine, a_piece(name))
    submit(engine, a_piece("new"), run_id="run-2")
    submit(engine, a_piece("post", channel="meta"))
    assert before(engine, "new") is None
    approve(engine, "first")
    assert before(engine, "new") == "first"
    assert before(engine, "post") is None
    approve(engine, "third")
    assert before(engine, "new") == "third"
    assert before(engine, "third") == "first", "a piece is held to another, not to itself"


@one_engine
@pytest.mark.parametrize("since", ["superseded", "expired", "withdrawn", "recalled"])
def test_what_was_approved_once_is_the_last_approved_whatever_became_of_it(engine: Engine, since: str):
    start(engine)
    start(engine, "run-2")
    submit(engine, a_piece("first"))
    submit(engine, a_piece("new"), run_id="run-2")
    approve(engine, "first")
    if since == "superseded":
        edit(gate(engine), "first", {"body": "Write to us."}, by="Max Orr", at=AT)
    elif since == "expired":
        expire_approved(engine, "run-1", reason="the rate moved", at=AT)
    elif since == "withdrawn":
        acts.withdraw(gate(engine), "first", by="Max Orr", at=AT, reason="Not now.")
    else:
        by_hand(engine, "UPDATE pieces SET status = 'recalled' WHERE piece_id = 'first'")
    assert before(engine, "new") == "first"


@one_engine
def test_what_was_never_approved_is_not(engine: Engine):
    start(engine)
    start(engine, "run-2")
    for name in ("turned down", "replanned"):
        submit(engine, a_piece(name))
    submit(engine, a_piece("new"), run_id="run-2")
    reject(engine, "turned down")
    by_hand(engine, "UPDATE pieces SET status = 'expired' WHERE piece_id = 'replanned'")
    supersede_pending(engine, "run-1", reason="a newer plan", at=AT)
    assert before(engine, "new") is None
