"""Audience settings mean the same whichever way a platform or a spreadsheet spells them."""

from __future__ import annotations

from typing import Any

import pytest

from policies.audience_settings import (
    age_limits,
    categories,
    exclusions,
    gender_limits,
    postal_limits,
    radii,
    read_settings,
)


@pytest.mark.parametrize(
    "raw",
    [
        {"ageMax": 45},
        {"min_age": "25"},
        {"age_range": "25-34"},
        {"ages": ["25-34", "35-44"]},
        {"demographics": {"age": {"min": 30, "max": 65}}},
        {"excluded_ages": ["65+"]},
    ],
)
def test_a_narrowed_age_is_seen_in_every_spelling(raw: dict[str, Any]) -> None:
    assert list(age_limits(read_settings(raw)))


@pytest.mark.parametrize(
    "raw",
    [
        {"ageMin": 18, "age_max": "65+"},
        {"ages": ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"]},
        {"ages": "all"},
        {"age_range": "18+"},
        {"loan_age_months": 12},
        {"pages": ["/rates"]},
    ],
)
def test_everyone_of_age_is_no_limit(raw: dict[str, Any]) -> None:
    assert not list(age_limits(read_settings(raw)))


@pytest.mark.parametrize(
    ("raw", "limited"),
    [
        ({"gender": "female"}, True),
        ({"genders": [1]}, True),
        ({"genders": [1, 2]}, False),
        ({"genders": ["MALE", "FEMALE", "UNDETERMINED"]}, False),
        ({"genders": []}, False),
        ({"exclude": {"gender": ["male"]}}, True),
    ],
)
def test_genders(raw: dict[str, Any], limited: bool) -> None:
    assert bool(list(gender_limits(read_settings(raw)))) is limited


def test_places_and_people_left_out() -> None:
    settings = read_settings({"geo": {"zips": [{"key": "US:83702"}]}, "excludedAudiences": ["renters"]})
    assert list(postal_limits(settings)) == ["geo.zips.key US:83702"]
    assert list(exclusions(settings)) == ["excludedAudiences renters"]


@pytest.mark.parametrize(
    ("raw", "miles"),
    [
        ({"radius_miles": 10}, 10.0),
        ({"radiusKm": 25}, 15.53),
        ({"radius": "12 km"}, 7.46),
        ({"locations": [{"city": "Boise", "radius": 40, "distance_unit": "kilometer"}]}, 24.85),
    ],
)
def test_a_radius_is_told_in_miles(raw: dict[str, Any], miles: float) -> None:
    assert [round(length, 2) for _, length in radii(read_settings(raw))] == [miles]


@pytest.mark.parametrize(
    "raw",
    [
        {"specialAdCategories": ["financial_products_services", "HOUSING"]},
        {"special_ad_category": "FINANCIAL_PRODUCTS_SERVICES, housing"},
    ],
)
def test_declared_categories(raw: dict[str, Any]) -> None:
    assert categories(read_settings(raw)) == {"FINANCIAL_PRODUCTS_SERVICES", "HOUSING"}
