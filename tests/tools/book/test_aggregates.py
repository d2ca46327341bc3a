"""Aggregates show no cell below ten rows; the sample is bounded, repeatable and without ids (law 5)."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput
from tools.book.aggregates import SMALLEST_CELL, column_facts, count_rows, cross_counts, group_facts, sample
from tools.book.predicates import SEGMENT_ID

ENGINE = ibis.duckdb.connect()


def loans(products: list[str | None], rates: list[float | None] | None = None) -> Any:
    found = [
        (f"L{place}", f"C{place}", product, (rates or [7.0] * len(products))[place], "one")
        for place, product in enumerate(products)
    ]
    types = {
        "loan_id": "string",
        "contact_id": "string",
        "product": "string",
        "note_rate": "float64",
        SEGMENT_ID: "string",
    }
    return ibis.memtable(found, schema=types)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["fha", "va", "jumbo", None]), min_size=1, max_size=40))
def test_no_share_is_shown_of_fewer_than_ten(products: list[str | None]) -> None:
    (facts,) = column_facts(loans(products), ("product",))
    counts = {word: products.count(word) for word in set(products) if word is not None}
    assert facts.shares == {
        word: pytest.approx(count / len(products)) for word, count in counts.items() if count >= SMALLEST_CELL
    }
    assert all(rows >= SMALLEST_CELL for rows in cross_counts(loans(products), ("product",)).values())


def test_quantiles_are_those_of_the_numbers_that_are_there() -> None:
    known = [2 + place / 10 for place in range(50)]
    (facts,) = column_facts(loans(["fha"] * 51, [None, *known]), ("note_rate",))
    assert facts.quantiles == pytest.approx(np.quantile(known, (0.05, 0.25, 0.5, 0.75, 0.95)))
    assert (facts.rows, facts.unit) == (50, "percent")


def test_quantiles_of_nine_are_not_shown() -> None:
    (facts,) = column_facts(loans(["fha"] * 30, [7.0] * 9 + [None] * 21), ("note_rate",))
    assert (facts.quantiles, facts.rows) == ((), 0)


def test_groups_come_largest_first_and_small_ones_not_at_all() -> None:
    groups = group_facts(
        loans(["fha"] * 12 + ["va"] * 20 + ["jumbo"] * 9), "product", ("note_rate", SEGMENT_ID)
    )
    assert [(group.group, group.rows) for group in groups] == [("va", 20), ("fha", 12)]
    assert groups[0].columns[1].shares == {"one": 1.0}


@pytest.mark.parametrize("column", ["loan_id", "contact_id", "first_name", "zip", "race", "email"])
def test_ids_and_columns_outside_the_view_are_not_summarised(column: str) -> None:
    table = loans(["fha"] * 20)
    for ask in (
        lambda: column_facts(table, (column,)),
        lambda: cross_counts(table, (column,)),
        lambda: group_facts(table, column, ("note_rate",)),
        lambda: sample(table, (column,), rows=5, seed=1),
    ):
        with pytest.raises(BadInput, match=f"`{column}` may not be summarised"):
            ask()


def test_a_cell_smaller_than_ten_is_refused() -> None:
    with pytest.raises(BadInput, match="A cell of 9 rows may show a person"):
        column_facts(loans(["fha"] * 20), ("product",), smallest_cell=9)
    with pytest.raises(BadInput, match="A cell of 1 rows"):
        cross_counts(loans(["fha"] * 20), ("product",), smallest_cell=1)


def test_a_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    table = loans(["fha"] * 300, [float(place) for place in range(300)])
    drawn = [sample(table, ("note_rate",), rows=50, seed=seed).to_pydict()["note_rate"] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 50
    assert 90 < float(np.mean(drawn[0])) < 210


@pytest.mark.parametrize("rows", [0, -1, 200_001])
def test_a_sample_out_of_bounds_is_refused(rows: int) -> None:
    with pytest.raises(BadInput, match="out of bounds"):
        sample(loans(["fha"] * 20), ("note_rate",), rows=rows, seed=1)


def test_rows_are_counted_on_the_engine() -> None:
    assert count_rows(loans(["fha", None])) == 2
