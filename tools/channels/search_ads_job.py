"""What a search ad needs besides its words: where, against which searches, and for how much a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from campaign.piece import Piece
from campaign.plan import Placement
from campaign.release import Release
from tools.channels.search_keywords import NEGATIVE_KEYWORDS, keywords_for

_ALWAYS_SHOWN = "short_legend"
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class SearchAdsJob:
    """The job of a search transport.

    Attributes:
        campaign: its name, the same for all variants that share a budget.
        ad_group: its name; variants in one ad group are compared by the platform.
        daily_budget_usd: dollars a day, above zero.
        states: postal codes.
        keywords: phrases to meet. negatives: phrases to avoid.
        final_url: where the ad leads.
        pinned: entries of `descriptions` (counted from 0) that must always show; they are pinned to
            position 2, because an ad shows two descriptions and the first is the writer's.
    """

    campaign: str
    ad_group: str
    daily_budget_usd: float
    states: tuple[str, ...]
    keywords: tuple[str, ...]
    final_url: str
    negatives: tuple[str, ...] = ()
    pinned: tuple[int, ...] = ()


def search_ads_job(
    release: Release,
    placement: Placement,
    *,
    states: tuple[str, ...],
    all_states: tuple[str, ...],
    days: int,
    final_url: str,
) -> SearchAdsJob:
    """The job of one release: its states' part of the placement's budget, spread over the campaign's days.

    Variants for the same states share one campaign, so that a second variant does not spend a second budget.

    Args:
        placement: with the budget for the whole period, dollars.
        states: the piece's. all_states: those that share the placement's budget.
        days: length of the period, at least 1.
        final_url: where the ad leads, where the piece does not say.
    """
    part = len(states) / max(len(all_states), len(states), 1)
    words = f"{placement.segment} {' '.join(states)}"[:_LONGEST_NAME]
    return SearchAdsJob(
        campaign=campaign_name(release.run_id, release.placement_id, states, words),
        ad_group=placement.theme.replace("_", " "),
        daily_budget_usd=round(placement.budget_usd * part / days, 2),
        states=states,
        keywords=keywords_for(placement.theme),
        negatives=NEGATIVE_KEYWORDS,
        final_url=final_url,
        pinned=always_shown(release.piece),
    )


def campaign_name(run_id: str, placement_id: str, states: tuple[str, ...], words: str) -> str:
    """A name that is the same whenever the same campaign is written, so that an import updates it."""
    identity = hashlib.sha256("\n".join((run_id, placement_id, *sorted(states))).encode()).hexdigest()[:8]
    return f"vallum-{identity} {words}"


def always_shown(piece: Piece) -> tuple[int, ...]:
    """Descriptions that hold the licence legend, counted from 0."""
    held = {binding.field for binding in piece.bindings if binding.slot == _ALWAYS_SHOWN}
    count = len(piece.fields.get("descriptions", ()))
    return tuple(index for index in range(count) if f"descriptions[{index}]" in held)
