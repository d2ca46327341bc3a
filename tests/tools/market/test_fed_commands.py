"""The Fed in a terminal: what comes next, and how mortgage rates moved around what was."""

from __future__ import annotations

import pytest

from tests.tools.market.markets import workspace_in
from tests.tools.market.test_commands import seen
from tools.market.commands import calendar, moves, next_meeting, show_rates


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No workspace is needed for either."""
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "nowhere"))


def told(as_of):
    answer = next_meeting(as_of=as_of, as_json=False)
    return answer.document, " ".join(seen(answer).split())


def test_the_next_statement_has_its_hour_and_the_days_that_are_left():
    document, text = told("2026-11-25T12:00:00-05:00")
    assert document["next"]["decides"] == "2026-12-09"
    assert document["next"]["statement_at"] == "2026-12-09T19:00:00+00:00"
    assert document["next"]["days_left"] == 14
    assert document["unknown_since"] == ["2026-10-28"]
    assert "2026-12-08 to 2026-12-09, in 14 days" in text
    assert "Statement Wednesday 2026-12-09 14:00 EST" in text
    assert "outcome of 2026-10-28 is not known here" in text
    assert "vallum fed record 2026-10-28" in text
    assert "The meeting after that decides on 2027-01-27" in text


@pytest.mark.parametrize(
    ("as_of", "day", "left", "words"),
    [
        ("2026-12-09T13:59:00-05:00", "2026-12-09", 0, "today"),
        ("2026-12-09T14:00:00-05:00", "2027-01-27", 49, "in 49 days"),
        ("2026-12-08T20:00:00-05:00", "2026-12-09", 1, "tomorrow"),
        ("2026-06-16T12:00:00-04:00", "2026-06-17", 1, "14:00 EDT"),
        ("2020-03-14T12:00:00-04:00", "2020-03-18", 4, "in 4 days"),
        ("2020-03-16T12:00:00-04:00", "2020-04-29", 44, "in 44 days"),
    ],
)
def test_until_the_minute_of_the_statement(as_of, day, left, words):
    document, text = told(as_of)
    assert (document["next"]["decides"], document["next"]["days_left"]) == (day, left)
    assert words in text


def test_todays_outcome_is_not_missing_before_it_is_out():
    before, _ = told("2026-12-09T13:00:00-05:00")
    after, _ = told("2026-12-09T15:00:00-05:00")
    assert before["unknown_since"] == ["2026-10-28"]
    assert after["unknown_since"] == ["2026-10-28", "2026-12-09"]


@pytest.fixture
def boise(tmp_path, monkeypatch):
    """The example lender, two hours behind New York."""
    monkeypatch.setenv("VALLUM_HOME", str(workspace_in(tmp_path).home))


@pytest.mark.parametrize(
    ("as_of", "left", "words"),
    [
        ("2026-12-08", 1, "2026-12-09, tomorrow."),
        ("2026-11-01", 38, "2026-12-09, in 38 days."),
        ("2026-12-09T11:59", 0, "2026-12-09, today."),
        ("2026-12-09T12:00", 49, "2027-01-27, in 49 days."),
        ("2026-12-09", 49, "2027-01-27, in 49 days."),
    ],
)
def test_days_are_counted_from_the_lenders_own(boise, as_of, left, words):
    document, text = told(as_of)
    assert document["next"]["days_left"] == left
    assert words in text
    ahead = calendar(as_of=as_of, first=None, last=None, as_json=False)
    assert f"Next Fed meeting: {words}" in seen(ahead)
    assert f"Next Fed meeting: {words}" in seen(show_rates(as_of=as_of, as_json=False))


def test_a_meeting_is_ahead_until_its_statement_wherever_it_is_shown(boise):
    for as_of, unknown, following, status in (
        ("2026-12-09T09:00-05:00", ["2026-10-28"], "2026-12-09", "future"),
        ("2026-12-09T14:00-05:00", ["2026-10-28", "2026-12-09"], "2027-01-27", "unknown"),
    ):
        shown = show_rates(as_of=as_of, as_json=False)
        listed = calendar(as_of=as_of, first="2026-12-01", last="2026-12-31", as_json=False)
        assert [one["status"] for one in listed.document["meetings"]] == [status]
        assert shown.document["snapshot"]["unknown_since"] == unknown
        for fed in (shown.document["fed"], listed.document, told(as_of)[0]):
            assert (fed["unknown_since"], fed["next"]["decides"]) == (unknown, following)
        for answer in (shown, listed):
            assert ("outcome of 2026-12-09 is not known" in seen(answer)) is ("2026-12-09" in unknown)


def test_a_hike_is_not_shown_before_its_statement(boise):
    for as_of, since, upper in (
        ("2026-09-16T13:59-04:00", "2026-07-29", 3.75),
        ("2026-09-16T14:00-04:00", "2026-09-16", 4.0),
    ):
        shown = show_rates(as_of=as_of, as_json=False)
        assert shown.document["snapshot"]["upper"] == upper
        for fed in (shown.document["fed"], told(as_of)[0]):
            assert (fed["target_range"]["decides"], fed["target_range"]["upper_after"]) == (since, upper)
        assert f"since the meeting of {since}" in seen(shown)


def test_the_calendar_ends_with_a_sentence():
    document, text = told("2028-06-01")
    assert document["next"] is None
    assert "No meeting is known after 2028-01-26" in text


def test_moves_are_shown_by_decision_beside_other_weeks_and_claim_no_more():
    answer = moves(since=None, as_of="2026-11-25", as_json=False)
    one = answer.document["weeks_after"]["1"]
    counts = {name: found["count"] for name, found in one["by_decision"].items()}
    assert counts["every meeting"] == counts["hike"] + counts["hold"] + counts["cut"] == len(one["moves"])
    assert one["correlation_with_treasury"] > one["correlation_with_decision"] + 0.5
    text = " ".join(seen(answer).split())
    assert "follow the ten-year Treasury, not the funds rate" in text
    assert "other weeks" in text
    assert text.count("Correlation of these moves") == 3


def test_moves_of_few_meetings_say_that_they_are_few():
    answer = moves(since="2026-09-01", as_of="2026-10-08", as_json=False)
    one = answer.document["weeks_after"]["1"]
    assert [move["decides"] for move in one["moves"]] == ["2026-09-16"]
    assert one["correlation_with_treasury"] is None
    assert "Too few meetings" in seen(answer)


def test_moves_as_of_a_day_know_nothing_from_later():
    answer = moves(since=None, as_of="2020-01-01", as_json=True)
    for weeks in answer.document["weeks_after"].values():
        assert weeks["moves"]
        assert all(move["after"]["day"] <= "2020-01-01" for move in weeks["moves"])
