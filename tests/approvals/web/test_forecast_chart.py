"""The forecast's drawing and its section on a run's page: in place, complete, and harmless."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from approvals import runs
from approvals.audit import verify
from approvals.web.overview.forecast_chart import (
    HEIGHT,
    PLOT,
    TOP,
    WIDTH,
    forecast_chart,
    forecast_picture,
    in_words,
)  # fmt: skip
from campaign.errors import Refused, UnknownName
from tests.approvals.gate import AT, by_hand, start
from tests.approvals.web.desk import saying
from tests.approvals.web.forecasts import SHIFTS, a_forecast
from tests.approvals.web.inert import HOSTILE, faults, seen
from tests.approvals.web.street import a_plan, a_run
from tools.market.series import shipped_market

FORECAST = a_forecast()
WITHOUT = a_plan().model_copy(update={"forecast": None})
WEEKS = shipped_market().weeks
MEETINGS = shipped_market().meetings_known(FORECAST.on)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(words: str = "Plain words") -> ElementTree.Element:
    return ElementTree.fromstring(str(forecast_picture(a_forecast(words), WEEKS, MEETINGS)))


def bars() -> list[tuple[float, float]]:
    """Height and width of each bar, top first."""
    found = [bar for bar in drawn().iter(f"{SVG}rect") if bar.get("class") == "fc-bar"]
    return [(float(bar.get("y", "0")), float(bar.get("width", "0"))) for bar in found]


def test_each_move_has_a_bar_as_high_as_its_rate_and_as_wide_as_what_it_brings():
    found = sorted(bars())
    assert len(found) == len(SHIFTS)
    widths = [width for _, width in found]
    assert widths == sorted(widths), "rates rise upwards, and what comes in falls with them"
    expected = [shock.applications_90[1] for shock in reversed(FORECAST.shocks)]
    assert [width / widths[-1] for width in widths] == pytest.approx(
        [count / expected[-1] for count in expected], abs=0.01
    )
    steps = {round(low - high, 0) for (high, _), (low, _) in pairwise(found)}
    assert max(steps) - min(steps) <= 1
    assert all(TOP <= y <= PLOT for y, _ in found)


def test_every_week_of_two_years_is_on_the_line_and_every_meeting_is_marked():
    svg = str(forecast_picture(FORECAST, WEEKS, MEETINGS))
    points = re.search(r'class="rc-survey" points="([^"]+)"', svg)
    assert points is not None
    since = FORECAST.on - timedelta(days=731)
    assert len(points[1].split()) == sum(since <= week.week <= FORECAST.on for week in WEEKS) > 100
    met = [one for one in MEETINGS if since <= one.decides <= FORECAST.on]
    assert len(met) > 10
    assert all(f"{one.decides:%-d %b %Y}:" in svg for one in met)


def test_nothing_after_the_day_of_the_forecast_is_drawn():
    later = shipped_market().meetings_known(FORECAST.on + timedelta(days=200))
    assert str(forecast_picture(FORECAST, WEEKS, later)) == str(forecast_picture(FORECAST, WEEKS, MEETINGS))


def test_a_file_stands_alone():
    """No variable, no reference, no script: what a mail, a slide or a printer shows is what a browser shows."""
    svg = str(forecast_picture(FORECAST, WEEKS, MEETINGS))
    assert not re.search(r"var\(|href|url\(|<script", svg)
    assert "#17606f" in svg, "the page's own accent"
    root = drawn()
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    assert (width, height) == (WIDTH, HEIGHT + 62)


def test_the_sentence_says_today_and_both_ways():
    assert in_words(FORECAST) == (
        "At today's 5.98 % about 40 applications are expected in 90 days (20 to 60); +50% at 4.98 %, "
        "+25% at 5.48 %, −25% at 6.48 %, −50% at 6.98 %."
    )


def test_a_book_that_brings_nothing_is_drawn_too():
    nothing = tuple(
        shock.model_copy(update={"applications_90": (0, 0, 0), "triggers": (), "segments": ()})
        for shock in FORECAST.shocks
    )
    empty = FORECAST.model_copy(update={"shocks": nothing})
    assert "about 0 applications" in in_words(empty)
    assert ElementTree.fromstring(str(forecast_picture(empty, WEEKS, MEETINGS))) is not None


def test_hostile_words_are_shown_and_do_nothing():
    markup = str(forecast_chart(a_forecast(HOSTILE), WEEKS, MEETINGS))
    assert faults(markup) == []
    assert "window.hit = 1" in seen(markup)


def test_a_run_shows_the_forecast_kept_with_it(desk):
    a_run(desk.engine)
    runs.save_plan(desk.engine, "run-1", WITHOUT, at=AT)
    person = desk.person()
    assert "vallum forecast --run run-1" in saying(person.text("/runs/run-1"))
    runs.save_forecast(desk.engine, "run-1", FORECAST, at=AT)
    said = saying(person.text("/runs/run-1"))
    for part in ("If rates move", "40 applications", "−100 bps", "no move", "1,200 own loans", "600 +200"):
        assert part in said, part
    assert "anniversary" not in said, "a trigger that holds nobody at any rate has no column"
    assert "vallum forecast --run" not in said


def test_a_forecast_is_kept_with_its_plan_and_in_the_log(engine):
    a_run(engine)
    runs.save_plan(engine, "run-1", WITHOUT, at=AT)
    runs.save_forecast(engine, "run-1", FORECAST, at=AT)
    assert runs.load_plan(engine, "run-1") == WITHOUT.model_copy(update={"forecast": FORECAST})
    assert verify(engine).verified


def test_without_a_plan_or_with_an_edited_one_nothing_is_kept(engine):
    start(engine)
    with pytest.raises(UnknownName, match="has no plan yet"):
        runs.save_forecast(engine, "run-1", FORECAST, at=AT)
    a_run(engine, "run-2")
    by_hand(engine, "UPDATE runs SET plan = replace(plan, '1200', '9999') WHERE run_id = 'run-2'")
    with pytest.raises(Refused, match="not what the audit log recorded"):
        runs.save_forecast(engine, "run-2", FORECAST, at=AT)
