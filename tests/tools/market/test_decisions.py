"""Decisions of the Fed that a person read: checked against the calendar, laid over it, kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput
from campaign.market_hours import statement_at
from tests.tools.market.markets import AT, workspace_in
from tools.market.decisions import read_decision, says_the_same, with_decisions
from tools.market.given import keep_decision
from tools.market.series import open_market, shipped_market

MARKET = shipped_market()
OCTOBER, DECEMBER, JANUARY = date(2026, 10, 28), date(2026, 12, 9), date(2027, 1, 27)
LATER = datetime(2027, 2, 1, tzinfo=UTC)


def decided(day, lower, upper, *, scheduled=True, at=LATER, source="Fed statement"):
    return read_decision(
        MARKET.meetings, day, lower=lower, upper=upper, source=source, scheduled=scheduled, at=at
    )


def known(*decisions):
    return {one.decides: one for one in with_decisions(MARKET.meetings, decisions)}


def test_the_meeting_that_nobody_knew_of_has_its_outcome(tmp_path):
    workspace = workspace_in(tmp_path)
    keep_decision(workspace, decided(OCTOBER, 4.0, 4.25, at=AT))
    now = open_market(workspace)
    range_now = now.target_range(date(2026, 11, 25))
    assert (range_now.decides, range_now.lower_after, range_now.upper_after) == (OCTOBER, 4.0, 4.25)
    assert (range_now.direction, range_now.change_bps, range_now.lower_before) == ("hike", 25, 3.75)
    assert now.unknown_since(date(2026, 11, 25)) == ()
    assert now.snapshot(date(2026, 11, 25)).snapshot_id != MARKET.snapshot(date(2026, 11, 25)).snapshot_id
    assert now.target_range(date(2026, 10, 27)) == MARKET.target_range(date(2026, 10, 27))


def test_over_an_unknown_outcome_the_range_is_known_and_the_change_is_not():
    december = known(decided(DECEMBER, 3.5, 3.75))[DECEMBER]
    assert (december.upper_after, december.change_bps, december.direction) == (3.75, None, None)
    both = known(decided(DECEMBER, 3.5, 3.75), decided(OCTOBER, 3.75, 4.0))
    assert (both[DECEMBER].change_bps, both[DECEMBER].direction, both[OCTOBER].direction) == (
        -25,
        "cut",
        "hold",
    )


def test_the_last_record_of_a_day_stands():
    twice = known(decided(OCTOBER, 4.0, 4.25), decided(OCTOBER, 3.75, 4.0))
    assert (twice[OCTOBER].upper_after, twice[OCTOBER].direction) == (4.0, "hold")


def test_a_meeting_that_was_not_on_the_calendar_is_known_from_its_day_on():
    day = date(2026, 11, 3)
    meetings = known(decided(OCTOBER, 3.75, 4.0), decided(day, 3.25, 3.5, scheduled=False))
    assert (meetings[day].scheduled, meetings[day].change_bps) == (False, -50)
    changed = shipped_market()
    with_it = type(changed)(changed.weeks, changed.treasury, changed.daily, tuple(meetings.values()))
    assert day not in [one.decides for one in with_it.meetings_known(date(2026, 11, 2))]
    assert with_it.target_range(date(2026, 11, 3)).decides == day


def test_a_revised_outcome_moves_what_the_next_one_changed():
    september = date(2026, 9, 16)
    meetings = known(decided(september, 3.5, 3.75), decided(OCTOBER, 3.75, 4.0))
    assert (meetings[september].direction, meetings[OCTOBER].change_bps) == ("hold", 25)


def test_what_was_inferred_is_worth_confirming_and_what_was_published_is_known():
    held = {one.decides: one for one in MARKET.meetings}
    inferred, published = date(2026, 9, 16), date(2026, 3, 18)
    assert not says_the_same(held[inferred], decided(inferred, 3.75, 4.0))
    assert says_the_same(held[published], decided(published, 3.5, 3.75))
    assert not says_the_same(held[published], decided(published, 3.25, 3.5))
    assert known(decided(inferred, 3.75, 4.0))[inferred].provenance == "published"


@pytest.mark.parametrize(
    ("day", "lower", "upper", "more", "words"),
    [
        (date(2026, 11, 3), 3.5, 3.75, {}, "No scheduled meeting decides on 2026-11-03"),
        (date(2020, 3, 18), 0, 0.25, {}, "No scheduled meeting decides on 2020-03-18"),
        (OCTOBER, 3.5, 3.75, {"scheduled": False}, "is on the calendar"),
        (
            DECEMBER,
            3.5,
            3.75,
            {"at": statement_at(DECEMBER) - timedelta(minutes=1)},
            "comes at 14:00 New York time",
        ),
        (date(2027, 2, 3), 3.5, 3.75, {"scheduled": False}, "2027-02-03 has not come yet"),
        (OCTOBER, 3.75, 3.5, {}, "is no target range"),
        (OCTOBER, 350, 375, {}, "is no target range"),
        (OCTOBER, -0.25, 0, {}, "is no target range"),
        (OCTOBER, 3.0, 3.75, {}, "is no target range"),
        (OCTOBER, float("nan"), 3.75, {}, "is no target range"),
        (OCTOBER, 3.5, 3.75, {"source": "  "}, "names no source"),
    ],
)
def test_what_cannot_have_been_decided_is_refused(day, lower, upper, more, words):
    with pytest.raises(BadInput, match=words):
        decided(day, lower, upper, **more)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from([OCTOBER, DECEMBER, JANUARY]), st.integers(0, 20)), min_size=1, max_size=6
    )
)
def test_ranges_always_continue(records):
    """Whatever is recorded in whatever order: where a change is told, it is that from the range before."""
    meetings = with_decisions(
        MARKET.meetings, [decided(day, upper / 4, upper / 4 + 0.25) for day, upper in records]
    )
    assert [one.decides for one in meetings] == [one.decides for one in MARKET.meetings]
    last = None
    for one in meetings:
        if one.status == "decided":
            if one.change_bps is not None and last is not None:
                assert (one.lower_before, one.upper_before) == (last.lower_after, last.upper_after)
                assert one.change_bps == round((one.upper_after - last.upper_after) * 100)
            last = one
