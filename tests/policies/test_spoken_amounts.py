"""Payments in words are payments (12 CFR 1026.24(d)(1))."""

from __future__ import annotations

import pytest

from policies.spoken_amounts import read_spoken_payments


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("eighteen hundred dollars a month buys it", "payment", 1800.0),
        ("one thousand nine hundred and eighty dollars per month", "payment", 1980.0),
        ("twenty-one hundred bucks each month", "payment", 2100.0),
        ("two thousand a month", "payment", 2000.0),
        ("mil novecientos ochenta dolares al mes", "payment", 1980.0),
        ("dos mil ciento veinticinco dolares cada mes", "payment", 2125.0),
        ("families save three hundred dollars a month", "saving", 300.0),
    ],
)
def test_words_state_a_payment(text: str, kind: str, value: float) -> None:
    found = list(read_spoken_payments(text))
    assert [(one[0], one[1]) for one in found] == [(kind, value)]
    assert text[found[0][2] : found[0][3]] in text


@pytest.mark.parametrize(
    "text",
    ["ten minutes a week", "we help a hundred a month", "one hundred families a month", "twice a month"],
)
def test_other_numbers_state_none(text: str) -> None:
    assert list(read_spoken_payments(text)) == []
