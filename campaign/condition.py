"""The condition of a conditional approval: a band for the realised rate, and until when it may be met."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from campaign.noun import Noun


class Condition(Noun):
    """When a conditional approval holds: the realised 30-year rate lies in a band before a moment.

    Attributes:
        measure: `offered` is the lowest 30-year conventional rate of the lender's sheet in force, `survey`
            the weekly survey's.
        low, high: percent, both ends included.
        before: aware datetime after which it can no longer be met.
    """

    measure: Literal["offered", "survey"] = "offered"
    low: float = Field(ge=0, le=30)
    high: float = Field(ge=0, le=30)
    before: datetime

    @model_validator(mode="after")
    def _runs_upward(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"the band ends at {self.high}, below its start {self.low}")
        if self.before.tzinfo is None:
            raise ValueError("the deadline has no time zone")
        return self

    @property
    def in_words(self) -> str:
        """The condition as people read it."""
        return (
            f"the {self.measure} 30-year rate lies between {self.low:.3f}% and {self.high:.3f}% "
            f"before {self.before.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
