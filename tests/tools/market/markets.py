"""Small markets made by hand, and a workspace that can be given figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from campaign.market import Reading
from campaign.rates import FedMeeting, SurveyRate
from tools.market.series import Market
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace

FIRST = date(2024, 1, 4)
AT = datetime(2026, 11, 25, 20, tzinfo=UTC)


def week(day: date, rate: float, **more: Any) -> SurveyRate:
    return SurveyRate(week=day, rate_30y=rate, source="by hand", provenance="published", **more)


def weeks_of(rates: Sequence[float], first: date = FIRST) -> tuple[SurveyRate, ...]:
    return tuple(week(first + timedelta(days=7 * place), rate) for place, rate in enumerate(rates))


def meeting(day: date, change: int | None = 0, **more: Any) -> FedMeeting:
    held: dict[str, Any] = {"starts": day, "decides": day, "status": "decided", "source": "by hand",
        "provenance": "published", "change_bps": change, "direction": None, **more}  # fmt: skip
    if change is not None:
        held |= {"direction": "hike" if change > 0 else "cut" if change < 0 else "hold"}
        held |= {"lower_after": 4.0, "upper_after": 4.25}
    return FedMeeting(**held)


def market(
    weeks: Sequence[SurveyRate] = (),
    meetings: Sequence[FedMeeting] = (),
    treasury: Sequence[Reading] = (),
) -> Market:
    return Market(tuple(weeks), tuple(treasury), (), tuple(meetings))


def workspace_in(folder: Path) -> Workspace:
    return make_workspace(folder / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})


def file_of(folder: Path, text: str, name: str = "figures.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
