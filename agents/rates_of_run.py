"""The one rate that plans are compared by, and the one that a condition may wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.errors import BadInput

if TYPE_CHECKING:
    from datetime import date, datetime

    from campaign.rates import RateSheet
    from tools.market.series import Market

MAIN_TERM = 360
SURVEY_DAYS = 8
"""The survey is weekly, and a holiday may move it by a day; an older one is not this week's."""


def survey_rate(market: Market, day: date) -> float | None:
    """This week's survey rate of the 30-year loan, percent; None where the series held here ends before.

    A conditional approval may wait for it, so that an old week must not stand for a new one.
    """
    latest = market.snapshot(day).survey
    return latest.rate_30y if latest and (day - latest.week).days <= SURVEY_DAYS else None


def main_rate(sheet: RateSheet, at: datetime) -> float:
    """The best 30-year conventional rate of a sheet, percent.

    Raises:
        BadInput: the sheet holds no such offer at `at`.
    """
    offer = sheet.best("conventional", MAIN_TERM, at)
    if offer is None:
        raise BadInput(
            f"Rate sheet `{sheet.source}` has no 30-year conventional offer in force.",
            "Import one with `vallum rates import`.",
        )
    return offer.rate
