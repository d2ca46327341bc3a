"""The copywriting agent: what is to be written, what a mind answered, and what may stand (laws 2 and 5).

A mind is given slot names and aggregates, and answers with drafts. A draft that breaks a rule of form is
dropped with a note and the house wording stands in its place. The law's part is added here, never by a mind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agents.desk import Desk, lay_desk
from agents.house.copywriting import HouseCopyMind
from agents.minds import CopyMind, Draft
from agents.rendering import pieces_of
from campaign.errors import BadInput
from campaign.lender import Lender
from campaign.master import Master
from campaign.piece import FieldText
from campaign.plan import Placement
from campaign.rates import RateSheet
from campaign.segment import Segment

__all__ = ["pieces_of", "write_masters"]

VARIANTS = ("a", "b")
ALERT = ("alert",)
"""A rate alert is one text: whoever is due one gets it, and nobody waits for the other half's."""
HOUSE_WORDINGS = 6
"""House wordings tried before saying that none can stand."""


def write_masters(
    placement: Placement,
    segment: Segment,
    *,
    lender: Lender,
    sheet: RateSheet,
    at: datetime,
    mind: CopyMind,
    round: int = 0,  # noqa: A002
    corrections: tuple[str, ...] = (),
) -> tuple[Master, ...]:
    """Write one placement's two variants, complete with what the law adds.

    Args:
        placement: where it appears. segment: whom it speaks to; aggregates only reach the mind.
        lender: voice, banned words and records. sheet: where a price may come from.
        at: aware datetime the copy is written for.
        mind: house or model.
        round: 0 for a first draft, one more per revision.
        corrections: what the last draft was told; data for the mind, never instruction.

    Returns:
        Variants `a` and `b`; for a rate alert one.

    Raises:
        NotInForce: no licence in force, or no offer for a format that is nothing but an offer.
        BadInput: not even a house wording can stand, for example since a banned word is in all of them.
    """
    desk = lay_desk(placement, segment, lender=lender, sheet=sheet, at=at)
    asked = desk.assignment.model_copy(update={"round": round, "corrections": corrections})
    desk = replace(desk, assignment=asked)
    drafts = mind.write(asked)
    masters: list[Master] = []
    for index, variant in enumerate(VARIANTS if placement.offer_row is None else ALERT):
        proposed = drafts[index] if index < len(drafts) else None
        draft, note = _accepted(desk, index, proposed, [master.fields for master in masters])
        masters.append(_master(desk, variant, draft, note))
    return tuple(masters)


def _master(desk: Desk, variant: str, draft: Draft, note: str) -> Master:
    placement_id = desk.assignment.placement_id
    return Master(
        master_id=f"{placement_id}.{variant}",
        placement_id=placement_id,
        variant=variant,
        fields=desk.complete(draft.fields),
        angle=f"{draft.angle}{note}",
        author=draft.author,
    )


def _accepted(
    desk: Desk, index: int, proposed: Draft | None, taken: list[dict[str, FieldText]]
) -> tuple[Draft, str]:
    """The proposed draft where it may stand, else the first house wording that may, with a note."""
    reason = "was not written" if proposed is None else desk.refusal(proposed)
    if proposed is not None and reason is None:
        if desk.complete(proposed.fields) not in taken:
            return proposed, ""
        reason = "says the same as the other variant"
    first = reason
    for step in range(HOUSE_WORDINGS):
        asked = desk.assignment.model_copy(update={"round": desk.assignment.round + step})
        draft = HouseCopyMind().write(asked)[index]
        if (reason := desk.refusal(draft)) is None:
            return draft, f" (House wording: the draft proposed for this variant {first}.)"
    raise BadInput(
        f"No wording for `{desk.assignment.placement_id}` can stand: the last one {reason}.",
        "Shorten `brand.banned_words` in lender.toml, or write this piece by hand.",
    )
