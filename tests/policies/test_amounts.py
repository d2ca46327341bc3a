"""Points and numbers of payments are read in words and in tables."""

from __future__ import annotations

import pytest

from policies.amounts import read_payment_counts, read_payments, read_points


@pytest.mark.parametrize(
    ("text", "points"),
    [("pay a point and a half up front", 1.5), ("one point and a quarter", 1.25), ("0.5 points", 0.5)],
)
def test_points_in_words(text: str, points: float) -> None:
    assert [value for _, value, _, _ in read_points(text)] == [points]


def test_a_table_cell_states_amount_and_number_of_payments() -> None:
    text = "$2,462.87 x 360"
    assert [(kind, value, count) for kind, value, _, _, count in read_payments(text)] == [
        ("payment", 2462.87, 360)
    ]
    assert [count for count, _, _ in read_payment_counts(text)] == [360]
