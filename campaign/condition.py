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
        since: aware datetime before which nobody asks, such as a Fed statement: what was offered until then
            says nothing about what came of it. None asks at once.
    """

    measure: Literal["offered", "survey"] = "offered"
    low: float = Field(ge=0, le=30)
    high: float = Field(ge=0, le=30)
    before: datetime
    since: datetime | None = None

    @model_validator(mode="after")
    def _runs_upward(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"the band ends at {self.high}, below its start {self.low}")
        if self.before.tzinfo is None or (self.since is not None and self.since.tzinfo is None):
            raise ValueError("the deadline has no time zone")
        if self.since is not None and self.since >= self.before:
            raise ValueError("the deadline comes before the condition is asked about")
        return self

    @property
    def in_words(self) -> str:
        """The condition as people read it."""
        opens = f"after {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC and " if self.since else ""
        return (
            f"the {self.measure} 30-year rate lies between {self.low:.3f}% and {self.high:.3f}% "
            f"{opens}before {self.before.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )

    def within(self, other: Condition) -> bool:
        """Whether it lets nothing out that the other would keep."""
        later = other.since is None or (self.since is not None and self.since >= other.since)
        inside = other.low <= self.low and self.high <= other.high
        return self.measure == other.measure and inside and self.before <= other.before and later
