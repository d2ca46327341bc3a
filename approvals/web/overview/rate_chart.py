"""The market a plan was made in: weekly survey rates, what the lender offered, and what the Fed decided.

Drawn as SVG on the server, so that it needs no script, and told once more as tables for those who do not
see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import Any, NamedTuple

from markupsafe import Markup

from approvals.web.fragments import filled
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


class Mark(NamedTuple):
    """One meeting in the drawing."""

    x: float
    kind: str
    label: str
    told: str
    meeting: FedMeeting


class Tick(NamedTuple):
    """A line of the grid: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """Days and percents as places in the drawing."""

    starts: date
    ends: date
    low: float
    high: float

    def x(self, day: date) -> float:
        share = (day - self.starts).days / max(1, (self.ends - self.starts).days)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, rate: float) -> float:
        share = (rate - self.low) / (self.high - self.low)
        return round(PLOT - share * (PLOT - TOP), 1)


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
    frame = _Frame(starts, ends, floor(min(rates) * 4 - 0.2) / 4, ceil(max(rates) * 4 + 0.2) / 4)
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
    frame: _Frame,
    weeks: Sequence[SurveyRate],
    offers: Sequence[tuple[date, float]],
    meetings: Sequence[FedMeeting],
) -> dict[str, Any]:
    """The lines and marks of the drawing, each at its place."""
    return {
        "size": (WIDTH, HEIGHT),
        "edges": EDGES,
        "survey": " ".join(f"{frame.x(week.week)},{frame.y(week.rate_30y)}" for week in weeks),
        "stairs": _stairs(frame, offers),
        "dots": [
            (frame.x(day), frame.y(rate), f"{day:%-d %b %Y}: {rate:.3f} % offered") for day, rate in offers
        ],
        "marks": tuple(_marks(frame, meetings)),
        "labelled": len(meetings) <= MOST_LABELS,
        "grid": tuple(_grid(frame)),
        "months": tuple(_months(frame)),
    }


def _steps(offered: Sequence[tuple[date, float]], starts: date, ends: date) -> list[tuple[date, float]]:
    """The offers within the range, the one that held when it began at its first day."""
    before = [rate for day, rate in offered if day < starts]
    within = [(day, rate) for day, rate in offered if starts <= day <= ends]
    return [(starts, before[-1]), *within] if before and within[:1] != [(starts, before[-1])] else within


def _stairs(frame: _Frame, offers: Sequence[tuple[date, float]]) -> str:
    """A line that stays level until the next offer, and after the last one to the end."""
    corners: list[str] = []
    for place, (day, rate) in enumerate(offers):
        until = offers[place + 1][0] if place + 1 < len(offers) else frame.ends
        corners += [f"{frame.x(day)},{frame.y(rate)}", f"{frame.x(until)},{frame.y(rate)}"]
    return " ".join(corners)


def _marks(frame: _Frame, meetings: Sequence[FedMeeting]) -> Iterator[Mark]:
    for meeting in meetings:
        kind = meeting.direction or meeting.status
        label = f"{meeting.change_bps:+d}".replace("-", "\N{MINUS SIGN}") if meeting.change_bps else ""
        yield Mark(frame.x(meeting.decides), kind, label, decision_of(meeting), meeting)


def decision_of(meeting: FedMeeting) -> str:
    """What a meeting decided, in words."""
    if meeting.status == "decided":
        words = {"hike": "raised by", "cut": "cut by", "hold": "held", None: "decided"}[meeting.direction]
        moved = f" {abs(meeting.change_bps)} bps" if meeting.change_bps else ""
        inferred = ", inferred from the effective rate" if meeting.provenance == "inferred" else ""
        return f"{words}{moved}{_range(meeting)}{inferred}"
    return {
        "future": "ahead", "unknown": "outcome not known here", "no_rate_decision": "no rate decision",
    }[meeting.status]  # fmt: skip


def _range(meeting: FedMeeting) -> str:
    if meeting.lower_after is None or meeting.upper_after is None:
        return ""
    joint = "at" if meeting.direction == "hold" else "to"
    return f" {joint} {meeting.lower_after:.2f}\N{EN DASH}{meeting.upper_after:.2f} %"


def _grid(frame: _Frame) -> Iterator[Tick]:
    """A line every quarter point, or wider apart where there would be more than eight."""
    step = next(size for size in (0.25, 0.5, 1.0, 2.0, 5.0) if (frame.high - frame.low) / size <= 8)
    rate = ceil(frame.low / step) * step
    while rate <= frame.high + 1e-9:
        yield Tick(frame.y(rate), f"{rate:.2f} %")
        rate += step


def _months(frame: _Frame) -> Iterator[Tick]:
    """First days of months, as many as have room."""
    every = next(
        size for size in (1, 3, 6, 12, 24, 60) if (frame.ends - frame.starts).days / 30.4 / size <= 12
    )
    day = (frame.starts.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= frame.ends:
        months = day.year * 12 + day.month - 1
        if months % every == 0:
            label = f"{day:%Y}" if every >= 12 or (day.month == 1 and every < 12) else f"{day:%b}"
            yield Tick(frame.x(day), label)
        day = (day + timedelta(days=32)).replace(day=1)


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
