"""Example rate sheets, priced off the survey at stated margins, so that the demo has prices nobody typed.

They are examples and say so. Adjustable loans and lines of credit are left out: their APR needs an index and
a margin that no survey held here gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from campaign.lender import Lender
from campaign.rates import Product, RateOffer, RateSheet, SurveyRate
from tools.market.offer_apr import offer_apr
from tools.market.rate_sheets import example_amount, make_sheet
from tools.market.series import Market

FEES_USD = 1_495.0
FEES_PERCENT = 0.1
"""Underwriting and processing: dollars, and percent of the amount. Prepaid finance charges."""
DAYS_IN_FORCE = 7

CONFORMING_LIMITS_USD = {
    2018: 453_100, 2019: 484_350, 2020: 510_400, 2021: 548_250, 2022: 647_200,
    2023: 726_200, 2024: 766_550, 2025: 806_500, 2026: 832_750,
}  # fmt: skip
"""One-unit baseline limits, dollars. Source: FHFA; a year beyond either end uses the nearest one."""
FHA_FLOOR_SHARE = 0.65
"""FHA's lowest area limit as a share of the conforming limit (12 U.S.C. 1709(b)(2))."""


@dataclass(frozen=True, slots=True)
class Margin:
    """How one example product is priced.

    Attributes:
        product, term_months: what. margin: percentage points over the survey rate of that term.
        points: percent of the amount. lock_days: days.
        min_fico: score. max_ltv: percent.
        upfront_percent: insurance or funding fee at closing, percent of the amount, a finance charge.
        mi_annual_percent: yearly insurance or guarantee, percent of the balance.
    """

    product: Product
    term_months: int
    margin: float
    points: float
    lock_days: int
    min_fico: int
    max_ltv: float
    upfront_percent: float = 0
    mi_annual_percent: float = 0


_FHA = {"upfront_percent": 1.75, "mi_annual_percent": 0.55}
_USDA = {"upfront_percent": 1.0, "mi_annual_percent": 0.35}
MARGINS = (
    Margin("conventional", 360, 0.0, 0.5, 45, 740, 80),
    Margin("conventional", 360, 0.125, 0.5, 45, 700, 80),
    Margin("conventional", 360, 0.375, 0.5, 45, 660, 80),
    Margin("conventional", 360, 0.75, 0.5, 45, 620, 75),
    Margin("conventional", 360, 0.375, 0.5, 45, 740, 90),
    Margin("conventional", 360, 0.625, 0.5, 45, 700, 90),
    Margin("conventional", 180, 0.0, 0.0, 45, 740, 80),
    Margin("conventional", 180, 0.125, 0.0, 45, 700, 80),
    Margin("conventional", 180, 0.375, 0.0, 45, 660, 80),
    Margin("jumbo", 360, 0.125, 0.5, 45, 740, 80),
    Margin("jumbo", 360, 0.375, 0.5, 45, 700, 75),
    Margin("fha", 360, -0.25, 0.0, 45, 660, 96.5, **_FHA),
    Margin("fha", 360, 0.0, 0.0, 45, 620, 96.5, **_FHA),
    Margin("fha", 360, 0.25, 0.0, 45, 580, 96.5, **_FHA),
    Margin("va", 360, -0.5, 0.5, 45, 660, 100, upfront_percent=2.15),
    Margin("va", 360, -0.25, 0.5, 45, 620, 100, upfront_percent=2.15),
    Margin("va", 360, 0.0, 0.5, 45, 580, 90, upfront_percent=2.15),
    Margin("usda", 360, -0.25, 0.0, 30, 680, 100, **_USDA),
    Margin("usda", 360, 0.0, 0.0, 30, 640, 100, **_USDA),
)
"""Conventional loans at the survey itself, which asks for such loans. Jumbo, FHA and VA at the mean gap of
the Optimal Blue lock indices to the conforming one, September 2024 to September 2025 (+0.18, -0.28, -0.46),
to the nearest eighth; USDA has no index and stands at FHA's. Upfront and yearly charges: FHA 1.75 and 0.55 %
(HUD Mortgagee Letter 2023-05), VA first use with less than 5 % down 2.15 % (38 U.S.C. 3729), USDA 1.00 and
0.35 %. The steps by score and ratio are the example lender's own; above 80 % it pays the insurance of a
conventional loan itself, and the step covers it."""


def example_sheet(on: date, lender: Lender, market: Market) -> RateSheet:
    """The example lender's prices of one day.

    Args:
        on: the day; the latest survey week on or before it is the base, and base and margin are rounded to
            the nearest eighth.
        lender: for the time zone; the sheet opens at midnight there and lasts seven days.
        market: whose survey it is priced off.

    Raises:
        BadInput: no survey week lies on or before the day.
    """
    week = market.survey(on)
    opens, closes = (
        datetime.combine(day, time(0), tzinfo=lender.zone).astimezone(UTC)
        for day in (on, on + timedelta(days=DAYS_IN_FORCE))
    )
    offers = [
        _offer(margin, row, _base(week, margin.term_months), on, opens, closes)
        for row, margin in enumerate(MARGINS, start=2)
    ]
    return make_sheet(offers, f"example, priced off the survey of {week.week}")


def _offer(margin: Margin, row: int, base: float, on: date, opens: datetime, closes: datetime) -> RateOffer:
    low, high = _limits(margin.product, on)
    amount = 1_000_000.0 if margin.product == "jumbo" else example_amount(low, high)
    fees = round(FEES_USD + amount * (FEES_PERCENT + margin.upfront_percent) / 100, 2)
    rate = round(base * 8 + margin.margin * 8) / 8
    price: dict[str, Any] = {
        "rate": rate,
        "term_months": margin.term_months,
        "points": margin.points,
        "fees_usd": fees,
        "mi_annual_percent": margin.mi_annual_percent,
    }
    return RateOffer(
        row=row,
        product=margin.product,
        apr=offer_apr(amount=amount, **price),
        example_amount_usd=amount,
        **price,
        lock_days=margin.lock_days,
        min_fico=margin.min_fico,
        max_ltv=margin.max_ltv,
        min_amount=low,
        max_amount=high,
        effective_at=opens,
        expires_at=closes,
    )


def _base(week: SurveyRate, term_months: int) -> float:
    """The survey rate of a term, percent; the 30-year one where the 15-year was not published."""
    if term_months == 180 and week.rate_15y is not None:
        return week.rate_15y
    return week.rate_30y


def _limits(product: Product, on: date) -> tuple[float, float]:
    """Smallest and largest amount, dollars; where no law sets one, the example lender's own."""
    years = CONFORMING_LIMITS_USD
    conforming = float(years[min(max(on.year, min(years)), max(years))])
    if product == "jumbo":
        return conforming + 1, 2_500_000.0
    if product == "fha":
        return 75_000.0, float(int(conforming * FHA_FLOOR_SHARE))
    if product == "usda":
        return 75_000.0, 400_000.0
    return 75_000.0, conforming
