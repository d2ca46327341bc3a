"""Which angle each segment is spoken to with: the mind's choice where the figures allow it."""

from __future__ import annotations

from collections.abc import Sequence

from agents.house.channel_planning import HousePlanningMind
from agents.meaning import at_trigger
from agents.minds import PlanningMind, SegmentFacts, Theme
from campaign.segment import Segment


def choose_themes(
    segments: Sequence[Segment], mind: PlanningMind, trigger_bps: float
) -> tuple[dict[str, Theme], list[str]]:
    """One theme per segment, the house mind's wherever the mind's cannot be used.

    Args:
        segments: who is addressed. mind: proposes.
        trigger_bps: the lender's refinance trigger; only people at it may be told of a rate review.

    Returns:
        Theme by segment id, and one note per proposal that was dropped.
    """
    facts = tuple(
        SegmentFacts(
            segment_id=segment.segment_id,
            predicate=str(segment.predicate),
            share=segment.share,
            profile=segment.profile,
        )
        for segment in segments
    )
    by_id = {segment.segment_id: segment for segment in segments}
    themes = {choice.segment_id: choice.theme for choice in HousePlanningMind().themes(facts)}
    notes: list[str] = []
    for choice in mind.themes(facts):
        segment = by_id.get(choice.segment_id)
        if segment is None:
            notes.append(f"Theme for `{choice.segment_id}` dropped: there is no such segment.")
        elif choice.theme == "rate_review" and not _may_speak_of_savings(segment, trigger_bps):
            notes.append(
                f"Theme `rate_review` for `{choice.segment_id}` dropped: its people are not all at the "
                f"{trigger_bps:g} bps trigger."
            )
        else:
            themes[choice.segment_id] = choice.theme
    return themes, notes


def _may_speak_of_savings(segment: Segment, trigger_bps: float) -> bool:
    return at_trigger(segment.predicate, trigger_bps) or segment.segment_id.startswith("refinance")
