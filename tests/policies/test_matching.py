"""A denial of a claim is not the claim, and a claim behind a turn of phrase still is."""

from __future__ import annotations

import pytest

from policies.matching import disowned
from policies.reading import read_field

CLAIM = "rates are about to jump"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("We won't tell you ", True),
        ("Nobody can promise that ", True),
        ("Call today: ", False),
        ("We don't promise much, ", False),
        ("We never say no because ", False),
        ("Nobody knows. But ", False),
    ],
)
def test_a_claim_is_disowned_only_by_a_denial_of_saying_it(before: str, expected: bool) -> None:
    reading = read_field("body", before + CLAIM + ".")
    start = len(before)
    assert disowned(reading, start, start + len(CLAIM)) is expected
