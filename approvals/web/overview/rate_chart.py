"""The market a plan was made in: weekly survey rates, what the lender offered, and what the Fed decided.

Drawn as SVG on the server, so that it needs no script, and told once more as tables for those who do not
see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import ceil, floor
from typing import Any

from markupsafe import Markup

from approvals.web.fragments import filled
from approvals.web.rate_axes import RateFrame
from campaign.rates import FedMeeting, SurveyRate

WIDTH, HEIGHT = 900, 330
LEFT, RIGHT, TOP, LANE, BOTTOM = 52, 18, 14, 276, 318
PLOT = 250
"""Edges in the drawing's units: rates end at `PLOT`; the Fed's lane and the months lie below."""
EDGES = {
    "left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "plot": PLOT, "lane": LANE, "bottom": BOTTOM,
}  # fmt: skip
MOST_LABELS = 30
"""Meetings up to which each change is labelled with its size; of more, the labels would overlap."""


def rate_chart(
    weeks: Sequence[SurveyRate],
    meetings: Sequence[FedMeeting],
    *,
    offered: Sequence[tuple[date, float]],
    starts: date,
    ends: date,
    planned: date | None = None,
) -> Markup:
    """The chart with its legend and its tables.

    Args:
        weeks: of the survey, oldest first. meetings: as known at the end of `ends`. What lies outside of the
            range is left out of both.
        offered: day -> the lender's 30-year rate from that day on, percent, oldest first.
        starts, ends: first and last day drawn. planned: the day a plan was made, marked where it lies within.
    """
    shown = [week for week in weeks if starts <= week.week <= ends]
    offers = _steps(offered, starts, ends)
    met = [meeting for meeting in meetings if starts <= meeting.decides <= ends]
    rates = [week.rate_30y for week in shown] + [rate for _, rate in offers]
    if not rates:
        return filled("overview/rate_chart.html", empty=True, starts=starts, ends=ends)
    frame = RateFrame(
        starts,
        ends,
        low=floor(min(rates) * 4 - 0.2) / 4,
        high=ceil(max(rates) * 4 + 0.2) / 4,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=PLOT,
    )
    return filled(
        "overview/rate_chart.html",
        empty=False,
        **_drawn(frame, shown, offers, met),
        planned=frame.x(planned) if planned and starts <= planned <= ends else None,
        told=_told(shown, offers, met, starts, ends),
        weeks=shown[::-1],
        offers=offers[::-1],
    )


def _drawn(
    frame: RateFrame,
    weeks: Sequence[SurveyRate],
    offers: Sequence[tuple[date, float]],
    meetings: Sequence[FedMeeting],
) -> dict[str, Any]:
    """The lines and marks of the drawing, each at its place."""
    return {
        "size": (WIDTH, HEIGHT),
        "edges": EDGES,
        "survey": frame.line([(week.week, week.rate_30y) for week in weeks]),
        "stairs": _stairs(frame, offers),
        "dots": [
            (frame.x(day), frame.y(rate), f"{day:%-d %b %Y}: {rate:.3f} % offered") for day, rate in offers
        ],
        "marks": tuple(frame.marks(meetings)),
        "labelled": len(meetings) <= MOST_LABELS,
        "grid": tuple(frame.grid()),
        "months": tuple(frame.months()),
    }


def _steps(offered: Sequence[tuple[date, float]], starts: date, ends: date) -> list[tuple[date, float]]:
    """The offers within the range, the one that held when it began at its first day."""
    before = [rate for day, rate in offered if day < starts]
    within = [(day, rate) for day, rate in offered if starts <= day <= ends]
    return [(starts, before[-1]), *within] if before and within[:1] != [(starts, before[-1])] else within


def _stairs(frame: RateFrame, offers: Sequence[tuple[date, float]]) -> str:
    """A line that stays level until the next offer, and after the last one to the end."""
    corners: list[tuple[date, float]] = []
    for place, (day, rate) in enumerate(offers):
        until = offers[place + 1][0] if place + 1 < len(offers) else frame.ends
        corners += [(day, rate), (until, rate)]
    return frame.line(corners)


def _told(
    weeks: Sequence[SurveyRate],
    offers: Sequence[tuple[date, float]],
    meetings: Sequence[FedMeeting],
    starts: date,
    ends: date,
) -> str:
    """The chart in a few sentences."""
    said = [f"From {starts:%-d %B %Y} to {ends:%-d %B %Y}."]
    if weeks:
        low, high = (pick(weeks, key=lambda week: week.rate_30y) for pick in (min, max))
        said.append(
            f"The weekly survey's 30-year rate began at {weeks[0].rate_30y:.2f} % and ended at "
            f"{weeks[-1].rate_30y:.2f} %; its lowest was {low.rate_30y:.2f} % ({low.week:%-d %b %Y}), "
            f"its highest {high.rate_30y:.2f} % ({high.week:%-d %b %Y})."
        )
    if offers:
        said.append(f"The lender last offered {offers[-1][1]:.3f} %.")
    moves = Counter(meeting.direction for meeting in meetings)
    said.append(
        f"Fed meetings: {len(meetings)}; {moves['hike']} raised the rate, {moves['cut']} cut it, "
        f"{moves['hold']} held it."
    )
    return " ".join(said)
