"""The channel-planning agent: who hears from the lender where, how often, and for how much.

The mind proposes an angle per segment; the response curves say what dollars are expected to do, and the
solver divides the budget under each channel's floor and ceiling. What was dropped or scaled is in the notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from agents.allocation import Bounds
from agents.budgeting import bounds_of, divide, letter_dollars
from agents.content_calendar import cadence_of, calendar
from agents.legal_parts import OFFER_FORMATS
from agents.minds import PlanningMind, Theme
from agents.reference_tables import figures
from agents.response_curves import Prospect, lead_interval, people, prospect
from agents.themes import choose_themes
from campaign.brief import Brief
from campaign.channel import PLANNED, Channel, format_of
from campaign.errors import BadInput, NotInForce
from campaign.lender import Lender
from campaign.plan import ChannelPlan, Placement
from campaign.rates import RateSheet
from campaign.segment import Segment, Segmentation

CURVES_NOTE = (
    "Response curves, close rates and revenue per loan are stated assumptions (agents/tables/"
    "response_curves.csv, planning_assumptions.csv) until this lender's own results replace them."
)


def plan_channels(
    segmentation: Segmentation,
    brief: Brief,
    *,
    lender: Lender,
    sheet: RateSheet,
    at: datetime,
    mind: PlanningMind,
) -> ChannelPlan:
    """Divide the brief's budget over segments and channels.

    Args:
        segmentation: whom; sizes, values and contactable people are taken from it.
        brief: budget in dollars, period, products.
        lender: licences in force on `at`, the floor of each channel, daily e-mails.
        sheet: the rates the plan rests on.
        at: aware moment of planning.
        mind: proposes the themes.

    Raises:
        BadInput: the brief speaks to another audience than consumers, or no segment can be addressed.
        NotInForce: no offer of the sheet holds at `at`.
    """
    rate = _rate_assumption(sheet, at)
    today = at.astimezone(lender.zone).date()
    states = lender.licensed_states(today)
    segments, notes = _addressed(segmentation.segments, brief, states)
    themes, theme_notes = choose_themes(segments, mind, lender.rates.trigger_bps)
    bounds, bound_notes = bounds_of(brief, lender)
    channels, channel_notes = _channels(sheet)
    prospects = _prospects(segments, themes, brief, lender, bounds, channels)
    dollars, kept = divide(prospects, bounds)
    placements = tuple(_placement(one, dollars[one.curve.key], states) for one in kept)
    return ChannelPlan(
        placements=placements,
        budget_usd=brief.budget_usd,
        rate_assumption=rate,
        attribution_days=int(figures("planning_assumptions")["attribution_days"]),
        calendar=calendar(placements, max(brief.starts, today), brief.ends),
        mind=mind.name,
        notes=(
            *_period_left(brief, today),
            *notes,
            *theme_notes,
            *bound_notes,
            *channel_notes,
            *_reading(kept, dollars, brief.budget_usd, channels),
            CURVES_NOTE,
        ),
    )


def _period_left(brief: Brief, today: date) -> tuple[str, ...]:
    """What a plan made late has to say of its period."""
    if today > brief.ends:
        return (f"The period ended on {brief.ends}: nothing is dated. Plan a new one with `vallum plan`.",)
    over, whole = (today - brief.starts).days, (brief.ends - brief.starts).days + 1
    if over <= 0:
        return ()
    return (f"{over} of the {whole} days are over; the budget is the whole one, whatever was spent so far.",)


def _rate_assumption(sheet: RateSheet, at: datetime) -> float:
    """The best conventional 30-year rate in force, or the first offer in force where there is none."""
    best = sheet.best("conventional", 360, at)
    offer = best or next((offer for offer in sheet.offers if offer.holds(at)), None)
    if offer is None:
        raise NotInForce(
            f"No offer of rate sheet `{sheet.sheet_id}` is in force at {at:%Y-%m-%d %H:%M} UTC.",
            "Run `vallum rates import SHEET` with the sheet of that day.",
        )
    return offer.rate


def _addressed(
    segments: Sequence[Segment], brief: Brief, states: Sequence[str]
) -> tuple[tuple[Segment, ...], list[str]]:
    """The segments this brief can speak to, and why the others are left out."""
    if brief.audience != "consumer":
        raise BadInput(
            f"The brief speaks to the audience `{brief.audience}`, but segments are of consumers.",
            "Set `audience` to `consumer`.",
        )
    kept: list[Segment] = []
    notes: list[str] = []
    for segment in segments:
        if not segment.size:
            notes.append(f"`{segment.segment_id}` is empty and gets no placement.")
        elif not segment.value_usd:
            notes.append(f"`{segment.segment_id}` is expected to bring nothing and gets no placement.")
        elif segment.states and not set(segment.states) & set(states):
            notes.append(f"`{segment.segment_id}` has nobody in a licensed state and gets no placement.")
        elif brief.products and segment.products and not set(segment.products) & set(brief.products):
            notes.append(f"`{segment.segment_id}` holds none of the brief's products and gets no placement.")
        else:
            kept.append(segment)
    if not kept:
        raise BadInput(
            "None of the segments can be addressed: " + " ".join(notes),
            "Check the licences in lender.toml and the products of the brief.",
        )
    return tuple(kept), notes


def _channels(sheet: RateSheet) -> tuple[tuple[Channel, ...], list[str]]:
    """Where this plan may speak: what shows nothing but an offer waits until there is one."""
    if not sheet.supposed:
        return PLANNED, []
    priced = [channel for channel in PLANNED if format_of(channel).name in OFFER_FORMATS]
    named = ", ".join(channel.value for channel in priced)
    note = f"{named} show nothing but an offer: they wait for the real price."
    return tuple(channel for channel in PLANNED if channel not in priced), [note]


def _prospects(
    segments: Sequence[Segment],
    themes: Mapping[str, Theme],
    brief: Brief,
    lender: Lender,
    bounds: Bounds,
    channels: Sequence[Channel],
) -> tuple[Prospect, ...]:
    """Every segment in every channel that reaches somebody of it."""
    days = (brief.ends - brief.starts).days + 1
    letters = letter_dollars(segments, days, lender, bounds.floors[Channel.EMAIL.value])
    return tuple(
        prospect(
            segment,
            channel,
            themes[segment.segment_id],
            days=days,
            most_usd=letters[segment.segment_id] if channel == Channel.EMAIL else brief.budget_usd,
        )
        for segment in segments
        for channel in channels
        if people(segment, channel)
    )


def _placement(one: Prospect, dollars: int, states: Sequence[str]) -> Placement:
    rhythm = cadence_of(one.channel.value)
    known = one.segment.states
    return Placement(
        placement_id=one.curve.key,
        segment_id=one.segment.segment_id,
        segment=one.segment.name,
        channel=one.channel,
        format=format_of(one.channel).name,
        goal=rhythm["goal"],
        cadence=rhythm["cadence"],
        budget_usd=dollars,
        theme=one.theme,
        states=tuple(state for state in known if state in states) if known else tuple(states),
        expected_leads=lead_interval(one.leads(dollars)),
    )


def _reading(
    kept: Sequence[Prospect], dollars: Mapping[str, int], budget: float, channels: Sequence[Channel]
) -> list[str]:
    """What the solver's answer means for the person who pays."""
    spent = sum(dollars[one.curve.key] for one in kept)
    value = sum(one.curve.value(dollars[one.curve.key]) for one in kept)
    last = max((one.curve.slope(dollars[one.curve.key] + 1) for one in kept), default=0.0)
    days = int(figures("planning_assumptions")["attribution_days"])
    notes = [
        f"${spent:,} placed for about ${value:,.0f} of expected revenue; "
        f"the next dollar would bring ${last:.2f}.",
        f"Applications count for {days} days after a contact, since a home loan takes 60 to 120 days "
        "from first contact to application.",
    ]
    held_back = budget - spent
    if held_back >= 1.0:
        notes.append(
            f"${held_back:,.0f} of the budget is held back: no placement would return it within a year."
        )
    missing = [channel.value for channel in channels if not any(one.channel == channel for one in kept)]
    if missing:
        notes.append(f"Nobody can be reached through {', '.join(missing)}: its floor goes to the others.")
    return notes
