"""The one rate that plans are compared by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from campaign.rates import RateSheet

MAIN_TERM = 360


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
