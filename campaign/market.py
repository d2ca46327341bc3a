"""What was known of the market on a day, named by its content, so that a plan can say what it rests on."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from campaign.noun import Noun
from campaign.rates import SurveyRate


class Reading(Noun):
    """One value of a market series.

    Attributes:
        day: the day it speaks of. percent: the yield or rate, percent a year.
        source: publisher and series, for example `Federal Reserve H.15`.
        weekly: True where it is the mean of the week that ends on the day.
    """

    day: date
    percent: float = Field(ge=-5, lt=25)
    source: str
    weekly: bool = False


class FedDecision(Noun):
    """What the Fed decided, as somebody read it.

    Attributes:
        decides: day of the statement (US Eastern). scheduled: whether the meeting was on the calendar.
        lower, upper: target range after it, percent.
        source: where it was read. recorded_at: when it was recorded, aware.
    """

    decides: date
    scheduled: bool = True
    lower: float = Field(ge=0, lt=25)
    upper: float = Field(ge=0, lt=25)
    source: str = Field(min_length=1, max_length=300)
    recorded_at: AwareDatetime

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.lower > self.upper:
            raise ValueError("lower is above upper")
        return self


class MarketSnapshot(Noun):
    """The market as it was known at the end of a day, nothing later looked at.

    Attributes:
        snapshot_id: short hash of everything below.
        on: the day. survey: the latest week published by then; compare `survey.week` with `on`.
        treasury_10y: latest ten-year Treasury yield. daily: latest value of a daily mortgage index.
        lower, upper: the Fed's target range, percent, as of the last meeting with a known outcome.
        unknown_since: days of meetings after that one, whose outcome is not known here.
    """

    snapshot_id: str
    on: date
    survey: SurveyRate | None = None
    treasury_10y: Reading | None = None
    daily: Reading | None = None
    lower: float | None = None
    upper: float | None = None
    unknown_since: tuple[date, ...] = ()
