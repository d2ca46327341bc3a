"""The desk one piece of writing is done at: the format, real values to measure with, and the assignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from agents.draft_review import refusal
from agents.legal_parts import LAW_DESCRIPTIONS, OFFER_FORMATS, OFFER_SLOTS, PRICED_FORMATS, with_legal_part
from agents.minds import Angle, Assignment, Draft
from agents.rendering import claims_for, offer_placed, states_of
from campaign.channel import FORMATS, Channel, FieldLimit, Format
from campaign.claim import Claim
from campaign.errors import NotInForce
from campaign.lender import Lender
from campaign.master import Master, render
from campaign.piece import FieldText
from campaign.plan import Placement
from campaign.rates import RateOffer, RateSheet
from campaign.segment import Segment
from policies.disclosures import legend_groups

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
    """One placement's material.

    Attributes:
        offer: the row a price would come from, None where the format shows none or none is in force.
        claims: real values by slot, so that lengths are those of the rendered text.
        assignment: what the mind is asked; slot names and aggregates only (law 5).
    """

    offer: RateOffer | None
    claims: Mapping[str, Claim]
    assignment: Assignment

    @property
    def form(self) -> Format:
        """The whole format, the law's part of it included."""
        return FORMATS[self.assignment.form.name]

    def complete(self, fields: Mapping[str, FieldText]) -> dict[str, FieldText]:
        """A draft's fields with the law's part."""
        return with_legal_part(
            fields,
            self.form,
            theme=self.assignment.theme,
            offer=self.offer,
            identity=frozenset(self.claims),
        )

    def refusal(self, draft: Draft) -> str | None:
        """Why a draft may not stand; None where it may."""
        return refusal(draft, self.assignment, self.claims, self.complete)


def lay_desk(
    placement: Placement, segment: Segment, *, lender: Lender, sheet: RateSheet, at: datetime
) -> Desk:
    """Lay out what a first draft for one placement needs.

    Args:
        placement: where it appears. segment: whom it speaks to.
        lender: voice, banned words and records. sheet: where a price may come from.
        at: aware datetime the copy is written for.

    Raises:
        NotInForce: no licence in force, or no offer for a format that is nothing but an offer.
    """
    form = FORMATS[placement.format]
    states = states_of(placement, lender, at)
    offer = offer_placed(placement, segment, sheet, states, at) if form.name in PRICED_FORMATS else None
    if offer is None and form.name in OFFER_FORMATS:
        raise NotInForce(
            f"Rate sheet `{sheet.sheet_id}` has no offer in force at {at} for `{placement.placement_id}`.",
            "Import a newer rate sheet.",
        )
    shown = _measured_group(lender, states, at) if form.tight else states
    claims = claims_for(shown, offer, lender=lender, sheet=sheet, at=at)
    desk = Desk(offer=offer, claims=claims, assignment=_assignment(placement, segment, lender, claims))
    return replace(desk, assignment=desk.assignment.model_copy(update={"room": _room(desk)}))


def _assignment(
    placement: Placement, segment: Segment, lender: Lender, claims: Mapping[str, Claim]
) -> Assignment:
    form = FORMATS[placement.format]
    own = {one.slot: f"the reader's own {one.formula}" for one in placement.figures}
    return Assignment(
        placement_id=placement.placement_id,
        segment_id=segment.segment_id,
        segment=segment.name,
        needs=segment.needs,
        theme=cast("Angle", placement.theme),
        form=_room_for_words(form),
        fields_wanted=tuple(limit.field for limit in form.limits if limit.field != "footer"),
        room={},
        slots=_slots(form, claims) | own,
        voice=lender.brand.voice,
        banned_words=lender.brand.banned_words,
        predicate=str(segment.predicate),
    )


def _measured_group(lender: Lender, states: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    """States whose short legend stands in for all while measuring: each fits its field by construction.

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
    """What a writer may use here: a price only in a letter, where it can stand whole."""
    slots = {slot: _MEANINGS[slot] for slot in claims if slot in _MEANINGS}
    if form.channel is Channel.EMAIL:
        return {"first_name": "the reader's first name", **slots}
    return {slot: meaning for slot, meaning in slots.items() if slot not in OFFER_SLOTS}


def _room(desk: Desk) -> dict[str, int]:
    """Characters left in each wanted field once the law's part, a price's included, stands in it."""
    wanted = desk.assignment.fields_wanted
    words = "{{rate}}" if desk.offer is not None else ""
    empty: dict[str, FieldText] = {
        name: words if name == "body" else "" for name in wanted if name != "descriptions"
    }
    complete = desk.complete(empty)
    master = Master(master_id="", placement_id="", variant="", fields=complete, angle="", author="")
    rendered = render(master, desk.claims).fields
    room = {}
    for limit in desk.form.limits:
        text = rendered.get(limit.field, "")
        used = len(text) if isinstance(text, str) else 0
        if limit.field in wanted:
            room[limit.field] = max(0, limit.characters - used)
    return room
