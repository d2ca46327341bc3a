"""What was known of the market on a day, named by its content, so that a plan can say what it rests on."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from campaign.noun import Noun
from campaign.rates import SurveyRate


class Reading(Noun):
    """One value of a market series.

    Attributes:
        day: the day it speaks of; a weekly mean speaks of the last day of its week.
        percent: the yield or rate, percent a year.
        source: publisher and series, for example `Federal Reserve H.15, DGS10`.
    """

    day: date
    percent: float = Field(ge=-5, lt=25)
    source: str


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
