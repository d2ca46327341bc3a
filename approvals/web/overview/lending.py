"""The fair-lending review as a reader takes it in: what a person should look at first, the rest behind it."""

from __future__ import annotations

from typing import Literal

from approvals.web.words import channel
from campaign.fair_lending import FairLendingResult
from campaign.noun import Noun
from campaign.plan import ChannelPlan

_WORTH_A_LOOK = ("disparity", "look")


class ReviewLine(Noun):
    """One selection with its result; `name` as people call it, `of` what kind of selection it is."""

    of: Literal["segment", "placement", "targeting"]
    name: str
    result: FairLendingResult


def review_lines(plan: ChannelPlan) -> tuple[tuple[ReviewLine, ...], tuple[ReviewLine, ...]]:
    """Results that a person should look at, the gravest first, and the others in the order of the review."""
    review = plan.fair_lending
    if review is None:
        return (), ()
    segments = {one.segment_id: one.segment for one in plan.placements}
    placements = {one.placement_id: f"{one.segment}, {channel(one.channel)}" for one in plan.placements}
    lines = [
        ReviewLine(of="segment", name=segments.get(key, key), result=one)
        for key, one in review.segments.items()
    ]
    lines += [
        ReviewLine(of="placement", name=placements.get(key, key), result=one)
        for key, one in review.placements.items()
    ]
    lines += [
        ReviewLine(of="targeting", name=" ".join(one.states) or "every licensed state", result=one.result)
        for one in review.targeting
    ]
    notable = [line for line in lines if line.result.verdict in _WORTH_A_LOOK]
    notable.sort(key=lambda line: _WORTH_A_LOOK.index(line.result.verdict))
    return tuple(notable), tuple(line for line in lines if line.result.verdict not in _WORTH_A_LOOK)
