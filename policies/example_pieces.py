"""How an example of a rule file becomes a piece: the example lender's, lawful in all but what it shows.

A text is the body of an e-mail. A mapping holds texts by field, and whatever a case may hold besides
(`channel`, `states`, `products`, `offer`, `consent` ...); what it does not say is filled lawfully. A mapping
with `fields` is a whole case: nothing is added to its texts. `lender` changes the lender's record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaign.lender import Lender
from campaign.moment import end_of_day
from campaign.piece import Piece
from policies.cases import Case, case_of, moment_of
from policies.disclosures import identity_claims
from policies.rule import Example

TODAY = date(2026, 11, 24)
_CASE = set(Case.model_fields) | {"lender"}
_WAY_OUT = {
    "email": "Unsubscribe: https://www.cedarandmain.example/unsubscribe",
    "sms": "Reply STOP to opt out. Msg & data rates may apply.",
}
_CONSENT = {"sms": {"sms_written": True, "send_at": "2026-11-24T12:00:00", "timezone": "America/Boise"}}
_DECLARED = {"meta": {"special_ad_category": "FINANCIAL_PRODUCTS_SERVICES,HOUSING"}}


@dataclass(frozen=True)
class Shown:
    """One example, ready to be screened."""

    piece: Piece
    lender: Lender
    at: datetime


def shown(example: Example, house: Lender, name: str = "example") -> Shown:
    """An example as a piece, its lender, and the moment it is judged at (end of 24 November 2026, Boise).

    Args:
        example: as the rule file has it. house: the example lender. name: the piece's id.

    Raises:
        Unreadable: it is no case.
    """
    raw: dict[str, Any] = {"body": example} if isinstance(example, str) else dict(example)
    lender = _lender(house, raw.pop("lender", {}))
    case = {key: value for key, value in raw.items() if key in _CASE}
    case = {"id": name, "channel": "email", "states": ["ID"]} | case
    channel = case["channel"]
    if channel in _CONSENT:
        case.setdefault("consent", _CONSENT[channel])
    if channel in _DECLARED:
        case.setdefault("targeting", _DECLARED[channel])
    if "fields" not in case:
        texts = {key: value for key, value in raw.items() if key not in _CASE}
        case["fields"] = texts | {
            "footer": texts.get("footer", footer(lender, tuple(case["states"]), channel))
        }
    read = case_of(case, name)
    return Shown(read.piece(), lender, moment_of(read, end_of_day(TODAY, lender.zone), lender.zone))


def footer(lender: Lender, states: tuple[str, ...], channel: str) -> str:
    """The identity of a lender as its footer states it, with the way out that the channel wants."""
    licensed = tuple(state for state in states if state in lender.licenses)
    claims = identity_claims(lender, licensed, on=TODAY)
    said = {slot: claim.text for slot, claim in claims.items()}
    lines = (
        f"{said['company_name']}, NMLS ID #{said['company_nmls']} ({said['consumer_access']}), "
        f"{said['company_address']}.",
        said.get("legends", ""),
        f"{said['equal_housing']}. This is an advertisement.",
        _WAY_OUT.get(channel, ""),
    )
    return " ".join(line for line in lines if line)


def _lender(house: Lender, changes: dict[str, Any]) -> Lender:
    if not changes:
        return house
    held = house.model_dump()
    licenses = held["licenses"] | changes.get("licenses", {})
    return Lender.model_validate(held | changes | {"licenses": licenses})
