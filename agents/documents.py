"""What scripts read: the JSON forms of the nouns the street's commands answer with (design, section 5)."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaign.plan import ChannelPlan
    from campaign.release import Publication, Withheld
    from campaign.segment import Segmentation


def plan_document(plan: ChannelPlan) -> dict[str, Any]:
    """The plan in the contract's form."""
    return {
        "budget_usd": plan.budget_usd,
        "placements": [
            {
                "segment": placement.segment,
                "channel": placement.channel.value,
                "format": placement.format,
                "budget_usd": placement.budget_usd,
                "cadence": placement.cadence,
                "theme": placement.theme,
                "states": list(placement.states),
                "expected_leads": list(placement.expected_leads),
            }
            for placement in plan.placements
        ],
    }


def segment_document(parted: Segmentation) -> list[dict[str, Any]]:
    """The segments in the contract's form."""
    return [
        {
            "segment_id": segment.segment_id,
            "name": segment.name,
            "predicate": str(segment.predicate),
            "size": segment.size,
            "share": round(segment.share, 6),
            "value_usd": segment.value_usd,
            "needs": segment.needs,
        }
        for segment in parted.segments
    ]


def publication_document(publications: Sequence[Publication]) -> list[dict[str, Any]]:
    """One entry per release: `target` is its file, or the folder of its letters, `count` how many."""
    by_release: dict[str, list[Publication]] = {}
    for publication in publications:
        by_release.setdefault(publication.release_id, []).append(publication)
    return [
        {
            "release": release_id,
            "channel": made[0].channel,
            "placement": made[0].placement_id,
            "target": made[0].target if len(made) == 1 else _common(made),
            "count": len(made),
        }
        for release_id, made in by_release.items()
    ]


def withheld_document(withheld: Sequence[Withheld]) -> list[dict[str, Any]]:
    """What did not go out, added up by channel and reason."""
    counts: dict[tuple[str, str], int] = {}
    for item in withheld:
        counts[item.channel, item.reason] = counts.get((item.channel, item.reason), 0) + item.count
    return [
        {"channel": channel, "reason": reason, "count": count} for (channel, reason), count in counts.items()
    ]


def _common(made: Sequence[Publication]) -> str:
    return os.path.commonpath([publication.target for publication in made]) + "/"
