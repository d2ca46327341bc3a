"""Decisions read from the published target range: the day after a statement says what was decided."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from campaign.errors import BadInput
from tests.conftest import SHARED, missing
from tests.tools.market.markets import AT, file_of, workspace_in
from tools.market.figures import Figure
from tools.market.series import open_market, shipped_market
from tools.market.target_ranges import decisions_in, target_ranges, unexplained
from tools.market.updating import Source, update_market

MEETINGS = shipped_market().meetings
HEADER = "observation_date,DFEDTARL,DFEDTARU\n"
OCTOBER = date(2026, 10, 28)


@pytest.fixture
def give(tmp_path):
    workspace = workspace_in(tmp_path)

    def given(text):
        made = update_market(workspace, [Source(file_of(tmp_path, text, "targets.csv"))], at=AT)
        return made, open_market(workspace)

    return given


def test_the_outcome_that_nobody_knew_of_is_read(give):
    made, market = give(HEADER + "2026-10-28,3.75,4.00\n2026-10-29,3.50,3.75\n")
    (decision,) = made.decided
    assert (decision.decides, decision.source) == (OCTOBER, "Federal Reserve target range, targets.csv")
    range_now = market.target_range(date(2026, 11, 1))
    assert (range_now.decides, range_now.direction, range_now.change_bps) == (OCTOBER, "cut", -25)
    assert made.unexplained == ()
    again, _ = give(HEADER + "2026-10-29,3.50,3.75\n")
    assert (again.decided, again.kept) == ((), ())


def test_an_inferred_outcome_is_confirmed_and_a_contradiction_stands_newer(give):
    _, market = give(HEADER + "2026-07-30,3.50,3.75\n2026-09-17,3.50,3.75\n")
    july, september = market.meeting(date(2026, 7, 29)), market.meeting(date(2026, 9, 16))
    assert (july.provenance, july.direction) == ("published", "hold")
    assert (september.provenance, september.direction, september.upper_after) == ("published", "hold", 3.75)


def test_the_day_of_the_statement_itself_tells_nothing(give):
    made, _ = give(HEADER + "2026-10-28,3.75,4.00\n")
    assert made.decided == ()


def test_one_end_alone_is_no_range(give):
    made, _ = give("observation_date,DFEDTARU\n2026-10-29,4.00\n")
    assert made.decided == ()


def test_a_change_without_a_meeting_is_pointed_at(give):
    made, market = give(HEADER + "2026-11-10,3.75,4.00\n2026-11-16,3.25,3.50\n")
    assert made.unexplained == (date(2026, 11, 16),)
    assert market.meeting(date(2026, 11, 15)) is None


def test_two_sources_may_each_bring_one_end(tmp_path):
    workspace = workspace_in(tmp_path)
    sources = [
        Source(file_of(tmp_path, f"observation_date,{name}\n2026-10-29,{value}\n", f"{name}.csv"))
        for name, value in (("DFEDTARL", 3.75), ("DFEDTARU", 4.0))
    ]
    made = update_market(workspace, sources, at=AT)
    assert [one.decides for one in made.decided] == [OCTOBER]
    with pytest.raises(BadInput, match="cannot be read"):
        update_market(workspace, [*sources, Source(str(tmp_path / "nowhere.csv"))], at=AT)


def test_every_decision_since_2008_is_read_as_it_is_shipped():
    """The published changes, laid out day by day, hold no decision that the shipped table holds otherwise."""
    path = SHARED / "fomc" / "fed_target_changes.csv"
    if not path.is_file():
        missing("the published target range is not beside this checkout")
    with path.open(encoding="utf-8") as opened:
        changes = {
            date.fromisoformat(row["effective_date"]): (
                float(row["target_lower"]),
                float(row["target_upper"]),
            )
            for row in csv.DictReader(opened)
        }
    day, known, figures = date(2008, 12, 16), changes[date(2008, 12, 16)], []
    while day <= date(2026, 9, 25):
        known = changes.get(day, known)
        for series, percent in zip(("target_lower", "target_upper"), known, strict=True):
            figures.append(Figure(series=series, day=day, percent=percent, source="target range"))
        day += timedelta(days=1)
    ranges = target_ranges(figures)
    found = decisions_in(ranges, MEETINGS, source="target range", at=AT)
    held = {one.decides: one for one in MEETINGS}
    assert all(held[one.decides].provenance == "inferred" for one in found)
    assert all(
        (held[one.decides].lower_after, held[one.decides].upper_after) == (one.lower, one.upper)
        for one in found
    )
    assert unexplained(ranges, MEETINGS) == ()
