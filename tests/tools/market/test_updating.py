"""Extending the market: what is new, confirmed or revised, whole or not at all, and twice is once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from campaign.errors import BadInput, Unreadable
from campaign.lender_settings import RatePolicy
from campaign.market_hours import NEW_YORK
from tests.tools.market.markets import AT, file_of, workspace_in
from tools.market.given import given_figures
from tools.market.series import open_market, shipped_market
from tools.market.update_views import update_view
from tools.market.updating import Source, configured_sources, series_of, update_market

LAST = shipped_market().weeks[-1]


@pytest.fixture
def workspace(tmp_path):
    return workspace_in(tmp_path)


@pytest.fixture
def give(workspace, tmp_path):
    def given(*texts, at=AT):
        sources = [Source(file_of(tmp_path, text, f"f{place}.csv")) for place, text in enumerate(texts)]
        return update_market(workspace, sources, at=at)

    return given


def test_later_weeks_are_added_and_known_ones_change_nothing(give, workspace):
    before = LAST.week - timedelta(days=7)
    known = shipped_market().survey(before)
    made = give(f"week,rate_30y\n{known.week},{known.rate_30y}\n2026-10-15,7.31\n2026-10-22,7.2\n")
    assert [one.day for one in made.added] == [date(2026, 10, 15), date(2026, 10, 22)]
    assert (made.revised, made.unchanged) == ((), 1)
    market = open_market(workspace)
    assert market == made.market
    assert market.survey(date(2026, 11, 1)).rate_30y == 7.2
    assert market.survey(date(2026, 11, 1)).source == "f0.csv"
    assert market.weeks[:-2] == shipped_market().weeks
    assert shipped_market().survey(date(2026, 11, 1)).rate_30y == LAST.rate_30y


def test_the_same_file_again_keeps_nothing(give, workspace):
    text = "week,rate_30y\n2026-10-15,7.31\n"
    kept = give(text).kept
    again = give(text)
    assert (again.kept, again.added, again.unchanged) == ((), (), 1)
    assert list(workspace.market.iterdir()) == list(kept)


def test_a_contradiction_is_said_and_the_newer_value_stands_while_the_older_stays_on_file(give, workspace):
    give("week,rate_30y\n2026-10-15,7.31\n")
    made = give("week,rate_30y\n2026-10-15,7.35\n")
    (revision,) = made.revised
    assert (revision.was.percent, revision.now.percent) == (7.31, 7.35)
    assert open_market(workspace).survey(date(2026, 10, 15)).rate_30y == 7.35
    assert [one.percent for one in given_figures(workspace)] == [7.31, 7.35]
    back = give("week,rate_30y\n2026-10-15,7.31\n")
    assert (len(back.revised), open_market(workspace).weeks[-1].rate_30y) == (1, 7.31)


def test_a_shipped_week_may_be_revised_too(give, workspace):
    made = give("week,rate_30y\n2026-02-26,5.99\n")
    assert made.revised[0].was.source == "Freddie Mac PMMS"
    assert open_market(workspace).survey(date(2026, 2, 26)).rate_30y == 5.99
    assert (
        open_market(workspace).survey(date(2026, 2, 26)).rate_15y
        == shipped_market().survey(date(2026, 2, 26)).rate_15y
    )


def test_a_weak_value_that_the_publisher_confirms_is_weak_no_more(give, workspace):
    made = give(f"DATE,MORTGAGE30US\n{LAST.week},{LAST.rate_30y}\n")
    assert [one.series for one in made.confirmed] == ["rate_30y"]
    now = open_market(workspace).survey(LAST.week)
    assert (now.provenance, now.provenance_15y) == ("published", "weak")


def test_a_15_year_rate_waits_for_the_30_year_one_of_its_week(give, workspace):
    made = give("DATE,MORTGAGE15US\n2026-10-15,6.6\n")
    assert open_market(workspace).weeks[-1].week == LAST.week
    assert [(one.day, one.percent) for one in made.waiting] == [(date(2026, 10, 15), 6.6)]
    made = give("DATE,MORTGAGE30US\n2026-10-15,7.3\n")
    last = open_market(workspace).weeks[-1]
    assert (last.rate_30y, last.rate_15y, made.waiting) == (7.3, 6.6, ())


def test_a_15_year_rate_that_waits_is_kept_once_and_may_be_corrected(give, workspace):
    text = "DATE,MORTGAGE15US\n2026-10-15,6.6\n"
    (kept,) = give(text).kept
    again = give(text)
    assert (again.added, again.kept, again.unchanged) == ((), (), 1)
    assert list(workspace.market.iterdir()) == [kept]
    assert len(again.waiting) == 1
    (revision,) = give("DATE,MORTGAGE15US\n2026-10-15,6.7\n").revised
    assert (revision.was.percent, revision.was.source) == (6.6, "Freddie Mac PMMS, f0.csv")
    give("DATE,MORTGAGE30US\n2026-10-15,7.3\n")
    assert open_market(workspace).weeks[-1].rate_15y == 6.7


def test_many_15_year_rates_that_wait_are_counted(give):
    made = give("DATE,MORTGAGE15US\n1999-12-02,7.3\n1999-12-09,7.4\n1999-12-16,7.5\n2026-10-08,6.4\n")
    (line,) = [line for line in update_view(made, AT, NEW_YORK) if "Not used" in str(line)]
    assert line.endswith("is held: 3 15-year rates, 1999-12-02 to 1999-12-16.")


def test_days_of_the_ten_year_do_not_contradict_the_mean_of_their_week(give, workspace):
    made = give("DATE,DGS10\n2026-09-23,5.0\n2026-09-24,5.1\n2026-09-25,5.2\n")
    assert (len(made.added), made.revised) == (3, ())
    assert open_market(workspace).snapshot(date(2026, 9, 24)).treasury_10y.percent == 5.1


def test_a_daily_index_is_in_the_snapshot(give):
    made = give("DATE,OBMMIC30YF\n2026-11-24,6.301\n")
    assert made.market.snapshot(date(2026, 11, 25)).daily.percent == 6.301
    assert made.market.snapshot(date(2026, 11, 23)).daily is None


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("week,rate_30y\n2026-10-15,7.32\n", "f0.csv has 7.31 % on 2026-10-15, f1.csv has 7.32 %"),
        ("nonsense", "the first column is `nonsense`"),
        ("week,rate_30y\n2026-10-09,7.32\n", "2026-10-08 and 2026-10-09 lie within one week"),
    ],
)
def test_one_bad_source_keeps_nothing_of_the_others(give, workspace, second, words):
    with pytest.raises(BadInput, match=words):
        give("week,rate_30y\n2026-10-15,7.31\n", second)
    assert not workspace.market.exists()
    assert open_market(workspace) == shipped_market()


def test_no_figure_is_of_a_day_that_has_not_come(give, workspace):
    with pytest.raises(Unreadable, match="has not come yet"):
        give("week,rate_30y\n2026-10-15,7.31\n", at=AT.replace(month=10, day=14))
    assert not workspace.market.exists()


@pytest.mark.parametrize("damage", ["changed", "unreadable"])
def test_a_kept_file_that_was_changed_is_named(give, workspace, damage):
    (kept,) = give("week,rate_30y\n2026-10-15,7.31\n").kept
    kept.write_bytes(kept.read_bytes().replace(b"7.31", b"6.31") if damage == "changed" else b"\xff\xfe")
    with pytest.raises(Unreadable, match=kept.name):
        open_market(workspace)


def test_the_addresses_come_from_the_lender_and_without_any_that_is_said():
    named = RatePolicy(survey_url="https://example.com/a.csv", daily_url="http://example.com/b.csv")
    assert [(one.place, one.series) for one in configured_sources(named)] == [
        ("https://example.com/a.csv", "rate_30y"),
        ("http://example.com/b.csv", "daily"),
    ]
    with pytest.raises(BadInput, match="nothing to update from"):
        configured_sources(RatePolicy())
    with pytest.raises(ValueError, match="is no address"):
        RatePolicy(survey_url="ftp://example.com/a.csv")
    assert (series_of("daily"), series_of(None)) == ("daily", None)
    with pytest.raises(BadInput, match="`rates` is no series"):
        series_of("rates")
