"""The channel plan: who hears from us where, how often, and for how much."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from campaign.channel import Channel
from campaign.claim import SlotRange
from campaign.fair_lending import FairLendingReview
from campaign.noun import Noun
from campaign.rate_forecast import RateForecast

ALERT_MARK = ".rate_alert."
"""Stands in the id of every placement of a rate alert, and in no other."""


class Placement(Noun):
    """One segment in one channel.

    Attributes:
        placement_id: `<segment_id>.<channel>`.
        segment_id, segment: whom it is for (id, and the name people read).
        channel, format: where, in which shape (`campaign.channel.FORMATS`).
        goal: what one success is, for example `application`.
        cadence: in words, for example `every 2 weeks`.
        budget_usd: dollars over the plan's period.
        theme: the angle of the copy: `rate_review`, `equity`, `purchase`, `relationship` or `rate_alert`.
        states: postal codes it is shown in; licensed ones only.
        expected_leads: low, middle, high over the plan's period (80 % interval).
        offer_row: for a rate alert, the row of the rate sheet that its readers would get; None otherwise.
        figures: for a rate alert, each reader's own numbers and between what they may lie.
    """

    placement_id: str
    segment_id: str
    segment: str
    channel: Channel
    format: str
    goal: str
    cadence: str
    budget_usd: float = Field(ge=0)
    theme: str
    states: tuple[str, ...]
    expected_leads: tuple[float, float, float]
    offer_row: int | None = None
    figures: tuple[SlotRange, ...] = ()


class CalendarEntry(Noun):
    """One dated thing to do."""

    on: date
    placement_id: str
    what: str


class ChannelPlan(Noun):
    """How the budget is spent.

    Attributes:
        placements: every segment in every channel that got money or costs none.
        budget_usd: what the brief allowed; placements add up to at most this.
        rate_assumption: the 30-year rate offered when the plan was made, percent.
        attribution_days: window in which an application counts for a contact.
        calendar: dated entries, first weeks.
        mind: `house` or `model`.
        notes: what the solver was told and what was dropped.
        fair_lending: what the review found, None until compliance has asked for it.
        forecast: what moves of rates would do to the book, None until it was asked for.
    """

    placements: tuple[Placement, ...]
    budget_usd: float
    rate_assumption: float
    attribution_days: int
    calendar: tuple[CalendarEntry, ...] = ()
    mind: Literal["house", "model"]
    notes: tuple[str, ...] = ()
    fair_lending: FairLendingReview | None = None
    forecast: RateForecast | None = None
