"""The house mind of channel planning: one angle per segment, from what the segment is about."""

from __future__ import annotations

from typing import Final

from agents.minds import MindName, SegmentFacts, Theme, ThemeChoice

_BY_MEANING: Final[tuple[tuple[str, Theme, str], ...]] = (
    ("refinance", "rate_review", "Their rate stands at or above the lender's own trigger."),
    ("equity_rich", "equity", "They owe well under the home's value; a lower rate is not on offer for them."),
    ("cash_out", "equity", "They have used equity before and know what it involves."),
    ("prospects", "purchase", "They hold no loan here yet and are choosing a home or a lender."),
    (
        "recent_buyers",
        "purchase",
        "They know how a purchase goes; the next home and their friends' homes come next.",
    ),
    ("home_buyers", "purchase", "They bought with us and may move next."),
    ("investors", "purchase", "Their next step is another property."),
    ("second_homes", "purchase", "Their next step is another property."),
)
_OTHERWISE: Final[tuple[Theme, str]] = (
    "relationship",
    "Nothing in their figures calls for an offer; staying known does.",
)


class HousePlanningMind:
    """Chooses the theme that follows from a segment's meaning."""

    name: MindName = "house"

    def themes(self, segments: tuple[SegmentFacts, ...]) -> tuple[ThemeChoice, ...]:
        """One theme per segment, with the reason."""
        return tuple(_choice(segment.segment_id) for segment in segments)


def _choice(segment_id: str) -> ThemeChoice:
    theme, why = next(
        ((theme, why) for start, theme, why in _BY_MEANING if segment_id.startswith(start)), _OTHERWISE
    )
    return ThemeChoice(segment_id=segment_id, theme=theme, why=why)
