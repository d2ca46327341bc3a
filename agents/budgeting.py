"""What the budget is divided under: floors, ceilings, what letters can cost, and placements worth running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.allocation import Bounds, allocate
from agents.reference_tables import figures
from agents.response_curves import Prospect, people, responses
from campaign.brief import Brief
from campaign.channel import PLANNED, Channel, format_of
from campaign.lender import Lender
from campaign.segment import Segment


def bounds_of(brief: Brief, lender: Lender) -> tuple[Bounds, list[str]]:
    """Floors and ceilings per channel; floors shrink together where the budget cannot hold them."""
    floor, notes = lender.capacity.channel_floor_usd, []
    if floor * len(PLANNED) > brief.budget_usd:
        floor = brief.budget_usd / len(PLANNED)
        notes.append(
            f"A budget of ${brief.budget_usd:,.0f} is below {len(PLANNED)} floors of "
            f"${lender.capacity.channel_floor_usd:,.0f}; each channel's floor is ${floor:,.0f} instead."
        )
    ceiling = max(figures("planning_assumptions")["ceiling_share"] * brief.budget_usd, floor)
    return Bounds(
        budget=brief.budget_usd,
        floors={channel.value: floor for channel in PLANNED},
        ceilings={channel.value: ceiling for channel in PLANNED},
        least_return=figures("planning_assumptions")["least_return"],
    ), notes


def letter_dollars(segments: Sequence[Segment], days: int, lender: Lender, floor: float) -> dict[str, float]:
    """The most that letters can cost per segment: contactable people, frequency cap and daily capacity.

    Where all of it stays below the channel's floor, the floor is spread by the same shares: it pays for
    templates and list care, which do not depend on the number of people.
    """
    every = format_of(Channel.EMAIL).frequency_cap_days
    sends = {
        segment.segment_id: people(segment, Channel.EMAIL) * ((days - 1) // every + 1) for segment in segments
    }
    total = sum(sends.values())
    if not total:
        return dict.fromkeys(sends, 0.0)
    possible = min(1.0, lender.capacity.emails_per_day * days / total)
    cost = figures("planning_assumptions")["email_usd_per_1000"] / 1000.0 * possible
    scale = max(cost, floor / total)
    return {segment_id: count * scale for segment_id, count in sends.items()}


def divide(prospects: Sequence[Prospect], bounds: Bounds) -> tuple[dict[str, int], tuple[Prospect, ...]]:
    """Solve, drop placements too small to be worth running, and solve again until none is.

    Args:
        prospects: every possible placement. bounds: budget, floors and ceilings in dollars.

    Returns:
        Dollars by placement id, and the placements that got any.
    """
    kept = tuple(prospects)
    while True:
        dollars = allocate([one.curve for one in kept], bounds)
        small = _too_small(kept, dollars)
        if not small:
            return dollars, tuple(one for one in kept if dollars[one.curve.key])
        kept = tuple(one for one in kept if one.curve.key not in small)


def _too_small(prospects: Sequence[Prospect], dollars: Mapping[str, int]) -> set[str]:
    """Placements below the least a channel is worth opening for; its largest placement always stays."""
    small: set[str] = set()
    for channel in PLANNED:
        inside = sorted(
            (one.curve.key for one in prospects if one.channel == channel), key=lambda key: -dollars[key]
        )
        least = responses()[channel].least_usd
        small |= {key for key in inside[1:] if 0 < dollars[key] < least}
    return small
