"""Days, percents and Fed meetings as places in a drawing, for every picture of the market."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from campaign.rates import FedMeeting


class Mark(NamedTuple):
    """One meeting in a drawing; the macro `sign` of `rate_signs.html` draws it."""

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
class RateFrame:
    """Days and percents as places in a drawing.

    Attributes:
        starts, ends: days at its left and right edge. low, high: percent at its lower and upper edge.
        left, right, top, bottom: its edges, in the drawing's units.
    """

    starts: date
    ends: date
    low: float
    high: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, day: date) -> float:
        """Where a day stands from the left."""
        share = (day - self.starts).days / max(1, (self.ends - self.starts).days)
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, rate: float) -> float:
        """Where a rate in percent stands from above."""
        share = (rate - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def line(self, points: Sequence[tuple[date, float]]) -> str:
        """The points of a polyline through days and percents."""
        return " ".join(f"{self.x(day)},{self.y(rate)}" for day, rate in points)

    def grid(self) -> Iterator[Tick]:
        """A line every quarter point, or wider apart where there would be more than eight."""
        step = next(size for size in (0.25, 0.5, 1.0, 2.0, 5.0) if (self.high - self.low) / size <= 8)
        rate = ceil(self.low / step) * step
        while rate <= self.high + 1e-9:
            yield Tick(self.y(rate), f"{rate:.2f} %")
            rate += step

    def months(self) -> Iterator[Tick]:
        """First days of months, as many as have room."""
        every = next(
            size for size in (1, 3, 6, 12, 24, 60) if (self.ends - self.starts).days / 30.4 / size <= 12
        )
        day = (self.starts.replace(day=1) + timedelta(days=32)).replace(day=1)
        while day <= self.ends:
            months = day.year * 12 + day.month - 1
            if months % every == 0:
                label = f"{day:%Y}" if every >= 12 or (day.month == 1 and every < 12) else f"{day:%b}"
                yield Tick(self.x(day), label)
            day = (day + timedelta(days=32)).replace(day=1)

    def marks(self, meetings: Sequence[FedMeeting]) -> Iterator[Mark]:
        """The meetings, each at the day of its statement."""
        for meeting in meetings:
            kind = meeting.direction or meeting.status
            label = f"{meeting.change_bps:+d}".replace("-", "\N{MINUS SIGN}") if meeting.change_bps else ""
            yield Mark(self.x(meeting.decides), kind, label, decision_of(meeting), meeting)


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
