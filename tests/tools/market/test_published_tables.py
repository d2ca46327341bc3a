"""The shipped tables against the published series they restate, where those are beside the checkout."""

from __future__ import annotations

import csv
import gzip
import io
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import SHARED, missing
from tests.tools.market.markets import AT, file_of, workspace_in
from tools.market.series import open_market, shipped_market, ten_year_week
from tools.market.updating import Source, update_market

MARKET = shipped_market()


def published(name: str) -> Iterator[dict[str, str]]:
    path: Path = SHARED / name
    if not path.is_file():
        missing("the published series are not beside this checkout")
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from csv.DictReader(io.StringIO(text.decode("utf-8")))


def number(text: str) -> float | None:
    return float(text) if text else None


def test_every_meeting_since_2000_is_there_with_its_decision():
    statuses = {"past_outcome_not_found": "unknown"}
    rows = {date.fromisoformat(row["decision_date"]): row for row in published("fomc/fomc_meetings.csv")}
    held = {one.decides: one for one in MARKET.meetings if one.status != "cancelled"}
    assert set(held) == set(rows)
    for day, row in rows.items():
        one = held[day]
        assert one.starts.isoformat() == row["meeting_start"]
        assert one.scheduled == (row["meeting_type"] == "scheduled")
        assert one.status == statuses.get(row["status"], row["status"])
        for name in ("lower_before", "upper_before", "lower_after", "upper_after", "change_bps"):
            assert getattr(one, name) == number(row[name]), (day, name)
        assert one.direction == (row["direction"] or None)
        assert (one.provenance == "inferred") == (row["source"] == "inferred_from_effr")


def test_the_weeks_of_the_ten_year_are_the_means_of_its_days():
    days = {
        date.fromisoformat(row["date"]): float(row["dgs10"])
        for row in published("market_daily/treasury10y_fedfunds_daily.csv.gz")
        if row["dgs10"]
    }
    assert len(MARKET.treasury) > 1390
    for reading in MARKET.treasury:
        week = [days[day] for back in range(7) if (day := reading.day - timedelta(days=back)) in days]
        assert reading.percent == pytest.approx(statistics.fmean(week), abs=0.00051), reading.day


@pytest.fixture
def everything(tmp_path):
    """A workspace that was given all that is published, in the form in which it can be downloaded."""
    survey = [f"{row['date']},{row['rate_30y_fixed']}\n" for row in published("pmms/pmms_weekly.csv")]
    daily = [
        f"{row['date']},{row['dgs10'] or '.'}\n"
        for row in published("market_daily/treasury10y_fedfunds_daily.csv.gz")
    ]
    texts = {"MORTGAGE30US": survey, "DGS10": daily}
    sources = [
        Source(file_of(tmp_path, f"observation_date,{name}\n{''.join(lines)}", f"{name}.csv"))
        for name, lines in texts.items()
    ]
    workspace = workspace_in(tmp_path)
    return update_market(workspace, sources, at=AT), open_market(workspace)


def test_the_whole_published_series_extends_the_shipped_one_and_contradicts_nothing(everything):
    made, market = everything
    assert made.revised == ()
    assert market.weeks[0].week == date(1971, 4, 2)
    assert market.weeks[-1].week == MARKET.weeks[-1].week
    assert [(one.week, one.rate_30y) for one in market.weeks if one.week.year >= 2000] == [
        (one.week, one.rate_30y) for one in MARKET.weeks
    ]
    assert market.survey(date(1981, 10, 9)).rate_30y == 18.63
    for reading in MARKET.treasury[::50]:
        assert ten_year_week(market, reading.day) == pytest.approx(reading.percent, abs=0.0006)
