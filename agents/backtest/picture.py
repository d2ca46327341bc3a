"""The picture of a backtest: the market with Fed meetings, and under it what each planner showed.

Two strips a planner: the rate in its copy (right, stale, nothing live) and the refinance window (served,
missed, closed). Colours differ in lightness too, so that they hold in grey and for every eye.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import ceil, floor
from pathlib import Path
from typing import Literal, NamedTuple

from markupsafe import Markup

from agents.backtest.judging import Judged
from agents.backtest.market_days import DAY, MarketDay
from agents.backtest.replay import Backtest, Lane
from agents.backtest.wording import assumptions, definitions, headline, share_of
from approvals.web.fragments import FOLDER, filled_from
from approvals.web.rate_axes import RateFrame
from approvals.web.words import environment

WIDTH, LEFT, RIGHT = 1120, 160, 880
TOP, PLOT, FED = 84, 268, 292
SHARE_TOP, SHARE_BOTTOM = 326, 376
LANES_TOP, LANE_HEIGHT, STRIP_HEIGHT, STRIP_GAP = 424, 74, 20, 3
"""Places in the drawing's units: labels stand left of `LEFT`, figures right of `RIGHT`."""
State = Literal["fine", "stale", "missed", "none"]
_TEMPLATES = environment(Path(__file__).parent / "templates", FOLDER)


class Stretch(NamedTuple):
    """Days alike, as a piece of a strip."""

    x: float
    width: float
    state: State
    told: str


class Strip(NamedTuple):
    """One row of a planner."""

    y: float
    name: str
    figure: str
    stretches: tuple[Stretch, ...]


class Drawn(NamedTuple):
    """One planner's part of the picture."""

    y: float
    name: str
    share: str
    strips: tuple[Strip, Strip]


def picture(result: Backtest) -> Markup:
    """The picture as SVG, complete in itself."""
    frame = _frame(result)
    weeks = [day for place, day in enumerate(result.market) if day.published or place == 0]
    order = result.lanes[::-1]
    lanes = tuple(_drawn(lane, place) for place, lane in enumerate(order))
    height = LANES_TOP + len(lanes) * LANE_HEIGHT + 30
    ceiling = max((_share(result, day) for day in weeks), default=0) or 1
    return filled_from(
        _TEMPLATES,
        "picture.svg",
        size=(WIDTH, height),
        edges={"left": LEFT, "right": RIGHT, "top": TOP, "plot": PLOT, "fed": FED, "strip": STRIP_HEIGHT,
               "share_top": SHARE_TOP, "share": SHARE_BOTTOM, "lanes": LANES_TOP},
        result=result,
        headline=headline(result),
        grid=tuple(frame.grid()),
        months=tuple(frame.months()),
        marks=tuple(frame.marks(result.meetings)),
        rates=frame.line([(day.day, day.rate) for day in weeks] + [(result.ends, result.market[-1].rate)]),
        shares=_area(result, weeks, frame, ceiling),
        ceiling=f"{ceiling:.0%}",
        lanes=lanes,
    )  # fmt: skip


def page(result: Backtest) -> str:
    """One page that needs nothing beside it: headline, table, picture, definitions, assumptions."""
    return str(
        filled_from(
            _TEMPLATES,
            "page.html",
            result=result,
            headline=headline(result),
            picture=picture(result),
            definitions=definitions(result),
            assumptions=assumptions(result),
            share_of=share_of,
        )
    )


def _frame(result: Backtest) -> RateFrame:
    rates = [day.rate for day in result.market]
    return RateFrame(
        result.starts,
        result.ends + DAY,
        low=floor(min(rates) * 2 - 0.2) / 2,
        high=ceil(max(rates) * 2 + 0.2) / 2,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=PLOT,
    )


def _share(result: Backtest, day: MarketDay) -> float:
    able = result.windows.seasoned(day)
    return result.windows.open_for(day) / able if able else 0.0


def _area(result: Backtest, weeks: Sequence[MarketDay], frame: RateFrame, ceiling: float) -> str:
    """The share of borrowers above the trigger as a filled outline, week by week."""
    tall = SHARE_BOTTOM - SHARE_TOP
    points = [
        (frame.x(day.day), round(SHARE_BOTTOM - _share(result, day) / ceiling * tall, 1)) for day in weeks
    ]
    points += [(frame.x(result.ends + DAY), points[-1][1]), (RIGHT, SHARE_BOTTOM), (LEFT, SHARE_BOTTOM)]
    return " ".join(f"{x},{y}" for x, y in points)


def _drawn(lane: Lane, place: int) -> Drawn:
    top = LANES_TOP + place * LANE_HEIGHT
    sums = lane.tally
    strips = (
        Strip(top, "rate in copy", f"{sums.stale_days:,} stale days", tuple(_stretches(lane.days, _of_rate))),
        Strip(
            top + STRIP_HEIGHT + STRIP_GAP,
            "refinance window",
            f"{sums.missed_days:,} missed days",
            tuple(_stretches(lane.days, _of_window)),
        ),
    )
    return Drawn(top, lane.planner.name, f"{share_of(lane):.0%}", strips)


def _of_rate(day: Judged) -> State:
    return "none" if day.live is None else "stale" if day.stale else "fine"


def _of_window(day: Judged) -> State:
    return "missed" if day.missed else "fine" if day.window else "none"


def _stretches(days: Sequence[Judged], state_of: Callable[[Judged], State]) -> Iterator[Stretch]:
    # widths are not rounded to what can be seen: a day is a day wide
    wide = (RIGHT - LEFT) / max(1, len(days))
    for state, run in groupby(days, key=state_of):
        alike = [one.day for one in run]
        x = LEFT + (alike[0] - days[0].day).days * wide
        told = f"{alike[0]:%-d %b %Y} to {alike[-1]:%-d %b %Y}"
        yield Stretch(round(x, 2), round(len(alike) * wide, 2), state, told)
