"""A book parted in two, and a plan that speaks to one part of it more than to the other."""

from __future__ import annotations

from campaign.channel import Channel
from campaign.plan import ChannelPlan, Placement
from campaign.segment import Condition, Predicate, Segment, Segmentation

HIGH = Condition(column="fico", operator="at_least", value=720.0)


def segment(name: str, *conditions: Condition) -> Segment:
    return Segment(
        segment_id=name,
        name=name,
        predicate=Predicate(conditions=conditions),
        needs="",
        size=1,
        share=0.5,
        value_usd=1,
    )


def placement(who: str, channel: Channel, *states: str) -> Placement:
    return Placement(
        placement_id=f"{who}.{channel.value}", segment_id=who, segment=who, channel=channel, format="meta.feed",
        goal="application", cadence="weekly", budget_usd=1, theme="equity", states=states, expected_leads=(1, 2, 3),
    )  # fmt: skip


PARTED = Segmentation(
    segments=(segment("high", HIGH), segment("rest")), learnt_from="", origin_note="", mind="house"
)
PLAN = ChannelPlan(
    placements=(
        placement("high", Channel.META, "CA", "NY"),
        placement("high", Channel.EMAIL, "CA", "NY"),
        placement("rest", Channel.META, "CA"),
    ),
    budget_usd=3, rate_assumption=6, attribution_days=90, mind="house",
)  # fmt: skip
