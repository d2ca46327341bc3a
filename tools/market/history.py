"""The weekly mortgage rate survey, so that every date has the rate the market knew that day.

Source: Freddie Mac Primary Mortgage Market Survey, 2000 on, restated in `tables/survey.csv`. Weeks of which
only quotations of the publisher's file were seen carry the provenance `weak`, for each term on its own.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import lru_cache

from campaign.errors import BadInput
from campaign.rates import SurveyRate
from tools.market.published import rows_of


@lru_cache(maxsize=1)
def survey_history() -> tuple[SurveyRate, ...]:
    """Every week of the survey held here, oldest first."""
    return tuple(
        SurveyRate.model_validate({name: value or None for name, value in row.items()})
        for row in rows_of("survey")
    )


@lru_cache(maxsize=1)
def _weeks() -> tuple[date, ...]:
    return tuple(week.week for week in survey_history())


def survey(on: date) -> SurveyRate:
    """The latest week published on or before a day; nothing later is looked at.

    The week may be old: the series ends where its publisher was last read. Compare `week` with `on`.

    Raises:
        BadInput: the day lies before the first week held here.
    """
    index = bisect_right(_weeks(), on)
    if index == 0:
        raise BadInput(
            f"The rate survey held here starts on {_weeks()[0]}, after {on}.", "Choose a later date."
        )
    return survey_history()[index - 1]
