"""Conditional approvals at release: has the realised rate come to lie in the band in time?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from campaign.condition import Condition
from campaign.rates import RateSheet

USUAL_TERM_MONTHS = 360


def realised(
    condition: Condition, sheet: RateSheet | None, survey: float | None, at: datetime
) -> float | None:
    """The rate that a condition asks about, percent; None where it is not known.

    `offered` is the lowest 30-year conventional rate that the sheet in force offers at the moment; an offer
    that was made before the condition is asked about does not count.
    """
    if condition.measure == "survey":
        return survey
    offers = sheet.offers if sheet is not None else ()
    return min(
        (
            offer.rate
            for offer in offers
            if offer.product == "conventional" and offer.term_months == USUAL_TERM_MONTHS and offer.holds(at)
            if condition.since is None or offer.effective_at >= condition.since
        ),
        default=None,
    )


def unfulfilled(
    conditions: Iterable[Condition], sheet: RateSheet | None, survey: float | None, at: datetime
) -> tuple[str, bool]:
    """Why conditions do not let a release out now, and whether they never will.

    Returns:
        The end of a sentence, empty where every condition is met; and whether the deadline has passed.
    """
    asked = tuple(conditions)
    for one in asked:
        if at >= one.before:
            return f"its condition was not met in time: {one.in_words}", True
    for one in asked:
        if one.since is not None and at < one.since:
            opens = f"{one.since.astimezone(UTC):%Y-%m-%d %H:%M}"
            return f"its condition is not asked about before {opens} UTC", False
        rate = realised(one, sheet, survey, at)
        if rate is None:
            return f"the {one.measure} rate that its condition asks about is not known", False
        if not one.low <= rate <= one.high:
            return f"the {one.measure} rate is {rate:.3f}%, and its condition is that {one.in_words}", False
    return "", False
