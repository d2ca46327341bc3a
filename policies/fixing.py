"""Mechanical fixes: words that the law prescribes and a record fills, added at the end of a text.

A fix may add what a record holds. It never touches a claim, never deletes, and never invents a number; what
needs judgement stays a finding for a person (insert library of the rulebook).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date

from campaign.claim import Claim
from campaign.finding import Finding
from campaign.lender import Lender
from campaign.master import SLOT
from campaign.piece import Piece
from policies.disclosures import (
    NMLS_LINE,
    RATE_CHANGE,
    TAXES_INSURANCE,
    identity_claims,
)
from policies.legends import CONSUMER_ACCESS
from policies.markup import looks_like_markup

INSERTS: dict[str, str] = {
    "nmls.company-id-missing": NMLS_LINE,
    "nmls.consumer-access-link": "{{consumer_access}}",
    "il.consumer-access": "{{legends}}",
    "va.license-id": "{{legends}}",
    "equal-housing.missing": "{{equal_housing}}.",
    "can-spam.postal-address": "{{company_name}}, {{company_address}}",
    "ny.street-address": "{{company_name}}, {{company_address}}",
    "can-spam.ad-identification": "This is an advertisement.",
    "ca.license-legend": "{{legends}}",
    "ny.license-legend": "{{legends}}",
    "ma.license-number": "{{legends}}",
    "regz.taxes-insurance": TAXES_INSURANCE,
    "state.rate-change-statement": RATE_CHANGE,
}
"""Rule id -> what mends it, with slots for records; legends known from practice alone are never added."""


def mended(piece: Piece, findings: Sequence[Finding], lender: Lender, *, on: date) -> tuple[str, int]:
    """The body with what is missing added, and how many additions were made.

    Text that a slot would need and no record holds is left out, and so is what stands there already, so
    doing it twice changes nothing.

    Args:
        piece: a piece whose text is its body. findings: of its screen. lender: whose records fill the words.
        on: the day the licences are read.
    """
    body = piece.fields.get("body", "")
    assert isinstance(body, str)
    claims = identity_claims(lender, piece.states or lender.licensed_states(on), on=on)
    wanted = dict.fromkeys(INSERTS[finding.rule] for finding in findings if finding.rule in INSERTS)
    marked = looks_like_markup(body)
    filled = [_filled(insert, claims) for insert in wanted]
    if marked:
        filled = [html.escape(text, quote=False) for text in filled]
    added = _once(filled, body)
    return (_with_markup(body, added) if marked else _with_lines(body, added)), len(added)


def _filled(insert: str, claims: dict[str, Claim]) -> str:
    if any(slot not in claims for slot in SLOT.findall(insert)):
        return ""
    return SLOT.sub(lambda match: claims[match[1]].text, insert)


def _once(texts: list[str], body: str) -> list[str]:
    """The texts that are not there yet; the registry's address, which several hold, is written once."""
    named = CONSUMER_ACCESS in body or any(
        CONSUMER_ACCESS in text for text in texts if not f" {text}".endswith(f" {CONSUMER_ACCESS}")
    )
    added: list[str] = []
    for text in texts:
        shown = text.removesuffix(f" {CONSUMER_ACCESS}") if named else text
        there = "\n".join([body, *added])
        if shown and shown not in there:
            added.append(shown)
            named = named or CONSUMER_ACCESS in shown
    return added


def _with_lines(body: str, added: list[str]) -> str:
    if not added:
        return body
    gap = "" if body.endswith("\n\n") else "\n" if body.endswith("\n") else "\n\n"
    return f"{body}{gap}" + "\n\n".join(added) + "\n"


def _with_markup(body: str, added: list[str]) -> str:
    if not added:
        return body
    lines = "".join(f"<p>{text}</p>\n" for text in added)
    lower = body.lower()
    cut = next((place for tag in ("</body>", "</html>") if (place := lower.rfind(tag)) >= 0), len(body))
    gap = "" if cut < len(body) or body.endswith("\n") else "\n"
    return f"{body[:cut]}{gap}{lines}{body[cut:]}"
