import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.market.series import shipped_market

MARKET = shipped_market()


def test_the_range_of_each_decision_continues_the_one_before() -> None:
    decided = [meeting for meeting in MARKET.meetings if meeting.status == "decided"]
    for earlier, later in itertools.pairwise(decided):
        assert (later.lower_before, later.upper_before) == (earlier.lower_after, earlier.upper_after)


def test_direction_and_change_agree() -> None:
    signs = {"hike": 1, "cut": -1, "hold": 0}
    for meeting in MARKET.meetings:
        if meeting.status == "decided":
            assert meeting.change_bps is not None
            assert meeting.direction is not None
            assert (meeting.change_bps > 0) - (meeting.change_bps < 0) == signs[meeting.direction]


def test_inferred_outcomes_say_so() -> None:
    inferred = {
        meeting.decides: meeting.direction for meeting in MARKET.meetings if meeting.provenance == "inferred"
    }
    assert inferred == {date(2026, 7, 29): "hold", date(2026, 9, 16): "hike"}


def test_the_meeting_without_a_known_outcome_has_none() -> None:
    meeting = next(meeting for meeting in MARKET.meetings if meeting.decides == date(2026, 10, 28))
    assert meeting.status == "unknown"
    assert meeting.upper_after is None
    assert meeting.change_bps is None
    assert meeting.direction is None


def test_the_range_known_today_comes_with_the_meeting_it_may_miss() -> None:
    on = date(2026, 11, 25)
    known = MARKET.target_range(on)
    assert known is not None
    assert (known.lower_after, known.upper_after) == (3.75, 4.0)
    assert [meeting.decides for meeting in MARKET.unknown_since(on)] == [date(2026, 10, 28)]


@pytest.mark.parametrize(
    ("after", "decides"),
    [
        (date(2026, 2, 26), date(2026, 3, 18)),
        (date(2026, 3, 18), date(2026, 4, 29)),
        (date(2026, 11, 25), date(2026, 12, 9)),
    ],
)
def test_the_next_meeting_is_the_first_that_decides_later(after: date, decides: date) -> None:
    meeting = MARKET.next_meeting(after)
    assert meeting is not None
    assert (meeting.decides, meeting.status, meeting.direction) == (decides, "future", None)


def test_the_calendar_ends() -> None:
    assert MARKET.next_meeting(date(2028, 1, 26)) is None


def test_a_scheduled_meeting_that_passes_without_a_record_is_unknown() -> None:
    passed = [
        meeting for meeting in MARKET.meetings_known(date(2027, 2, 1)) if meeting.decides == date(2027, 1, 27)
    ]
    assert [meeting.status for meeting in passed] == ["unknown"]


@given(st.dates(date(2018, 1, 1), date(2027, 12, 31)))
def test_no_outcome_is_known_before_its_day(on: date) -> None:
    for meeting in MARKET.meetings_known(on):
        if meeting.decides > on:
            assert meeting.scheduled
            assert meeting.status == "future"
            assert meeting.upper_after is None
            assert meeting.direction is None
