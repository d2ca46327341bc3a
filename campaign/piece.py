"""A piece: one rendered creative as the public will see it, with everything a rule may ask about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import Field

from campaign.brief import Audience
from campaign.claim import Binding, Claim, SlotRange
from campaign.noun import Noun

FieldText = str | tuple[str, ...]


class Speaker(Noun):
    """The originator whose name is on a piece."""

    name: str
    nmls: str = ""
    states: tuple[str, ...] = ()


class Partner(Noun):
    """A co-marketing partner: name and kind (`real_estate_agent`, `builder`, `planner` ...)."""

    name: str
    kind: str = ""


class CostSplit(Noun):
    """Who pays for a co-marketed piece: dollars in all, dollars the lender pays, its share of the space."""

    total_usd: float
    lender_pays_usd: float
    lender_space_share: float


class Consent(Noun):
    """What is known of a recipient's consent, and the local moment of sending; None is not known.

    Attributes:
        sms_written: prior express written consent to texts. email_opted_out: a request to stop letters.
        send_at, timezone: local time of sending, and whose.
        dnc_listed, dnc_checked_on: on the National Do Not Call Registry, as the scrub of that day found.
        relationship_until: last day of an established business relationship.
        lead_vendor, lead_certificate: who sold the lead, and the record of the consent given there.
    """

    sms_written: bool | None = None
    email_opted_out: bool | None = None
    send_at: str | None = None
    timezone: str | None = None
    dnc_listed: bool | None = None
    dnc_checked_on: date | None = None
    relationship_until: date | None = None
    lead_vendor: str | None = None
    lead_certificate: str | None = None


class OfferTerms(Noun):
    """The terms a piece's numbers are bound to: dollars, percent, months.

    `series` lists (rate percent, payment dollars, number of payments) where payments are not level.
    """

    loan_amount: float | None = None
    note_rate: float | None = None
    apr: float | None = None
    term_months: int | None = None
    points: float | None = None
    finance_charges_usd: float | None = None
    monthly_payment: float | None = None
    series: tuple[tuple[float, float, int], ...] = ()
    buydown_paid_by: str | None = None


class Piece(Noun):
    """One creative.

    Attributes:
        piece_id: stable id; `revision` counts from 1, and every edit makes the next.
        channel, audience, states, products: where and to whom it is shown; no states = all licensed ones.
        fields: `subject preheader headline headlines[] description descriptions[] body cta footer
            landing_url`; list fields are tuples.
        originator, partner, targeting, cost_split, consent, offers: records that rules compare with;
            `offers` None means the record is not known here.
        claims, bindings: the values behind its numbers and where they stand; `claims` None means bare
            text, where no binding can be known.
        ranges: numbers that each recipient's rendering fills in, and between what.
        authors: everyone who wrote any part of this revision (`vallum house writer`, `model <name>`,
            a person's name).
    """

    piece_id: str
    revision: int = Field(default=1, ge=1)
    channel: str
    audience: Audience = "consumer"
    states: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    fields: dict[str, FieldText]
    originator: Speaker | None = None
    partner: Partner | None = None
    targeting: dict[str, Any] | None = None
    cost_split: CostSplit | None = None
    consent: Consent | None = None
    offers: tuple[OfferTerms, ...] | None = None
    claims: tuple[Claim, ...] | None = None
    bindings: tuple[Binding, ...] = ()
    ranges: tuple[SlotRange, ...] = ()
    authors: tuple[str, ...] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each text with the name findings use for it, in the order of `fields`."""
        for name, value in self.fields.items():
            if isinstance(value, str):
                yield name, value
            else:
                for index, entry in enumerate(value):
                    yield f"{name}[{index}]", entry

    @property
    def content_hash(self) -> str:
        """SHA-256 over everything the public or a rule can see; what an approval binds."""
        seen = self.model_dump(mode="json", exclude={"piece_id", "revision", "authors"})
        if not self.ranges:
            del seen["ranges"]  # younger than the first approvals, whose hashes must go on to stand
        canonical = json.dumps(seen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
