"""Put the finished segments together: names, needs, sizes, values, reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agents.house.segmentation import HouseSegmentationMind
from agents.minds import Naming, SegmentationMind, SegmentFacts
from agents.profiles import Measured, measure
from campaign.lender import Lender
from campaign.segment import Segment
from tools.book.predicates import label_segments
from tools.book.recipients import PERSONAL_CHANNELS, count_by_segment

if TYPE_CHECKING:
    from agents.study import Study
    from tools.book.engine import Book

_COMMON = 0.03


def portray(
    studied: Study,
    drafts: Sequence[Segment],
    *,
    book: Book,
    lender: Lender,
    at: datetime,
    mind: SegmentationMind,
) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """The segments as people read them, largest first, with a note for every name that was dropped.

    A person with loans in two segments is contactable in both and counts in both.

    Args:
        studied: the loans with their values.
        drafts: id, predicate and differences of each segment.
        book, lender, at: for counting who may be contacted in the states of the lender's licences.
        mind: proposes names and needs.
    """
    labelled = label_segments(studied.valued, drafts)
    measured = measure(labelled, [draft.segment_id for draft in drafts], studied.origins)
    namings, notes = _named(drafts, measured, studied.loans, mind)
    states = lender.licensed_states(at.astimezone(lender.zone).date())
    reach = {
        channel: count_by_segment(book, labelled, channel=channel, states=states, at=at)
        for channel in PERSONAL_CHANNELS
    }
    segments = [
        _segment(
            draft,
            measured[draft.segment_id],
            namings[draft.segment_id],
            {channel: counted.get(draft.segment_id, 0) for channel, counted in reach.items()},
            studied,
        )
        for draft in drafts
    ]
    return tuple(sorted(segments, key=lambda segment: (-segment.size, segment.segment_id))), notes


def _segment(draft: Segment, one: Measured, naming: Naming, reach: dict[str, int], studied: Study) -> Segment:
    offered = tuple(dict.fromkeys(product for product, _ in studied.offers))
    return Segment(
        segment_id=draft.segment_id,
        name=naming.name,
        predicate=draft.predicate,
        needs=naming.needs,
        size=one.size,
        share=one.size / studied.loans,
        contactable=reach,
        value_usd=round(sum(one.value_usd.values()), 2),
        profile=one.profile,
        differences=draft.differences,
        states=one.states,
        products=_products(one, offered),
    )


def _products(one: Measured, offered: Sequence[str]) -> tuple[str, ...]:
    """Offered products that enough of the segment hold; all that is offered where none is."""
    held = tuple(name for name, share in one.products.items() if share >= _COMMON and name in offered)
    return held or tuple(offered)


def _named(
    drafts: Sequence[Segment], measured: Mapping[str, Measured], loans: int, mind: SegmentationMind
) -> tuple[dict[str, Naming], tuple[str, ...]]:
    """One name per segment: the mind's where it names a segment and no other bears it, else the house's."""
    facts = tuple(
        SegmentFacts(
            segment_id=draft.segment_id,
            predicate=str(draft.predicate),
            share=round(measured[draft.segment_id].size / loans, 4),
            profile=measured[draft.segment_id].profile,
        )
        for draft in drafts
    )
    namings = {naming.segment_id: naming for naming in HouseSegmentationMind().describe(facts)}
    notes = []
    for naming in mind.describe(facts):
        others = {held.name.casefold() for key, held in namings.items() if key != naming.segment_id}
        if naming.segment_id not in namings:
            notes.append(f"Name for `{naming.segment_id}` dropped: there is no such segment.")
        elif naming.name.casefold() in others:
            notes.append(f"Name for `{naming.segment_id}` dropped: another segment bears it.")
        else:
            namings[naming.segment_id] = naming
    return namings, tuple(notes)
