"""What a workspace was given of the market since the shipped tables end, and how it is laid over them.

The newer of two contradicting values stands; the older one stays in the file or table that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from campaign.errors import Unreadable
from campaign.market import FedDecision, Reading
from campaign.rates import SurveyRate
from tools.market.figures import Figure, Series, kept_figures, write_figures
from tools.market.kept_files import keep_next, kept_texts

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tools.workspace import Workspace

_FIGURES, _DECISIONS = "csv", "json"


def given_figures(workspace: Workspace) -> tuple[Figure, ...]:
    """Every figure that was imported, in the order in which it came.

    Raises:
        Unreadable: a kept file was changed or cannot be read.
    """
    return tuple(
        figure for _, text in kept_texts(workspace.market, _FIGURES) for figure in kept_figures(text)
    )


def keep_figures(workspace: Workspace, figures: Sequence[Figure]) -> Path:
    """Keep figures as one file behind those already kept.

    Raises:
        BadInput: the folder cannot be written.
    """
    return keep_next(workspace.market, write_figures(figures), _FIGURES)


def given_decisions(workspace: Workspace) -> tuple[FedDecision, ...]:
    """Every decision that was recorded, in the order in which it was.

    Raises:
        Unreadable: a kept file was changed or cannot be read.
    """
    found = []
    for path, text in kept_texts(workspace.market, _DECISIONS):
        try:
            found.append(FedDecision.model_validate_json(text))
        except ValidationError as error:
            raise Unreadable(str(path), "is no decision of the Fed.", "Remove it.") from error
    return tuple(found)


def keep_decision(workspace: Workspace, decision: FedDecision) -> Path:
    """Keep a decision behind those already kept.

    Raises:
        BadInput: the folder cannot be written.
    """
    return keep_next(workspace.market, decision.model_dump_json() + "\n", _DECISIONS)


def with_readings(
    shipped: tuple[Reading, ...], figures: Sequence[Figure], series: Series
) -> tuple[Reading, ...]:
    """A series with what was given laid over it, oldest first."""
    held = {reading.day: reading for reading in shipped}
    for figure in figures:
        if figure.series == series:
            held[figure.day] = Reading(day=figure.day, percent=figure.percent, source=figure.source)
    return tuple(held[day] for day in sorted(held))


def with_survey(shipped: tuple[SurveyRate, ...], figures: Sequence[Figure]) -> tuple[SurveyRate, ...]:
    """The survey with what was given laid over it, oldest first.

    A value read at its publisher takes the mark `weak` from the one it confirms or replaces. A 15-year rate
    waits until the 30-year one of its week is held.
    """
    held = {week.week: week for week in shipped}
    waiting: dict[date, float] = {}
    for figure in figures:
        week = held.get(figure.day)
        if figure.series == "rate_30y":
            held[figure.day] = _with_30y(week, figure, waiting.get(figure.day))
        elif figure.series == "rate_15y" and week is not None:
            changed = {"rate_15y": figure.percent, "provenance_15y": "published"}
            held[figure.day] = week.model_copy(update=changed)
        elif figure.series == "rate_15y":
            waiting[figure.day] = figure.percent
    return tuple(held[day] for day in sorted(held))


def waiting_15y(weeks: Sequence[SurveyRate], figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The 15-year rates that were given of weeks whose 30-year rate is not held, oldest first."""
    held = {week.week for week in weeks}
    found = {one.day: one for one in figures if one.series == "rate_15y" and one.day not in held}
    return tuple(found[day] for day in sorted(found))


def _with_30y(week: SurveyRate | None, figure: Figure, rate_15y: float | None) -> SurveyRate:
    if week is None:
        return SurveyRate(
            week=figure.day,
            rate_30y=figure.percent,
            rate_15y=rate_15y,
            source=figure.source,
            provenance="published",
        )
    changed = {"rate_30y": figure.percent, "source": figure.source, "provenance": "published"}
    return week.model_copy(update=changed)
