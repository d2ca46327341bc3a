"""What a move of rates would do to a book: who enters and leaves triggers and segments, and what comes in."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from campaign.noun import Noun

Expected = tuple[float, float, float]
"""Low, middle and high: an 80 % interval."""


class Movement(Noun):
    """The borrowers of one trigger or segment after a move of rates, against those of today.

    Attributes:
        name: the trigger, or the segment's name. now: today. then: after the move.
        entered, left: who is in only after it, and only before it; `then = now + entered - left`.
    """

    name: str
    now: int = Field(ge=0)
    then: int = Field(ge=0)
    entered: int = Field(ge=0)
    left: int = Field(ge=0)


class Shock(Noun):
    """One move of rates, made today and kept.

    Attributes:
        shift_bps: of the survey and of every rate of the lender's sheet, basis points.
        rate: the survey's 30-year rate after it, percent.
        triggers, segments: whom it moves in and out.
        payoffs_30, payoffs_90: own loans paid off within so many days.
        applications_30, applications_90: that reach this lender, to refinance or to finance a next home.
        refinances_90: the middle of those of the 90 days that refinance.
        usd_90: amount applied for within 90 days, dollars.
    """

    shift_bps: float
    rate: float
    triggers: tuple[Movement, ...]
    segments: tuple[Movement, ...]
    payoffs_30: Expected
    payoffs_90: Expected
    applications_30: Expected
    applications_90: Expected
    refinances_90: float
    usd_90: Expected


class RateForecast(Noun):
    """What each of several moves would do.

    Attributes:
        as_of: aware moment. on: its day in the lender's zone.
        survey_week, survey_rate: of the 30-year rate it starts from, percent.
        sheet_id: the prices it starts from.
        own_loans, rival_loans: counted loans of this lender, and of prospects at other lenders.
        left_out: loans of either that the payoff response does not speak of.
        shocks: one per move, rates falling most first.
        assumptions: what it rests on beside the data. limits: what it cannot show.
    """

    as_of: datetime
    on: date
    survey_week: date
    survey_rate: float
    sheet_id: str
    own_loans: int
    rival_loans: int
    left_out: int
    shocks: tuple[Shock, ...]
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def unmoved(self) -> Shock:
        """The shock of nothing: what is expected where rates stay."""
        return min(self.shocks, key=lambda shock: abs(shock.shift_bps))
