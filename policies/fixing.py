"""Mechanical fixes: words that the law prescribes and a record fills, added at the end of a text.

A fix may add what a record holds. It never touches a claim, never deletes, and never invents a number; what
needs judgement stays a finding for a person (insert library of the rulebook).
"""

from __future__ import annotations

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

INSERTS: dict[str, str] = {
    "nmls.company-id-missing": NMLS_LINE,
    "nmls.consumer-access-link": "{{consumer_access}}",
    "il.consumer-access": "{{consumer_access}}",
    "equal-housing.missing": "{{equal_housing}}.",
    "can-spam.postal-address": "{{company_name}}, {{company_address}}",
    "can-spam.ad-identification": "This is an advertisement.",
    "ca.license-legend": "{{legends}}",
    "ny.license-legend": "{{legends}}",
    "ma.license-number": "{{legends}}",
    "regz.taxes-insurance": TAXES_INSURANCE,
    "state.rate-change-statement": RATE_CHANGE,
}
"""Rule id -> what mends it, with slots for records."""


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
    filled = [text for insert in wanted if (text := _filled(insert, claims)) and text not in body]
    if not filled:
        return body, 0
    html = body.rstrip().lower().endswith("</html>")
    lines = "\n".join(f"<p>{text}</p>" for text in filled) if html else "\n\n".join(filled)
    if html:
        cut = body.lower().rfind("</body>")
        cut = cut if cut >= 0 else body.lower().rfind("</html>")
        return f"{body[:cut]}{lines}\n{body[cut:]}", len(filled)
    return f"{body.rstrip()}\n\n{lines}\n", len(filled)


def _filled(insert: str, claims: dict[str, Claim]) -> str:
    if any(slot not in claims for slot in SLOT.findall(insert)):
        return ""
    return SLOT.sub(lambda match: claims[match[1]].text, insert)
