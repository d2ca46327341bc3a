"""Masters to pieces: every slot filled from a record, one piece per group of states where space is tight."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from agents.legal_parts import OFFER_SLOTS
from agents.variants import is_signed, signers
from campaign.channel import FORMATS, Channel, Format
from campaign.claim import Claim, SlotRange
from campaign.errors import NotInForce
from campaign.lender import Lender, Originator
from campaign.master import Master, Rendered, render
from campaign.piece import Piece, Speaker
from campaign.plan import Placement
from campaign.rates import Product, RateOffer, RateSheet
from campaign.segment import Segment
from policies.disclosures import identity_claims, legend_groups, offer_claims, offer_terms

QUOTED: tuple[Product, ...] = ("conventional", "jumbo")
"""Fixed-rate products whose price needs no statement of an agency, an index or mortgage insurance."""
USUAL_TERM_MONTHS = 360


def states_of(placement: Placement, lender: Lender, at: datetime) -> tuple[str, ...]:
    """Where a placement may be shown: its states with a licence in force, alphabetical.

    Raises:
        NotInForce: none is left.
    """
    on = at.astimezone(lender.zone).date()
    licensed = lender.licensed_states(on)
    states = tuple(state for state in licensed if not placement.states or state in placement.states)
    if not states:
        raise NotInForce(
            f"`{placement.placement_id}` has no state with a licence in force on {on}.",
            "Record the renewed licence in lender.toml, or leave the placement out.",
        )
    return states


def offer_for(segment: Segment, sheet: RateSheet, states: tuple[str, ...], at: datetime) -> RateOffer | None:
    """The offer a segment's copy may quote: its main product at the usual term, lowest rate first.

    Args:
        segment: whose products are asked for in their order; conventional is the default.
        sheet: the rate sheet.
        states: the offer must hold in all of them.
        at: aware datetime it must hold at.
    """
    wanted = [product for product in QUOTED if product in segment.products]
    wanted.sort(key=segment.products.index)
    for product in dict.fromkeys([*wanted, *QUOTED[:1]]):
        fitting = [
            offer
            for offer in sheet.offers
            if offer.product == product and offer.holds(at) and _offered_in(offer, states)
        ]
        if fitting:
            return min(fitting, key=_preference)
    return None


def offer_placed(
    placement: Placement, segment: Segment, sheet: RateSheet, states: tuple[str, ...], at: datetime
) -> RateOffer | None:
    """The offer that a placement's copy may quote: for a rate alert the one its readers would get.

    A product whose price needs a statement of an agency or of mortgage insurance is not quoted, and neither
    is a price that is only supposed.
    """
    if sheet.supposed:
        return None
    if placement.offer_row is None:
        return offer_for(segment, sheet, states, at)
    row = next((offer for offer in sheet.offers if offer.row == placement.offer_row), None)
    quoted = row is not None and row.product in QUOTED and row.holds(at) and _offered_in(row, states)
    return row if quoted else None


def _offered_in(offer: RateOffer, states: tuple[str, ...]) -> bool:
    return not offer.states or set(states) <= set(offer.states)


def _preference(offer: RateOffer) -> tuple[bool, int, float, float]:
    return (offer.term_months != USUAL_TERM_MONTHS, -offer.term_months, offer.rate, offer.points)


def claims_for(
    states: tuple[str, ...], offer: RateOffer | None, *, lender: Lender, sheet: RateSheet, at: datetime
) -> dict[str, Claim]:
    """Every value that copy in some states may show: who speaks, and what is offered."""
    who = identity_claims(lender, states, on=at.astimezone(lender.zone).date())
    what = offer_claims(offer, lender, at=at, sheet_id=sheet.sheet_id) if offer is not None else {}
    return who | what


def pieces_of(
    master: Master,
    placement: Placement,
    segment: Segment,
    *,
    lender: Lender,
    sheet: RateSheet,
    at: datetime,
) -> tuple[Piece, ...]:
    """Render a master into the pieces the public would see.

    Args:
        master: copy with slots. placement, segment: where and whom it is for.
        lender: whose records fill the slots of identity. sheet: where a price comes from.
        at: aware datetime everything must hold at.

    Returns:
        One piece, or in a tight format one per group of states that share a short legend; a state whose
        legend does not fit there is in none of them. A master that loan officers sign gives one for each.

    Raises:
        NotInForce: a price is shown and no offer is in force, or no licence is.
    """
    form = FORMATS[placement.format]
    states = states_of(placement, lender, at)
    on = at.astimezone(lender.zone).date()
    groups = legend_groups(lender, states, on=on) if form.tight else (states,)
    quotes = bool(master.slots() & OFFER_SLOTS)
    offer = offer_placed(placement, segment, sheet, states, at) if quotes else None
    own = tuple(one for one in placement.figures if one.slot in master.slots())
    made = partial(_piece, master, form, offer, own, _products(placement, segment, sheet, offer))
    worth = partial(claims_for, offer=offer, lender=lender, sheet=sheet, at=at)
    if is_signed(master):
        return tuple(
            _signed_by(officer, made(shared, worth(shared) | claims))
            for officer, shared, claims in signers(lender, states, at)
        )
    return tuple(made(group, worth(group)) for group in groups)


def _signed_by(officer: Originator, piece: Piece) -> Piece:
    speaker = Speaker(name=officer.name, nmls=officer.nmls, states=officer.states)
    return piece.model_copy(update={"piece_id": f"{piece.piece_id}.{officer.nmls}", "originator": speaker})


def _complete(rendered: Rendered, master: Master) -> None:
    """Refuse a piece that would show a slot's name to the public."""
    if not rendered.missing:
        return
    slots = ", ".join(f"`{slot}`" for slot in rendered.missing)
    if set(rendered.missing) & OFFER_SLOTS:
        raise NotInForce(
            f"`{master.master_id}` shows {slots}, and the rate sheet has no offer in force for it.",
            "Import a newer rate sheet.",
        )
    raise NotInForce(
        f"`{master.master_id}` shows {slots}, and no record holds it.",
        "Complete lender.toml, or write the copy again.",
    )


def _piece(
    master: Master,
    form: Format,
    offer: RateOffer | None,
    own: tuple[SlotRange, ...],
    products: tuple[str, ...],
    states: tuple[str, ...],
    claims: dict[str, Claim],
) -> Piece:
    rendered = render(master, claims, own=[one.slot for one in own])
    _complete(rendered, master)
    shown = {binding.slot for binding in rendered.bindings}
    suffix = f".{'-'.join(states)}" if form.tight else ""
    return Piece(
        piece_id=f"{master.master_id}{suffix}",
        channel=form.channel.value,
        states=states,
        products=products,
        fields=rendered.fields,
        targeting=_targeting(form.channel, states),
        offers=(offer_terms(offer),) if offer is not None else None,
        claims=tuple(claim for slot, claim in claims.items() if slot in shown),
        bindings=rendered.bindings,
        ranges=own,
        authors=(master.author,),
    )


def _products(
    placement: Placement, segment: Segment, sheet: RateSheet, offer: RateOffer | None
) -> tuple[str, ...]:
    """What copy speaks of: the offer it quotes or leads to, else the segment's fixed-rate products."""
    if offer is not None:
        return (offer.product,)
    if placement.offer_row is not None:
        return tuple(one.product for one in sheet.offers if one.row == placement.offer_row)
    return tuple(product for product in segment.products if product in QUOTED) or QUOTED[:1]


def _targeting(channel: Channel, states: tuple[str, ...]) -> dict[str, Any] | None:
    """Who may be shown an ad: everyone of age in licensed states, and nothing narrower.

    Meta wants mortgage ads declared as financial and as housing, with ages 18 to 65+; Google and LinkedIn
    forbid narrowing by age, gender, parental or marital status and ZIP code (checked 2026-11-20).
    """
    if channel is Channel.META:
        return {
            "special_ad_category": "FINANCIAL_PRODUCTS_SERVICES,HOUSING",
            "special_ad_category_country": "US",
            "age_min": 18,
            "age_max": 65,
            "states": list(states),
        }
    if channel in (Channel.GOOGLE_SEARCH, Channel.LINKEDIN):
        return {"states": list(states)}
    return None
