"""The copywriting agent: what is to be written, what a mind answered, and what may stand (laws 2 and 5).

A mind is given slot names and aggregates, and answers with drafts. A draft that breaks a rule of form is
dropped with a note and the house wording stands in its place. The law's part is added here, never by a mind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from agents.draft_review import refusal
from agents.house.copywriting import HouseCopyMind
from agents.legal_parts import LAW_DESCRIPTIONS, OFFER_FORMATS, OFFER_SLOTS, PRICED_FORMATS, with_legal_part
from agents.minds import Assignment, CopyMind, Draft, Theme
from agents.rendering import claims_for, offer_for, pieces_of, states_of
from campaign.channel import FORMATS, Channel, FieldLimit, Format
from campaign.claim import Claim
from campaign.errors import BadInput, NotInForce
from campaign.lender import Lender
from campaign.master import Master, render
from campaign.piece import FieldText
from campaign.plan import Placement
from campaign.rates import RateOffer, RateSheet
from campaign.segment import Segment
from policies.disclosures import legend_groups

__all__ = ["pieces_of", "write_masters"]

VARIANTS = ("a", "b")
HOUSE_WORDINGS = 6
"""House wordings tried before saying that none can stand."""
_MEANINGS = {
    "company_short_name": "the lender's short name",
    "rate": "the note rate offered today, with its percent sign",
    "apr": "the APR of that offer, with its percent sign; must stand in the same sentence as `rate`",
    "points": "the points of that offer, with the word `points`",
    "fees": "the lender fees of that offer in dollars",
    "term_years": "the years of that loan, a bare number",
    "as_of": "the day the price holds, spelled out",
    "lock_days": "days the price can be locked, a bare number",
}


@dataclass(frozen=True)
class Desk:
    """One placement's material: the format, the values it may show, and the assignment made from them."""

    form: Format
    theme: Theme
    offer: RateOffer | None
    claims: Mapping[str, Claim]
    assignment: Assignment

    def complete(self, fields: Mapping[str, FieldText]) -> dict[str, FieldText]:
        """A draft's fields with the law's part."""
        return with_legal_part(
            fields, self.form, theme=self.theme, offer=self.offer, identity=frozenset(self.claims)
        )

    def refusal(self, draft: Draft) -> str | None:
        """Why a draft may not stand; None where it may."""
        return refusal(draft, self.assignment, self.claims, self.complete)


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
        Variants `a` and `b`.

    Raises:
        NotInForce: no licence in force, or no offer for a format that is nothing but an offer.
        BadInput: not even a house wording can stand, for example since a banned word is in all of them.
    """
    desk = _desk(placement, segment, lender, sheet, at, round, corrections)
    drafts = mind.write(desk.assignment)
    masters: list[Master] = []
    for index, variant in enumerate(VARIANTS):
        proposed = drafts[index] if index < len(drafts) else None
        taken = [master.fields for master in masters]
        draft, note = _accepted(desk, index, proposed, taken)
        masters.append(
            Master(
                master_id=f"{placement.placement_id}.{variant}",
                placement_id=placement.placement_id,
                variant=variant,
                fields=desk.complete(draft.fields),
                angle=f"{draft.angle}{note}",
                author=draft.author,
            )
        )
    return tuple(masters)


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


def _desk(
    placement: Placement,
    segment: Segment,
    lender: Lender,
    sheet: RateSheet,
    at: datetime,
    round_number: int,
    corrections: tuple[str, ...],
) -> Desk:
    """Lay out what one piece of writing needs, with real values for measuring room."""
    form = FORMATS[placement.format]
    states = states_of(placement, lender, at)
    offer = offer_for(segment, sheet, states, at) if form.name in PRICED_FORMATS else None
    if offer is None and form.name in OFFER_FORMATS:
        raise NotInForce(
            f"Rate sheet `{sheet.sheet_id}` has no offer in force at {at} for `{placement.placement_id}`.",
            "Import a newer rate sheet.",
        )
    if form.tight:
        states = _longest_legend(lender, states, at)
    claims = claims_for(states, offer, lender=lender, sheet=sheet, at=at)
    theme = cast("Theme", placement.theme)
    bare = Assignment(
        placement_id=placement.placement_id,
        segment_id=segment.segment_id,
        segment=segment.name,
        needs=segment.needs,
        theme=theme,
        form=_room_for_words(form),
        fields_wanted=_fields_wanted(form),
        room={},
        slots=_slots(form, claims),
        voice=lender.brand.voice,
        banned_words=lender.brand.banned_words,
        predicate=str(segment.predicate),
        round=round_number,
        corrections=corrections,
    )
    desk = Desk(form=form, theme=theme, offer=offer, claims=claims, assignment=bare)
    return Desk(form, theme, offer, claims, bare.model_copy(update={"room": _room(desk)}))


def _longest_legend(lender: Lender, states: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    """The group of states whose short legend is measured: all of them fit the field by construction.

    Raises:
        NotInForce: no legend of these states fits the format.
    """
    groups = legend_groups(lender, states, on=at.astimezone(lender.zone).date())
    if not groups:
        raise NotInForce(
            f"No licence legend of {', '.join(states)} fits a field of this format.",
            "Set a shorter `legend` for a state in lender.toml, or leave the channel out.",
        )
    return groups[0]


def _fields_wanted(form: Format) -> tuple[str, ...]:
    return tuple(limit.field for limit in form.limits if limit.field != "footer")


def _room_for_words(form: Format) -> Format:
    """The format as a writer sees it: without the descriptions that the law takes."""
    if form.channel is not Channel.GOOGLE_SEARCH:
        return form
    return form.model_copy(update={"limits": tuple(_less_the_law(limit) for limit in form.limits)})


def _less_the_law(limit: FieldLimit) -> FieldLimit:
    if limit.field != "descriptions":
        return limit
    left = limit.most - len(LAW_DESCRIPTIONS)
    return limit.model_copy(update={"least": 1, "most": left})


def _slots(form: Format, claims: Mapping[str, Claim]) -> dict[str, str]:
    """What a writer may use here: a price only where the format has room for its disclosures."""
    slots = {slot: _MEANINGS[slot] for slot in claims if slot in _MEANINGS}
    if form.channel is Channel.EMAIL:
        return {"first_name": "the reader's first name", **slots}
    return {slot: meaning for slot, meaning in slots.items() if slot not in OFFER_SLOTS}


def _room(desk: Desk) -> dict[str, int]:
    """Characters left in each wanted field once the law's part, a price's included, stands in it."""
    priced = {"body": "{{rate}}"} if desk.offer is not None else {"body": ""}
    empty: dict[str, FieldText] = {
        name: priced.get(name, "") for name in desk.assignment.fields_wanted if name != "descriptions"
    }
    master = Master(
        master_id="", placement_id="", variant="", fields=desk.complete(empty), angle="", author=""
    )
    rendered = render(master, desk.claims).fields
    room = {}
    for name in desk.assignment.fields_wanted:
        limit = desk.form.limit(name)
        text = rendered.get(name, "")
        used = len(text) if isinstance(text, str) else 0
        room[name] = max(0, limit.characters - used) if limit is not None else 0
    return room
