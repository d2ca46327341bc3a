"""Where a plan's money goes: by channel, by segment, and where the two cross."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from campaign.channel import PLANNED
from campaign.noun import Noun
from campaign.plan import ChannelPlan, Placement


class Share(Noun):
    """One part of the money.

    Attributes:
        name: of a channel or of a segment. usd: dollars. share: of all the plan spends, 0 to 1.
        leads: low, middle, high over the plan's period, added up.
    """

    name: str
    usd: float
    share: float
    leads: tuple[float, float, float]


class Spending(Noun):
    """A plan's money.

    Attributes:
        usd: dollars in all. unspent: what the brief allowed beyond. leads: as of `Share`.
        channels: in the order of `campaign.channel.PLANNED`. segments: the largest first.
        crossed: segment -> dollars in each of `channels`, None where they do not meet.
    """

    usd: float
    unspent: float
    leads: tuple[float, float, float]
    channels: tuple[Share, ...]
    segments: tuple[Share, ...]
    crossed: tuple[tuple[str, tuple[float | None, ...]], ...]


def spending(plan: ChannelPlan) -> Spending:
    """Add up a plan."""
    placements = plan.placements
    names = [channel.value for channel in PLANNED]
    channels = _shares(placements, lambda one: one.channel.value)
    channels.sort(key=lambda one: names.index(one.name) if one.name in names else len(names))
    segments = sorted(_shares(placements, lambda one: one.segment), key=lambda one: -one.usd)
    spent = sum(one.budget_usd for one in placements)
    return Spending(
        usd=spent,
        unspent=max(0.0, plan.budget_usd - spent),
        leads=_leads(placements),
        channels=tuple(channels),
        segments=tuple(segments),
        crossed=tuple(
            (segment.name, tuple(_met(placements, segment.name, channel.name) for channel in channels))
            for segment in segments
        ),
    )


def _shares(placements: Sequence[Placement], of: Callable[[Placement], str]) -> list[Share]:
    spent = sum(one.budget_usd for one in placements)
    found = []
    for name in dict.fromkeys(of(one) for one in placements):
        parts = [one for one in placements if of(one) == name]
        usd = sum(one.budget_usd for one in parts)
        found.append(Share(name=name, usd=usd, share=usd / spent if spent else 0.0, leads=_leads(parts)))
    return found


def _leads(placements: Sequence[Placement]) -> tuple[float, float, float]:
    low, middle, high = (sum(one.expected_leads[place] for one in placements) for place in range(3))
    return low, middle, high


def _met(placements: Sequence[Placement], segment: str, channel: str) -> float | None:
    met = [one.budget_usd for one in placements if (one.segment, one.channel.value) == (segment, channel)]
    return sum(met) if met else None
