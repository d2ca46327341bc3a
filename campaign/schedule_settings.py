"""When the worker acts by itself: the `[schedule]` table of lender.toml."""

from __future__ import annotations

from datetime import time
from typing import Any

from pydantic import Field, field_validator

from campaign.noun import Noun

_DAY_MINUTES = 24 * 60


class ScheduleSettings(Noun):
    """How long after the market spoke, and at what hours, the team answers.

    Attributes:
        after_statement_minutes: after a Fed statement (14:00 New York) before it is answered; the next rate
            sheet is waited for besides.
        after_survey_minutes: after the weekly survey (Thursday 12:00 New York).
        scan_at: local time of the daily trigger scan on working days; cases are prepared at that hour too.
        scenarios_days: days before a meeting on which its cases are prepared.
        sweep_minutes: between two rounds of escalations, expiries, notices and anchors.
    """

    after_statement_minutes: int = Field(default=30, ge=0, le=_DAY_MINUTES)
    after_survey_minutes: int = Field(default=30, ge=0, le=_DAY_MINUTES)
    scan_at: time = time(10)
    scenarios_days: int = Field(default=5, ge=1, le=30)
    sweep_minutes: int = Field(default=5, ge=1, le=_DAY_MINUTES)

    @field_validator("scan_at", mode="before")
    @classmethod
    def _as_on_a_clock(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return time.fromisoformat(value)
        except ValueError as error:
            raise ValueError('is no time of day; write it as "10:00"') from error

    @field_validator("scan_at")
    @classmethod
    def _to_the_minute(cls, value: time) -> time:
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError('is no local time of day to the minute; write it as "10:00"')
        return value
