"""Who speaks: the lender's name, numbers and licence legends as claims, from its records alone."""

from __future__ import annotations

from datetime import date

from campaign.claim import Claim, ClaimKind, Provenance
from campaign.errors import NotInForce
from campaign.lender import Lender, Originator
from campaign.licensing import MarketingPartner
from campaign.moment import end_of_day
from policies.legends import CONSUMER_ACCESS, full_text, short_text


def identity_claims(lender: Lender, states: tuple[str, ...], *, on: date) -> dict[str, Claim]:
    """Who speaks, under which licences, for copy shown in some states.

    Args:
        lender: the advertiser.
        states: postal codes; none means all it is licensed in.
        on: the day of showing.

    Returns:
        By slot: company_name, company_short_name, company_nmls, company_address, company_phone, company_url,
        equal_housing, legends, consumer_access; `short_legend` where one of at most 90 characters serves all
        the states. Phone and site are absent where the record has none.

    Raises:
        NotInForce: no licence is in force in one of the states (banks and credit unions need none).
    """
    shown = states or lender.licensed_states(on)
    _licensed(lender, shown, on)
    claims = {
        slot: Claim(
            slot=slot,
            kind=kind,
            text=text,
            provenance=Provenance(source="lender", reference=f"lender.toml {key}"),
        )
        for slot, kind, text, key in _identity_rows(lender)
        if text
    }
    return claims | _legend_claims(lender, shown)


def originator_claims(lender: Lender, originator: Originator) -> dict[str, Claim]:
    """In whose name copy speaks, from the roster alone.

    Returns:
        By slot: originator_name, originator_nmls; originator_phone where the record or the lender has one.
    """
    rows: list[tuple[str, ClaimKind, str]] = [
        ("originator_name", "name", originator.name),
        ("originator_nmls", "licence", originator.nmls),
        ("originator_phone", "phone", originator.phone or lender.phone),
    ]
    origin = Provenance(source="originator", reference=f"lender.toml originators {originator.nmls}")
    return {
        slot: Claim(slot=slot, kind=kind, text=text, provenance=origin) for slot, kind, text in rows if text
    }


def partner_claims(partner: MarketingPartner) -> dict[str, Claim]:
    """With whom copy speaks: partner_name; partner_company and partner_license where on record."""
    rows = [
        ("partner_name", "name", partner.name),
        ("partner_company", "name", partner.company),
        ("partner_license", "licence", partner.license),
    ]
    origin = Provenance(source="partner", reference=f"lender.toml partners {partner.name}")
    return {
        slot: Claim.model_validate({"slot": slot, "kind": kind, "text": text, "provenance": origin})
        for slot, kind, text in rows
        if text
    }


def _identity_rows(lender: Lender) -> list[tuple[str, ClaimKind, str, str]]:
    """Slot, kind, text and the key of `lender.toml` it stands under."""
    short = "lender.short_name" if lender.short_name else "lender.name"
    return [
        ("company_name", "name", lender.name, "lender.name"),
        ("company_short_name", "name", lender.short_name or lender.name, short),
        ("company_nmls", "licence", lender.nmls, "lender.nmls"),
        ("company_address", "address", lender.address, "lender.address"),
        ("company_phone", "phone", lender.phone, "lender.phone"),
        ("company_url", "url", lender.url, "lender.url"),
        ("equal_housing", "legend", lender.equal_housing, "lender.equal_housing"),
        ("consumer_access", "url", CONSUMER_ACCESS, "lender.nmls"),
    ]


def _licensed(lender: Lender, states: tuple[str, ...], on: date) -> None:
    if lender.is_depository:
        return
    for state in states:
        held = lender.licenses.get(state)
        if held is None:
            raise NotInForce(f"`{lender.name}` holds no licence in `{state}`.", "Leave that state out.")
        if held.expires < on:
            raise NotInForce(
                f"lender.toml `licenses.{state}.expires` is {held.expires}, which has passed on {on}.",
                "Leave that state out, or record the renewal.",
            )


def _legend_claims(lender: Lender, states: tuple[str, ...]) -> dict[str, Claim]:
    """The legends of some states, good until the first of their licences expires."""
    held = [state for state in states if state in lender.licenses]
    until = min((end_of_day(lender.licenses[state].expires, lender.zone) for state in held), default=None)
    record = ", ".join(f"licenses.{state}" for state in held)
    origin = Provenance(
        source="licence", reference=f"lender.toml {record}" if held else "lender.toml lender.nmls"
    )
    shorts = {short_text(state, lender) for state in states} or {""}
    texts = {
        "legends": full_text(states, lender),
        "short_legend": shorts.pop() if len(shorts) == 1 else "",
    }
    return {
        slot: Claim(slot=slot, kind="legend", text=text, provenance=origin, valid_until=until)
        for slot, text in texts.items()
        if text
    }


def legend_groups(lender: Lender, states: tuple[str, ...], *, on: date) -> tuple[tuple[str, ...], ...]:
    """States that can share one short legend, for formats too tight to hold several.

    Args:
        lender: the advertiser.
        states: postal codes; none means all it is licensed in.
        on: the day of showing; states without a licence in force then are in no group.

    Returns:
        Groups in the order of their first state. A state whose legend does not fit 90 characters is in none:
        no tight format can be shown there.
    """
    groups: dict[str, list[str]] = {}
    in_force = states if lender.is_depository else lender.licensed_states(on)
    for state in sorted(states) or in_force:
        if state in in_force and (text := short_text(state, lender)):
            groups.setdefault(text, []).append(state)
    return tuple(tuple(group) for group in groups.values())
