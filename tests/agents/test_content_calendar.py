"""The calendar: business days of the period, and no two letters closer than their cap."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from agents.content_calendar import calendar, federal_holidays, next_business_day
from campaign.channel import PLANNED, format_of
from campaign.plan import Placement

PLACEMENTS = tuple(
    Placement(
        placement_id=f"settled_owners.{channel.value}",
        segment_id="settled_owners",
        segment="Settled owners",
        channel=channel,
        format=format_of(channel).name,
        goal="application",
        cadence="weekly",
        budget_usd=500,
        theme="relationship",
        states=("CA",),
        expected_leads=(0, 1, 2),
    )
    for channel in PLANNED
)


def test_entries_are_business_days_of_the_period() -> None:
    starts, ends = date(2026, 5, 20), date(2026, 7, 31)
    made = calendar(PLACEMENTS, starts, ends)
    days = [entry.on for entry in made]
    assert days == sorted(days)
    assert all(starts <= day <= ends and day.weekday() < 5 for day in days)
    assert date(2026, 5, 25) not in days
    assert {entry.placement_id for entry in made} == {one.placement_id for one in PLACEMENTS}


def test_a_short_period_starts_on_its_first_business_day() -> None:
    made = calendar(PLACEMENTS, date(2026, 3, 5), date(2026, 3, 6))
    assert {entry.on for entry in made} == {date(2026, 3, 5)}


def test_a_weekend_alone_has_nothing_to_do() -> None:
    assert calendar(PLACEMENTS, date(2026, 3, 7), date(2026, 3, 8)) == ()


def test_letters_are_never_closer_than_their_cap_even_around_holidays() -> None:
    made = calendar(PLACEMENTS, date(2026, 12, 1), date(2027, 2, 26))
    days = [entry.on for entry in made if entry.placement_id.endswith(".email")]
    assert len(days) >= 3
    assert all((later - sooner).days >= 14 for sooner, later in pairwise(days))


def test_holidays_that_fall_on_a_weekend_are_kept_beside_it() -> None:
    assert date(2026, 7, 3) in federal_holidays(2026)
    assert date(2027, 12, 24) in federal_holidays(2027)
    assert date(2026, 5, 25) in federal_holidays(2026)
    assert next_business_day(date(2026, 11, 26)) == date(2026, 11, 27)
    assert next_business_day(date(2021, 12, 31)) == date(2022, 1, 3)
