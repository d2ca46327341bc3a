"""The rate-shock forecast as a picture: the survey with Fed meetings, beside it what each rate would bring.

History and moves stand on one scale of rates, so that the eye goes from where rates were to what comes in
where they go. On a page and in a file of its own it is the same drawing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from approvals.web.fragments import filled
from approvals.web.rate_axes import RateFrame
from approvals.web.words import spoken
from campaign.rate_forecast import Movement, RateForecast, Shock
from campaign.rates import FedMeeting, SurveyRate

WIDTH, HEIGHT, HEAD = 1080, 420, 62
LEFT, RIGHT, TOP, PLOT, LANE, BOTTOM = 52, 500, 36, 340, 366, 408
FAN, RATE, BAR, BAR_END, TRIGGER = 568, 664, 680, 900, 1064
"""Edges in the drawing's units: history up to `RIGHT`, then each move's rate, its bar, and its borrowers."""
TITLE = "What a move of rates would bring"
TWO_YEARS = timedelta(days=731)
_STATIC = Path(__file__).parent.parent / "static"


class Row(NamedTuple):
    """One move in the drawing."""

    y: float
    half: float
    start: tuple[float, float]
    shift: str
    rate: str
    width: float
    low: float
    high: float
    applications: str
    trigger: str
    told: str
    unmoved: bool


def forecast_chart(
    forecast: RateForecast, weeks: Sequence[SurveyRate], meetings: Sequence[FedMeeting]
) -> Markup:
    """The forecast for a page: the picture, its table, and what it rests on.

    Args:
        weeks: of the survey, oldest first. meetings: as known on the day of the forecast. What lies more than
            two years before it, or after it, is left out of both.
    """
    columns = [one.name for one in _moving(forecast)]
    triggers = {one.name for one in forecast.unmoved.triggers}
    return filled(
        "overview/forecast.html",
        forecast=forecast,
        columns_of=[f"{spoken(name)} trigger" if name in triggers else name for name in columns],
        moved=lambda shock: _named(shock, columns),
        **_drawn(forecast, weeks, meetings),
    )


def forecast_picture(
    forecast: RateForecast, weeks: Sequence[SurveyRate], meetings: Sequence[FedMeeting]
) -> Markup:
    """The same drawing as an SVG file that needs nothing beside it."""
    drawn = _drawn(forecast, weeks, meetings)
    return filled("overview/forecast.svg", head=HEAD, style=_style(), **drawn)


def in_words(forecast: RateForecast) -> str:
    """The forecast in one sentence: today's rate, and half a point either way."""
    unmoved = forecast.unmoved
    moved = [shock for shock in forecast.shocks if shock is not unmoved]
    told = [shock for shock in moved if abs(shock.shift_bps) in (50.0, 100.0)] or moved
    expected = (
        f"At today's {unmoved.rate:.2f} % about {unmoved.applications_90[1]:,.0f} applications are expected "
        f"in 90 days ({unmoved.applications_90[0]:,.0f} to {unmoved.applications_90[2]:,.0f})"
    )
    changes = ", ".join(f"{_change(shock, unmoved)} at {shock.rate:.2f} %" for shock in told)
    return f"{expected}; {changes}." if changes else f"{expected}."


def _change(shock: Shock, unmoved: Shock) -> str:
    base = unmoved.applications_90[1]
    return f"{shock.applications_90[1] / base - 1:+.0%}".replace("-", "\N{MINUS SIGN}") if base else "none"


def _moving(forecast: RateForecast) -> list[Movement]:
    """Triggers that hold anybody at some rate, and all segments."""
    held = {one.name for shock in forecast.shocks for one in shock.triggers if one.now or one.then}
    first = forecast.shocks[0]
    return [one for one in first.triggers if one.name in held] + list(first.segments)


def _named(shock: Shock, names: Sequence[str]) -> list[Movement]:
    found = {one.name: one for one in (*shock.triggers, *shock.segments)}
    return [found[name] for name in names]


def _drawn(
    forecast: RateForecast, weeks: Sequence[SurveyRate], meetings: Sequence[FedMeeting]
) -> dict[str, Any]:
    """The lines, marks and rows of the drawing, each at its place."""
    ends = forecast.on
    starts = ends - TWO_YEARS
    shown = [week for week in weeks if starts <= week.week <= ends]
    rates = [week.rate_30y for week in shown] + [shock.rate for shock in forecast.shocks]
    frame = RateFrame(
        starts,
        ends,
        low=floor(min(rates) * 4 - 0.2) / 4,
        high=ceil(max(rates) * 4 + 0.2) / 4,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=PLOT,
    )
    trigger = next((one.name for one in _moving(forecast) if one.name == "rate"), None)
    return {
        "size": (WIDTH, HEIGHT),
        "edges": {
            "left": LEFT, "right": RIGHT, "top": TOP, "plot": PLOT, "lane": LANE, "bottom": BOTTOM,
        },
        "columns": {"fan": FAN, "rate": RATE, "bar": BAR, "trigger": TRIGGER},
        "title": TITLE,
        "told": in_words(forecast),
        "survey": frame.line([(week.week, week.rate_30y) for week in shown]),
        "grid": tuple(frame.grid()),
        "months": tuple(frame.months()),
        "marks": tuple(frame.marks([one for one in meetings if starts <= one.decides <= ends])),
        "counted_as": "Due a rate alert" if trigger else "",
        "rows": tuple(_row(shock, forecast, frame, trigger) for shock in forecast.shocks),
    }  # fmt: skip


def _row(shock: Shock, forecast: RateForecast, frame: RateFrame, trigger: str | None) -> Row:
    low, middle, high = shock.applications_90
    most = max(one.applications_90[2] for one in forecast.shocks) or 1.0
    unit = (BAR_END - BAR) / most
    due = next((f"{one.then:,}" for one in shock.triggers if one.name == trigger), "")
    tall = abs(frame.y(0.25) - frame.y(0))
    return Row(
        y=frame.y(shock.rate),
        half=round(min(7.0, tall * 0.32), 1),
        start=(frame.x(forecast.survey_week), frame.y(forecast.survey_rate)),
        shift=f"{shock.shift_bps:+.0f}".replace("-", "\N{MINUS SIGN}") if shock.shift_bps else "today",
        rate=f"{shock.rate:.2f} %",
        width=round(middle * unit, 1),
        low=round(BAR + low * unit, 1),
        high=round(BAR + high * unit, 1),
        applications=f"{middle:,.0f} ({low:,.0f}\N{EN DASH}{high:,.0f})",
        trigger=due,
        told=f"At {shock.rate:.2f} %: {middle:,.0f} applications in 90 days, {low:,.0f} to {high:,.0f}",
        unmoved=shock is forecast.unmoved,
    )


@lru_cache(maxsize=1)
def _style() -> str:
    """The page's style of charts with the values of its light scheme written in: files know no variables."""
    light = (_STATIC / "desk.css").read_text(encoding="utf-8").partition("@media")[0]
    values = dict(re.findall(r"--([a-z-]+): ([^;]+);", light))
    style = (_STATIC / "market.css").read_text(encoding="utf-8")
    return re.sub(r"var\(--([a-z-]+)\)", lambda found: values[found[1]], style)
