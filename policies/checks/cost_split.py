"""Who pays for a co-marketed piece: each party its share of the space (12 USC 2607)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from campaign.noun import Noun
from campaign.piece import CostSplit
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """`tolerance`: how far a share of the cost may stand from the share of the space."""

    tolerance: float = Field(default=0.05, ge=0, le=0.5)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the lender pays more, or less, than its share of the space."""
    split = seen.piece.cost_split
    if split is None:
        return
    keys: Keys = rule.keys
    if uneven(split, keys.tolerance):
        paid = _paid(split)
        yield Hit(
            "cost_split",
            words={
                "paid": f"${split.lender_pays_usd:,.0f} of ${split.total_usd:,.0f} ({paid:.0%})",
                "space": f"{split.lender_space_share:.0%}",
            },
        )


def uneven(split: CostSplit, tolerance: float) -> bool:
    """Whether the lender's share of the cost stands further from its share of the space than is tolerated."""
    return abs(_paid(split) - split.lender_space_share) > tolerance + 1e-9


def _paid(split: CostSplit) -> float:
    return split.lender_pays_usd / split.total_usd if split.total_usd > 0 else 1.0
