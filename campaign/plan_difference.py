"""Two plans side by side: what changed between them, in the order in which the money moved."""

from __future__ import annotations

from collections.abc import Iterable

from campaign.noun import Noun
from campaign.plan import ChannelPlan
from campaign.segment import Segmentation

Leads = tuple[float, float, float]


class Changed(Noun):
    """One segment or one channel before and after.

    Attributes:
        name: as people know it.
        people_before, people_after: loans in the segment; None for a channel, and where it is not there.
        usd_before, usd_after: dollars over the plan's period, 0 where it is not there.
    """

    name: str
    people_before: int | None = None
    people_after: int | None = None
    usd_before: float = 0
    usd_after: float = 0

    @property
    def usd(self) -> float:
        """Dollars more (or fewer) than before."""
        return round(self.usd_after - self.usd_before, 2)


class PlanDifference(Noun):
    """What a marketing director asks of a new plan.

    Attributes:
        segments, channels: before and after, the largest move of money first.
        usd_before, usd_after: dollars placed.
        leads_before, leads_after: low, middle, high over each plan's period (80 % interval).
        rate_before, rate_after: the 30-year rate each rests on, percent.
    """

    segments: tuple[Changed, ...]
    channels: tuple[Changed, ...]
    usd_before: float
    usd_after: float
    leads_before: Leads
    leads_after: Leads
    rate_before: float
    rate_after: float

    @property
    def in_words(self) -> tuple[str, ...]:
        """What changed, a sentence for each matter, most important first."""
        moved = [one for one in self.segments if abs(one.usd) >= 1]
        told = [_money(one) for one in moved[:3]]
        told += [_people(one) for one in self.segments if _people(one)][:3]
        moved_channels = [one for one in self.channels if abs(one.usd) >= 1]
        if moved_channels:
            shifts = ", ".join(f"{one.name} {one.usd:+,.0f}" for one in moved_channels[:4])
            told.append(f"By channel, in dollars: {shifts}.")
        before, after = self.leads_before[1], self.leads_after[1]
        told.append(
            f"Expected leads: {after:,.0f} ({self.leads_after[0]:,.0f} to {self.leads_after[2]:,.0f}) "
            f"where {before:,.0f} were expected."
        )
        return tuple(told)

    @property
    def cost(self) -> str:
        """What the new plan costs, one sentence."""
        change = self.usd_after - self.usd_before
        if abs(change) < 1:
            return f"It costs the same: ${self.usd_after:,.0f}."
        return f"It costs ${self.usd_after:,.0f}, ${abs(change):,.0f} {'more' if change > 0 else 'less'}."


def difference(
    before: ChannelPlan, after: ChannelPlan, *, parted_before: Segmentation, parted_after: Segmentation
) -> PlanDifference:
    """What changed from one plan to the next; segments are the same where their ids are."""
    names = {one.segment_id: one.name for one in (*parted_after.segments, *parted_before.segments)}
    sizes_before = {one.segment_id: one.size for one in parted_before.segments}
    sizes_after = {one.segment_id: one.size for one in parted_after.segments}
    spent_before, spent_after = (_spent(plan, by="segment_id") for plan in (before, after))
    channels_before, channels_after = (_spent(plan, by="channel") for plan in (before, after))
    segments = (
        Changed(
            name=name,
            people_before=sizes_before.get(one),
            people_after=sizes_after.get(one),
            usd_before=spent_before.get(one, 0.0),
            usd_after=spent_after.get(one, 0.0),
        )
        for one, name in names.items()
    )
    channels = (
        Changed(name=one, usd_before=channels_before.get(one, 0.0), usd_after=channels_after.get(one, 0.0))
        for one in dict.fromkeys([*channels_before, *channels_after])
    )
    return PlanDifference(
        segments=_most_moved(segments),
        channels=_most_moved(channels),
        usd_before=sum(spent_before.values()),
        usd_after=sum(spent_after.values()),
        leads_before=_leads(before),
        leads_after=_leads(after),
        rate_before=before.rate_assumption,
        rate_after=after.rate_assumption,
    )


def _spent(plan: ChannelPlan, *, by: str) -> dict[str, float]:
    spent: dict[str, float] = {}
    for placement in plan.placements:
        key = str(getattr(placement, by))
        spent[key] = round(spent.get(key, 0.0) + placement.budget_usd, 2)
    return spent


def _leads(plan: ChannelPlan) -> Leads:
    low, middle, high = (sum(one.expected_leads[place] for one in plan.placements) for place in range(3))
    return low, middle, high


def _most_moved(changed: Iterable[Changed]) -> tuple[Changed, ...]:
    return tuple(sorted(changed, key=lambda one: (-abs(one.usd), one.name)))


def _money(one: Changed) -> str:
    way = "more" if one.usd > 0 else "less"
    return f"{one.name}: ${abs(one.usd):,.0f} {way} (${one.usd_before:,.0f} to ${one.usd_after:,.0f})."


def _people(one: Changed) -> str:
    """How the size of a segment changed; empty where it did not."""
    if one.people_before == one.people_after:
        return ""
    if one.people_before is None:
        return f"{one.name} is new, with {one.people_after:,} loans."
    if one.people_after is None:
        return f"{one.name} is gone; it held {one.people_before:,} loans."
    return f"{one.name} went from {one.people_before:,} loans to {one.people_after:,}."
