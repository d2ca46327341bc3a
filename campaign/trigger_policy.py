"""When a borrower is worth writing to: how far a rate must stand off, what is saved, how often to write."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from campaign.noun import Noun
from campaign.rates import Product

InquiryBasis = Literal[
    "consumer_authorization", "originated_current_loan", "services_current_loan", "account"
]
"""What lets a bureau pass on a mortgage inquiry (15 USC 1681b(c)(4), from 5 March 2026): the consumer said
so, or the recipient made the present loan, services it, or is an insured bank or credit union with an
account."""


class CreditInquiryTerms(Noun):
    """The conditions under which a lender may be told of a borrower's inquiry elsewhere, as on its record.

    Attributes:
        basis: which of the statute's grounds is certified to the bureau.
        firm_offer: every consumer named receives a firm offer of credit (15 USC 1681a(l)).
        recorded_by, recorded_on: who answers for it, and since when.
    """

    basis: InquiryBasis
    firm_offer: Literal[True]
    recorded_by: str = Field(min_length=2)
    recorded_on: date


class TriggerPolicy(Noun):
    """The lender's lines for triggers, table `[triggers]` of `lender.toml`.

    Attributes:
        bps: by product held, how far the borrower's rate must stand above today's offer, basis points; a
            product that is not named takes `rates.trigger_bps`.
        offers: by product held, the products that may be offered for it; see `offered_for`.
        guard_days: days after funding in which our own loans are left alone, against early payoffs.
        min_saving_usd: least lower payment, dollars a month.
        max_break_even_months: longest time in which costs must be earned back, months.
        days_between_alerts: days after an alert before the next one of its kind.
        application_days: days after an application or a lock in which nothing is said.
        arm_reset_days: how long before a first rate change to speak, days.
        equity_min_usd: least amount that the home would still carry, dollars.
        cash_out_max_ltv: percent of the value up to which a first lien is paid out in cash.
        anniversary_days: how long before the day of funding comes round to speak, days.
        preapproval_days: how long a preapproval holds, days.
        preapproval_notice_days: how long before its end to speak, days.
        quiet_days: days without a sign of life after which a lead is quiet.
        credit_inquiry: the conditions on record; without them such alerts stay off.
    """

    bps: dict[Product, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    offers: dict[Product, tuple[Product, ...]] = Field(default_factory=dict)
    guard_days: int = Field(default=180, ge=0, le=3650)
    min_saving_usd: float = Field(default=25, ge=0)
    max_break_even_months: int = Field(default=60, ge=0, le=480)
    days_between_alerts: int = Field(default=30, ge=1, le=365)
    application_days: int = Field(default=60, ge=0, le=365)
    arm_reset_days: int = Field(default=120, ge=1, le=730)
    equity_min_usd: float = Field(default=50_000, ge=0)
    cash_out_max_ltv: float = Field(default=80, gt=0, le=100)
    anniversary_days: int = Field(default=7, ge=0, le=90)
    preapproval_days: int = Field(default=90, ge=1, le=365)
    preapproval_notice_days: int = Field(default=14, ge=0, le=180)
    quiet_days: int = Field(default=60, ge=1, le=730)
    credit_inquiry: CreditInquiryTerms | None = None

    def offered_for(self, held: Product) -> tuple[Product, ...]:
        """Products that may be offered to the holder of one, none where nothing replaces it."""
        return self.offers.get(held, _OFFERED_FOR.get(held, ()))


_OFFERED_FOR: dict[Product, tuple[Product, ...]] = {
    "conventional": ("conventional",),
    "jumbo": ("conventional", "jumbo"),
    "arm": ("conventional", "jumbo"),
    "fha": ("fha",),
    "va": ("va",),
    "usda": ("usda",),
}
"""An adjustable or a jumbo loan may be replaced by either fixed conventional product; the amounts on the
sheet decide. Government loans are replaced by their own kind. A line of credit is replaced by nothing."""
