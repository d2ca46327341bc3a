"""What the law adds to each format, so that no mind has to know it: texts with slots, from records only.

Footers, identity lines, licence legends and price disclosures come from the insert library
(`policies/disclosures.py`). A mind writes around them and never inside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from campaign.channel import Channel, Format
from campaign.master import SLOT
from campaign.piece import FieldText
from campaign.rates import RateOffer
from policies.disclosures import APPROVAL, LEGAL_FOOTER, REFI_COST, rate_paragraph

OFFER_SLOTS = frozenset(
    "rate apr points fees finance_charges loan_amount term_years payment_count monthly_payment as_of "
    "valid_through lock_days min_fico max_ltv down_payment".split()
)
OFFER_FORMATS = frozenset({"zillow.offer", "lendingtree.offer", "bankrate.offer"})
PRICED_FORMATS = OFFER_FORMATS | {"email.letter"}
"""Formats with room for a price and all that must stand beside it."""
LAW_DESCRIPTIONS = ("{{short_legend}}", "{{equal_housing}}. All loans are subject to credit approval.")
FOLD = 125
"""Characters of a Meta body that show before "See more"."""

_IDENTITY = "{{company_short_name}}, NMLS ID #{{company_nmls}}. {{equal_housing}}."
_SIGNATURE = (
    ("company_name", "{{company_name}}, NMLS ID #{{company_nmls}}"),
    ("company_phone", "{{company_phone}}"),
    ("company_url", "{{company_url}}"),
)
_OFFER_ROW = (
    "{{rate}} rate ({{apr}} APR) on a {{term_years}}-year fixed-rate loan\n"
    "{{points}}, {{fees}} lender fees, {{lock_days}}-day lock\n"
    "As of {{as_of}}, offered through {{valid_through}}"
)
_PAID = frozenset({Channel.GOOGLE_SEARCH, Channel.META})


def shows_price(fields: Mapping[str, FieldText], form: Format) -> bool:
    """Whether copy states any term of an offer, so that the disclosures must follow."""
    return form.name in OFFER_FORMATS or bool(slots_in(fields) & OFFER_SLOTS)


def slots_in(fields: Mapping[str, FieldText]) -> frozenset[str]:
    """Every slot that some fields use."""
    texts = (text for value in fields.values() for text in ((value,) if isinstance(value, str) else value))
    return frozenset(name for text in texts for name in SLOT.findall(text))


def with_legal_part(
    fields: Mapping[str, FieldText],
    form: Format,
    *,
    theme: str,
    offer: RateOffer | None,
    identity: Collection[str],
) -> dict[str, FieldText]:
    """A draft's fields with everything the law wants in that format.

    Args:
        fields: what the mind wrote, with slots.
        form: the format.
        theme: the angle; talk of refinancing carries its own sentence.
        offer: the rate-sheet row a price would come from, None where none is in force.
        identity: names of the lender's slots that its record can fill.

    Returns:
        All fields of the master, in reading order.
    """
    price = rate_paragraph(offer) if offer is not None and shows_price(fields, form) else ""
    attached = _ATTACH[form.channel](dict(fields), price, _closing(theme, price), identity)
    complete = {limit.field: attached[limit.field] for limit in form.limits if limit.field in attached}
    if form.channel in _PAID and "company_url" in identity:
        complete["landing_url"] = "{{company_url}}"
    return complete


def _closing(theme: str, price: str) -> list[str]:
    """Sentences under every piece: what a loan depends on, and what refinancing may cost."""
    approval = [] if price else [APPROVAL]
    return [*approval, REFI_COST] if theme in ("rate_review", "equity", "rate_alert") else approval


def _search_ad(
    fields: dict[str, FieldText], _price: str, _closing: list[str], _identity: Collection[str]
) -> dict[str, FieldText]:
    """Who speaks and under which licence take two of the four descriptions."""
    return {**fields, "descriptions": (*fields.get("descriptions", ()), *LAW_DESCRIPTIONS)}


def _feed_post(
    fields: dict[str, FieldText], _price: str, closing: list[str], _identity: Collection[str]
) -> dict[str, FieldText]:
    """Who speaks stands before the fold: after the first paragraph where both fit, else in front."""
    first, _, rest = str(fields.get("body", "")).partition("\n\n")
    opening = [first, _IDENTITY] if len(first) <= FOLD // 2 else [_IDENTITY, first]
    return {**fields, "body": _paragraphs(*opening, rest, " ".join([LEGAL_FOOTER, *closing]))}


def _letter(
    fields: dict[str, FieldText], price: str, closing: list[str], identity: Collection[str]
) -> dict[str, FieldText]:
    """A signature under the letter, the price's example under that, and the sender in the footer."""
    signature = "\n".join(line for slot, line in _SIGNATURE if slot in identity)
    footer = ["This is an advertisement.", LEGAL_FOOTER, *closing, "Unsubscribe: {{unsubscribe_url}}"]
    body = _paragraphs(str(fields.get("body", "")), signature, price)
    return {**fields, "body": body, "footer": "\n".join(footer)}


def _profile_post(
    fields: dict[str, FieldText], _price: str, closing: list[str], _identity: Collection[str]
) -> dict[str, FieldText]:
    body = _paragraphs(str(fields.get("body", "")), " ".join([LEGAL_FOOTER, *closing]))
    return {**fields, "body": body}


def _rate_offer(
    fields: dict[str, FieldText], price: str, closing: list[str], _identity: Collection[str]
) -> dict[str, FieldText]:
    """The offer's row and its example stand in the body with the writer's words; the footer says who."""
    body = _paragraphs(str(fields.get("body", "")), _OFFER_ROW if price else "", price)
    return {**fields, "body": body, "footer": " ".join([LEGAL_FOOTER, *closing])}


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


_ATTACH = {
    Channel.GOOGLE_SEARCH: _search_ad,
    Channel.META: _feed_post,
    Channel.EMAIL: _letter,
    Channel.LINKEDIN: _profile_post,
    Channel.ZILLOW: _rate_offer,
    Channel.LENDINGTREE: _rate_offer,
    Channel.BANKRATE: _rate_offer,
}
