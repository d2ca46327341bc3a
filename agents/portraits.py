"""Put the finished segments together: names, needs, sizes, values, reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agents.house.segmentation import HouseSegmentationMind
from agents.minds import Naming, SegmentationMind, SegmentFacts
from agents.profiles import Measured, measure
from agents.provenance import Origins
from campaign.channel import Channel
from campaign.lender import Lender
from campaign.rates import Product, RateOffer
from campaign.segment import Segment
from tools.book.recipients import count_contactable

if TYPE_CHECKING:
    from tools.book.engine import Book

PERSONAL_CHANNELS = (Channel.EMAIL, Channel.SMS)
_COMMON = 0.03


def portray(
    labelled: Any,
    drafts: Sequence[Segment],
    *,
    book: Book,
    offers: Mapping[tuple[Product, int], RateOffer],
    lender: Lender,
    loans: int,
    origins: Origins,
    at: datetime,
    mind: SegmentationMind,
) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """The segments as people read them, largest first, with a note for every name that was dropped.

    Args:
        labelled: the valued view with `segment_id`.
        drafts: id, predicate and differences of each segment.
        book, offers, at: for counting who may be contacted. lender: its licensed states.
        loans: loans of consumers in the book. origins: of its columns. mind: proposes names and needs.
    """
    measured = measure(labelled, [draft.segment_id for draft in drafts], origins)
    namings, notes = _named(drafts, measured, loans, mind)
    states = lender.licensed_states(at.astimezone(lender.zone).date())
    offered = tuple(dict.fromkeys(product for product, _ in offers))
    segments = []
    for draft in drafts:
        one, naming = measured[draft.segment_id], namings[draft.segment_id]
        found = draft.model_copy(
            update={
                "name": naming.name,
                "needs": naming.needs,
                "size": one.size,
                "share": one.size / loans,
                "value_usd": round(sum(one.value_usd.values()), 2),
                "profile": one.profile,
                "states": one.states,
                "products": _products(one, offered),
                "contactable": {
                    channel.value: count_contactable(
                        book, draft.predicate, offers, channel=channel.value, states=states, at=at
                    )
                    for channel in PERSONAL_CHANNELS
                },
            }
        )
        segments.append(Segment.model_validate(found.model_dump()))
    return tuple(sorted(segments, key=lambda segment: (-segment.size, segment.segment_id))), notes


def _products(one: Measured, offered: Sequence[str]) -> tuple[str, ...]:
    """Offered products that enough of the segment hold; all that is offered where none is."""
    held = tuple(name for name, share in one.products.items() if share >= _COMMON and name in offered)
    return held or tuple(offered)


def _named(
    drafts: Sequence[Segment], measured: Mapping[str, Measured], loans: int, mind: SegmentationMind
) -> tuple[dict[str, Naming], tuple[str, ...]]:
    """One name per segment: the mind's where it names a segment once and no other, the house's otherwise."""
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
