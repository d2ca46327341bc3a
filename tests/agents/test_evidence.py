"""Held-out evidence: what differs is found with its size, what does not is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.evidence import Observed, compare, counts, differ, differences, holm, numbers_of

CHANCE = np.random.default_rng(4)
GROUPS = np.repeat([0, 1], 300)


def numbers(values: np.ndarray, **more: Any) -> Observed:
    given: dict[str, Any] = {
        "column": "original_amount",
        "values": values,
        "usable": np.ones(len(values), dtype=bool),
        "origin": "real",
        "in_predicate": False,
    }
    return Observed(**(given | more))


def words(values: list[str | None], **more: object) -> Observed:
    return numbers(np.array(values, dtype=object), **({"column": "purpose"} | more))


def test_a_perfect_split_of_words_has_the_largest_effect() -> None:
    found = compare(words(["purchase"] * 300 + ["refinance"] * 300), GROUPS)
    assert found is not None
    assert found.test == "chi-square"
    assert found.effect == pytest.approx(1.0)
    assert found.p_value < 1e-50
    assert found.holdout_rows == 600


def test_cramers_v_of_a_known_table() -> None:
    values: list[str | None] = ["a"] * 180 + ["b"] * 120 + ["a"] * 120 + ["b"] * 180
    found = compare(words(values), GROUPS)
    assert found is not None
    assert found.statistic == pytest.approx(24.0)
    assert found.effect == pytest.approx(0.2)


def test_shifted_amounts_differ_and_equal_ones_do_not() -> None:
    shifted = compare(numbers(CHANCE.normal(size=600) + GROUPS), GROUPS)
    assert shifted is not None
    assert shifted.test == "Kruskal-Wallis"
    assert counts(shifted)
    same = compare(numbers(np.tile(CHANCE.normal(size=300), 2)), GROUPS)
    assert same is not None
    assert not counts(same)


def test_a_tiny_difference_on_many_rows_does_not_count() -> None:
    groups = np.repeat([0, 1], 20_000)
    values = np.random.default_rng(1).normal(size=40_000) + 0.06 * groups
    found = compare(numbers(values), groups)
    assert found is not None
    assert found.p_value < 0.01
    assert not counts(found)


def test_rows_without_a_value_or_without_the_origin_are_left_out() -> None:
    values = np.concatenate([CHANCE.normal(size=300), CHANCE.normal(size=300) + 2])
    values[::3] = np.nan
    usable = np.arange(600) % 2 == 0
    found = compare(numbers(values, usable=usable), GROUPS)
    assert found is not None
    assert found.holdout_rows == int((usable & ~np.isnan(values)).sum())


@pytest.mark.parametrize(
    "column",
    [
        numbers(np.full(600, 360.0)),
        numbers(np.full(600, np.nan)),
        words([None] * 600),
        numbers(np.arange(600.0), usable=GROUPS == 0),
    ],
)
def test_what_cannot_be_compared_gives_no_result(column: Observed) -> None:
    assert compare(column, GROUPS) is None


def test_what_follows_from_the_cuts_comes_last_and_proves_nothing() -> None:
    cut = numbers(GROUPS * 100.0, column="rate_gap_bps", in_predicate=True)
    seen = numbers(CHANCE.normal(size=600) + GROUPS)
    assert [found.column for found in differences([cut, seen], GROUPS)] == ["original_amount", "rate_gap_bps"]
    assert not differ([cut], GROUPS)
    assert differ([cut, seen], GROUPS)


def test_holm_on_a_worked_example() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_lies_between_no_correction_and_bonferroni_and_keeps_the_order(given_p: list[float]) -> None:
    corrected = holm(given_p)
    for before, after in zip(given_p, corrected, strict=True):
        assert before <= after <= min(1.0, before * len(given_p)) + 1e-12
    order = sorted(range(len(given_p)), key=lambda index: given_p[index])
    assert [corrected[index] for index in order] == sorted(corrected)


def test_columns_tested_together_are_corrected_and_say_so() -> None:
    noise = [
        numbers(np.random.default_rng(seed).normal(size=600), column=f"noise_{seed}") for seed in range(5)
    ]
    seen = numbers(np.random.default_rng(9).normal(size=600) + 0.3 * GROUPS)
    alone, together = compare(seen, GROUPS), differences([*noise, seen], GROUPS)[0]
    assert alone is not None
    assert together.column == "original_amount"
    assert together.p_value == pytest.approx(6 * alone.p_value)
    assert together.test == "Kruskal-Wallis, Holm-corrected"


def test_missing_numbers_become_gaps() -> None:
    assert np.isnan(numbers_of([1, None, 2.5])).tolist() == [False, True, False]
