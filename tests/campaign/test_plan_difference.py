"""What a director reads of two plans: the money that moved first, then people, channels and leads."""

from __future__ import annotations

from campaign.channel import Channel
from campaign.plan import ChannelPlan, Placement
from campaign.plan_difference import difference
from campaign.segment import Predicate, Segment, Segmentation


def placed(segment: str, channel: Channel, usd: float, leads: float = 10) -> Placement:
    return Placement(
        placement_id=f"{segment}.{channel}",
        segment_id=segment,
        segment=segment.title(),
        channel=channel,
        format="email.letter",
        goal="application",
        cadence="weekly",
        budget_usd=usd,
        theme="purchase",
        states=("CA",),
        expected_leads=(leads / 2, leads, leads * 2),
    )


def plan(*placements: Placement, rate: float = 6.0) -> ChannelPlan:
    return ChannelPlan(
        placements=placements, budget_usd=1_000, rate_assumption=rate, attribution_days=90, mind="house"
    )


def parted(**sizes: int) -> Segmentation:
    return Segmentation(
        segments=tuple(
            Segment(
                segment_id=name, name=name.title(), predicate=Predicate(), needs="", size=size, share=0,
                value_usd=1,
            )
            for name, size in sizes.items()
        ),
        learnt_from="",
        origin_note="",
        mind="house",
    )  # fmt: skip


BEFORE = plan(placed("refinance", Channel.EMAIL, 100), placed("owners", Channel.META, 300), rate=6.0)
AFTER = plan(
    placed("refinance", Channel.EMAIL, 20), placed("owners", Channel.META, 310),
    placed("buyers", Channel.META, 50, leads=4), rate=7.0,
)  # fmt: skip
TOLD = difference(
    BEFORE, AFTER, parted_before=parted(refinance=50, owners=70), parted_after=parted(owners=71, buyers=9)
)


def test_the_largest_move_of_money_comes_first():
    assert [(one.name, one.usd) for one in TOLD.segments] == [
        ("Refinance", -80),
        ("Buyers", 50),
        ("Owners", 10),
    ]
    assert [(one.name, one.usd) for one in TOLD.channels] == [("email", -80), ("meta", 60)]


def test_segments_that_came_went_or_grew_are_said():
    words = " ".join(TOLD.in_words)
    assert "Refinance is gone; it held 50 loans." in words
    assert "Buyers is new, with 9 loans." in words
    assert "Owners went from 70 loans to 71." in words
    assert "Refinance: $80 less ($100 to $20)." in words


def test_cost_rates_and_leads():
    assert TOLD.cost == "It costs $380, $20 less."
    assert (TOLD.rate_before, TOLD.rate_after) == (6.0, 7.0)
    assert TOLD.leads_before == (10, 20, 40)
    assert TOLD.leads_after == (12, 24, 48)
    assert TOLD.in_words[-1] == "Expected leads: 24 (12 to 48) where 20 were expected."


def test_the_same_plan_twice_is_no_change():
    same = difference(
        BEFORE,
        BEFORE,
        parted_before=parted(refinance=50, owners=70),
        parted_after=parted(refinance=50, owners=70),
    )
    assert same.cost == "It costs the same: $400."
    assert len(same.in_words) == 1
    assert all(one.usd == 0 for one in (*same.segments, *same.channels))
