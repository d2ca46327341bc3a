"""Rates: what the market did, what the Fed decided, and what this lender offers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from campaign.noun import Noun

Product = Literal["conventional", "jumbo", "fha", "va", "usda", "heloc", "arm"]
PRODUCTS: tuple[Product, ...] = ("conventional", "jumbo", "fha", "va", "usda", "heloc", "arm")


class SurveyRate(Noun):
    """One week of the primary mortgage market survey.

    Attributes:
        week: publication day.
        rate_30y: average 30-year fixed rate, percent.
        rate_15y: average 15-year fixed rate, percent, or None where not published.
        source: where the 30-year figure was read.
        provenance: `published`, or `weak` where only quotations of the publisher's file were seen.
        provenance_15y: the same of the 15-year figure, which is sometimes the weaker of the two.
    """

    week: date
    rate_30y: float = Field(gt=0, lt=25)
    rate_15y: float | None = Field(default=None, gt=0, lt=25)
    source: str
    provenance: Literal["published", "weak"]
    provenance_15y: Literal["published", "weak"] = "published"


class FedMeeting(Noun):
    """One meeting of the Federal Open Market Committee.

    Attributes:
        starts: first day.
        decides: day of the statement (US Eastern).
        status: `decided`, `future`, `unknown` (past, outcome not known here), `no_rate_decision` or
            `cancelled`.
        lower_before, upper_before, lower_after, upper_after: target range, percent.
        change_bps: change of the upper bound in basis points, None where unknown.
        direction: hike, cut, hold, or None where unknown.
        source: where the outcome was read.
        provenance: `published`, or `inferred` where it was deduced from the effective rate.
        cancelled_on: day on which a scheduled meeting was called off; until then everyone expected it.
    """

    starts: date
    decides: date
    scheduled: bool = True
    status: Literal["decided", "future", "unknown", "no_rate_decision", "cancelled"]
    lower_before: float | None = None
    upper_before: float | None = None
    lower_after: float | None = None
    upper_after: float | None = None
    change_bps: int | None = None
    direction: Literal["hike", "cut", "hold"] | None = None
    source: str
    provenance: Literal["published", "inferred"]
    cancelled_on: date | None = None


class RateOffer(Noun):
    """One row of a rate sheet: what this lender offers, to whom, and until when.

    Attributes:
        row: line in the sheet, so that a claim can name its source.
        product, term_months: what is offered.
        rate: note rate, percent a year.
        points: percent of the loan amount.
        fees_usd: prepaid finance charges besides points, dollars on `example_amount_usd`.
        apr: percent a year to three decimals, by Appendix J on `example_amount_usd` with points and fees.
        example_amount_usd: representative loan amount, dollars.
        mi_annual_percent: mortgage insurance or guarantee charged every year over the whole term, percent of
            the average balance (FHA, USDA); in the APR, not in the monthly payment of principal and interest.
        lock_days: days the price can be locked.
        min_fico, max_ltv (percent), min_amount, max_amount (dollars): who qualifies.
        states: postal codes; empty means every state the lender is licensed in.
        effective_at, expires_at: aware datetimes; the offer holds from the first until before the second.
    """

    row: int
    product: Product
    term_months: int = Field(ge=60, le=480)
    rate: float = Field(gt=0, lt=20)
    points: float = Field(ge=-5, le=10)
    fees_usd: float = Field(ge=0, le=100_000)
    apr: float = Field(gt=0, lt=25)
    example_amount_usd: float = Field(gt=0)
    mi_annual_percent: float = Field(default=0, ge=0, le=5)
    lock_days: int = Field(ge=0, le=365)
    min_fico: int | None = Field(default=None, ge=300, le=850)
    max_ltv: float | None = Field(default=None, gt=0, le=125)
    min_amount: float | None = Field(default=None, ge=0)
    max_amount: float | None = Field(default=None, gt=0)
    states: tuple[str, ...] = ()
    effective_at: datetime
    expires_at: datetime

    @model_validator(mode="after")
    def _holds_for_some_time(self) -> Self:
        if self.effective_at.tzinfo is None or self.expires_at.tzinfo is None:
            raise ValueError("effective_at and expires_at need a time zone")
        if self.expires_at <= self.effective_at:
            raise ValueError("expires_at is not after effective_at")
        return self

    def holds(self, at: datetime) -> bool:
        """Whether the offer is in force at `at` (aware)."""
        return self.effective_at <= at < self.expires_at

    def fits(self, *, state: str | None, fico: int | None, ltv: float | None, amount: float | None) -> bool:
        """Whether a borrower is within every limit of the row; both ends of a limit are within.

        Args:
            state: postal code. fico: score. ltv: percent. amount: dollars. None where not known.
        """
        return (
            (not self.states or state in self.states)
            and _within(fico, self.min_fico, None)
            and _within(ltv, None, self.max_ltv)
            and _within(amount, self.min_amount, self.max_amount)
        )


def _within(value: float | None, least: float | None, most: float | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


class RateSheet(Noun):
    """Everything the lender offers at one moment.

    Attributes:
        sheet_id: short hash of the sheet's content; claims and approvals name it.
        source: file name or `example, priced off the survey of <week>`.
        offers: its rows.
        supposed: True where nobody offers these prices: a plan may rest on them, and no copy may show one.
    """

    sheet_id: str
    source: str
    offers: tuple[RateOffer, ...]
    supposed: bool = False

    def offers_for(self, product: Product, at: datetime) -> tuple[RateOffer, ...]:
        """The rows of a product in force at a moment, in the order of the sheet."""
        return tuple(offer for offer in self.offers if offer.product == product and offer.holds(at))

    def best_for(
        self,
        product: Product,
        term_months: int,
        at: datetime,
        *,
        state: str | None,
        fico: int | None,
        ltv: float | None,
        amount: float | None,
    ) -> RateOffer | None:
        """What this lender offers one borrower: of the rows that fit, the lowest rate.

        Among equal rates the lowest points, then the first row. What is not known of a borrower fits no row
        that asks for it: without a score nobody is promised a price that depends on one.

        Args:
            state: postal code of the property. fico: score. ltv: new loan over value, percent.
            amount: of the new loan, dollars.
        """
        fitting = [
            offer
            for offer in self.offers_for(product, at)
            if offer.term_months == term_months and offer.fits(state=state, fico=fico, ltv=ltv, amount=amount)
        ]
        return min(fitting, key=lambda offer: (offer.rate, offer.points, offer.row), default=None)

    def best(self, product: Product, term_months: int, at: datetime, state: str = "") -> RateOffer | None:
        """The lowest rate in force for a product and term, to whomever it is offered; points decide ties.

        It is what may be advertised; `best_for` is what one borrower is offered.
        """
        fitting = [
            offer
            for offer in self.offers_for(product, at)
            if offer.term_months == term_months and (not state or not offer.states or state in offer.states)
        ]
        return min(fitting, key=lambda offer: (offer.rate, offer.points), default=None)
