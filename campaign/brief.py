"""The brief: what the marketing director asks for, before any agent has thought."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from campaign.condition import Condition
from campaign.moment import YEARS
from campaign.noun import Noun

Audience = Literal["consumer", "partner", "originator"]
Purpose = Literal["campaign", "rate_alert"]


class Supposition(Noun):
    """A case that may come after a Fed meeting, for which a plan is made before it.

    Attributes:
        name: `down`, `flat` or `up`.
        meeting: day of the statement.
        shift_bps: how far the lender's rates are supposed to have moved by then, basis points.
        condition: the band and the deadline that say whether the case came.
    """

    name: Literal["down", "flat", "up"]
    meeting: date
    shift_bps: float
    condition: Condition


class Brief(Noun):
    """One assignment to the marketing team.

    Attributes:
        goal: free words of the director, shown to people; never parsed for numbers.
        audience: who the campaign speaks to.
        budget_usd: dollars for the whole period, above zero.
        starts: first day of the campaign.
        ends: last day, on or after `starts`.
        products: products to speak of; empty means all the rate sheet holds.
        per_officer: letters and posts go out in the name of each loan officer, as variants of one master.
        purpose: a whole campaign, or letters to borrowers whose own rate stands above today's offer.
        supposing: the case this plan is made for, None for a plan on the rates as they are.
    """

    goal: str = Field(min_length=3, max_length=400)
    audience: Audience = "consumer"
    budget_usd: float = Field(gt=0, le=100_000_000, allow_inf_nan=False)
    starts: date
    ends: date
    products: tuple[str, ...] = ()
    per_officer: bool = False
    purpose: Purpose = "campaign"
    supposing: Supposition | None = None

    @model_validator(mode="after")
    def _period_runs_forward(self) -> Self:
        if self.starts.year not in YEARS or self.ends.year not in YEARS:
            raise ValueError(f"the period needs years from {YEARS.start} to {YEARS.stop - 1}")
        if self.ends < self.starts:
            raise ValueError(f"the period ends ({self.ends}) before it starts ({self.starts})")
        return self
