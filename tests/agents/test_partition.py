"""The partition: every row in exactly one leaf, few readable conditions, the cut that explains most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.partition import Growth, collapse, grow, label, matches, meets, opposite, siblings, simplify
from campaign.segment import Condition


def at_least(column: str, value: float) -> Condition:
    return Condition(column=column, operator="at_least", value=value)


def below(column: str, value: float) -> Condition:
    return Condition(column=column, operator="below", value=value)


def word(column: str, value: str) -> Condition:
    return Condition(column=column, operator="is", value=value)


CUTS = (
    at_least("gap", 0),
    at_least("gap", 50),
    at_least("ltv", 60),
    word("purpose", "purchase"),
    Condition(column="purpose", operator="one_of", value=("refinance", "cash_out")),
)


def book(rows: int, seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    gap = chance.normal(20, 80, rows)
    gap[chance.random(rows) < 0.15] = np.nan
    purposes = np.array(["purchase", "refinance", "cash_out", None], dtype=object)
    return {
        "gap": gap,
        "ltv": chance.uniform(20, 100, rows),
        "purpose": purposes[chance.integers(0, 4, rows)],
    }


@given(seed=st.integers(0, 10_000), most=st.integers(1, 5), rows=st.integers(1, 300))
def test_every_row_is_in_exactly_one_leaf_missing_values_included(seed: int, most: int, rows: int) -> None:
    columns = book(rows, seed)
    outcomes = np.random.default_rng(seed + 1).normal(size=(rows, 2))
    paths = grow(columns, outcomes, CUTS, Growth(most_leaves=most, least_rows=5))
    held = np.array([matches(path, columns, rows) for path in paths])
    assert (held.sum(axis=0) == 1).all()
    assert 1 <= len(paths) <= max(most, 1)
    assert (label(paths, columns, rows) >= 0).all()


@pytest.mark.parametrize("cut", CUTS)
def test_a_condition_and_its_opposite_share_no_row_and_miss_none(cut: Condition) -> None:
    values = book(200, 3)[cut.column]
    assert (meets(cut, values) ^ meets(opposite(cut), values)).all()


def test_a_missing_number_fails_at_least_and_passes_below() -> None:
    values = np.array([np.nan, 50.0, 49.9])
    assert meets(at_least("gap", 50), values).tolist() == [False, True, False]
    assert meets(below("gap", 50), values).tolist() == [True, False, True]


def test_a_missing_word_fails_is_and_passes_is_not() -> None:
    values = np.array([None, "purchase", "refinance"], dtype=object)
    assert meets(word("purpose", "purchase"), values).tolist() == [False, True, False]
    assert meets(opposite(word("purpose", "purchase")), values).tolist() == [True, False, True]


def test_the_cut_that_explains_most_comes_first() -> None:
    columns = book(2_000, 11)
    answer = np.where(meets(at_least("ltv", 60), columns["ltv"]), 3.0, -3.0)
    noise = np.random.default_rng(0).normal(size=2_000)
    paths = grow(columns, (answer + noise)[:, None], CUTS, Growth(most_leaves=2, least_rows=20))
    assert [path[0] for path in paths] == [at_least("ltv", 60), below("ltv", 60)]


def test_the_lenders_own_trigger_is_cut_first_even_where_another_cut_explains_more() -> None:
    columns = book(2_000, 12)
    answer = np.where(meets(at_least("ltv", 60), columns["ltv"]), 3.0, -3.0)[:, None]
    growth = Growth(most_leaves=3, least_rows=20, first=at_least("gap", 50))
    paths = grow(columns, answer, CUTS, growth)
    assert {path[0] for path in paths} == {at_least("gap", 50), below("gap", 50)}
    assert len(paths) == 3


def test_people_at_the_trigger_are_at_most_two_groups_and_no_other_column_is_cut_twice_on_a_path() -> None:
    columns = book(2_000, 13)
    outcomes = np.random.default_rng(13).normal(size=(2_000, 2)) + (columns["ltv"] // 20)[:, None]
    cuts = (*CUTS, at_least("ltv", 40), at_least("ltv", 80))
    paths = grow(columns, outcomes, cuts, Growth(5, 20, least_gain=0.0, first=at_least("gap", 50)))
    assert sum(path[0] == at_least("gap", 50) for path in paths) <= 2
    for path in paths:
        assert sum(step.column == "ltv" for step in path) <= 1


def test_no_leaf_is_smaller_than_asked() -> None:
    columns = book(400, 5)
    outcomes = np.random.default_rng(5).normal(size=(400, 3))
    paths = grow(columns, outcomes, CUTS, Growth(most_leaves=5, least_rows=60, least_gain=0.0))
    assert min(np.bincount(label(paths, columns, 400))) >= 60


def test_growth_stops_where_a_fourth_leaf_explains_nothing() -> None:
    columns = book(3_000, 7)
    answer = np.where(meets(at_least("gap", 50), columns["gap"]), 1.0, 0.0)[:, None]
    paths = grow(columns, answer, CUTS, Growth(most_leaves=5, least_rows=20))
    assert len(paths) <= 3


def test_the_same_sample_gives_the_same_partition() -> None:
    columns, outcomes = book(500, 9), np.random.default_rng(9).normal(size=(500, 2))
    growth = Growth(most_leaves=5, least_rows=10)
    assert grow(columns, outcomes, CUTS, growth) == grow(columns, outcomes, CUTS, growth)


def test_conditions_that_say_less_are_left_out() -> None:
    path = (at_least("gap", 0), at_least("gap", 50), below("ltv", 80), below("ltv", 60))
    assert str(simplify(path)) == "gap >= 50 and ltv < 60"


def test_a_known_word_makes_the_words_it_is_not_superfluous() -> None:
    path = (opposite(word("purpose", "refinance")), word("purpose", "purchase"))
    assert str(simplify(path)) == "purpose = 'purchase'"


@given(seed=st.integers(0, 10_000))
def test_a_simplified_predicate_holds_for_the_same_rows(seed: int) -> None:
    columns = book(150, seed)
    outcomes = np.random.default_rng(seed).normal(size=(150, 1))
    for path in grow(columns, outcomes, CUTS, Growth(most_leaves=5, least_rows=5, least_gain=0.0)):
        shorter = simplify(path).conditions
        assert (matches(path, columns, 150) == matches(shorter, columns, 150)).all()


def test_growth_goes_on_from_given_leaves_and_leaves_refused_splits_alone() -> None:
    columns = book(2_000, 21)
    answer = np.where(meets(at_least("ltv", 60), columns["ltv"]), 3.0, -3.0)[:, None]
    start = ((at_least("gap", 50),), (below("gap", 50),))
    paths = grow(columns, answer, CUTS, Growth(4, 20, least_gain=0.0), start=start)
    assert len(paths) == 4
    assert {path[0] for path in paths} == {at_least("gap", 50), below("gap", 50)}
    refused = frozenset({(start[0], "ltv")})
    paths = grow(columns, answer, CUTS, Growth(4, 20, refused=refused), start=start)
    assert start[0] in paths or not any(
        step.column == "ltv" for path in paths for step in path[:2] if path[0] == start[0][0]
    )
    assert any(step.column == "ltv" for path in paths for step in path)


def test_owed_and_lent_count_as_one_column_on_a_path() -> None:
    chance = np.random.default_rng(2)
    lent = chance.uniform(100, 900, 2_000)
    columns = {"original_amount": lent, "current_balance": lent * chance.uniform(0.9, 1, 2_000)}
    cuts = tuple(at_least(name, bound) for name in columns for bound in (300, 500, 700))
    for path in grow(columns, lent[:, None], cuts, Growth(5, 20, least_gain=0.0)):
        assert len(path) <= 1


def test_siblings_are_the_leaves_one_cut_keeps_apart() -> None:
    paths = (
        (at_least("gap", 50),),
        (below("gap", 50), at_least("ltv", 60)),
        (below("gap", 50), below("ltv", 60)),
    )
    assert siblings(paths) == ((1, 2),)
    assert collapse(paths, (below("gap", 50),)) == ((at_least("gap", 50),), (below("gap", 50),))
