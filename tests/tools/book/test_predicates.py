"""Predicates run unchanged on every engine (law 3) and cannot name what no agent may use (law 4)."""

from __future__ import annotations

from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput
from campaign.segment import Condition, Operator, Predicate, Segment
from tests.tools.book.books import AT, OFFERS
from tools.book.engine import Book
from tools.book.predicates import compile_predicate, label_segments, may_cut
from tools.book.schemas import SCHEMAS
from tools.book.view import AGENT_COLUMNS, consumer_loans

ENGINE = ibis.duckdb.connect()
NUMBERS = tuple(name for name, column in AGENT_COLUMNS.items() if column.may_cut and column.kind == "number")
WORDS = tuple(name for name, column in AGENT_COLUMNS.items() if column.may_cut and column.kind == "word")
SPOKEN = ("funded", "fha", "purchase", "it's", "a;b", "")
PROTECTED = (
    "race", "ethnicity", "sex", "age_band", "age", "first_name", "last_name", "language", "zip", "census_tract",
    "county_fips", "tract_minority_percent", "email", "phone", "state", "loan_id", "contact_id", "source",
)  # fmt: skip

number_conditions = st.builds(
    lambda column, operator, value: Condition(column=column, operator=operator, value=value),
    st.sampled_from(NUMBERS),
    st.sampled_from(["at_least", "below", "is", "is_not"]),
    st.integers(-3, 3).map(float),
)
word_conditions = st.builds(
    lambda column, operator, value: Condition(column=column, operator=operator, value=value),
    st.sampled_from(WORDS),
    st.sampled_from(["is", "is_not"]),
    st.sampled_from(SPOKEN),
)
list_conditions = st.builds(
    lambda column, operator, value: Condition(column=column, operator=operator, value=tuple(value)),
    st.sampled_from(WORDS),
    st.sampled_from(["one_of", "none_of"]),
    st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=3),
)
predicates = st.lists(number_conditions | word_conditions | list_conditions, max_size=4).map(
    lambda conditions: Predicate(conditions=tuple(conditions))
)
row = st.fixed_dictionaries(
    {name: st.none() | st.integers(-3, 3).map(float) for name in NUMBERS}
    | {name: st.none() | st.sampled_from(SPOKEN) for name in WORDS}
)
OPPOSITE: dict[Operator, Operator] = {
    "at_least": "below", "below": "at_least", "is": "is_not", "is_not": "is", "one_of": "none_of",
    "none_of": "one_of",
}  # fmt: skip


def table_of(found: list[dict[str, Any]]) -> Any:
    types = dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(WORDS, "string")
    return ibis.memtable([tuple(one[name] for name in types) for one in found], schema=types)


def holds(condition: Condition, one: dict[str, Any]) -> bool:
    """The meaning documented in the noun, in plain Python."""
    held, value = one[condition.column], condition.value
    match condition.operator:
        case "at_least":
            return held is not None and held >= value
        case "below":
            return held is None or held < value
        case "is":
            return held is not None and held == value
        case "is_not":
            return held is None or held != value
        case "one_of":
            return held is not None and held in value
        case "none_of":
            return held is None or held not in value


@settings(max_examples=80, deadline=None)
@given(predicates, st.lists(row, min_size=1, max_size=8))
def test_a_predicate_means_on_the_engine_what_the_noun_says(
    predicate: Predicate, found: list[dict[str, Any]]
) -> None:
    table = table_of(found)
    answered = ENGINE.to_pyarrow(table.select(holds=compile_predicate(predicate, table)))["holds"].to_pylist()
    assert answered == [all(holds(one, values) for one in predicate.conditions) for values in found]


@settings(max_examples=60, deadline=None)
@given(number_conditions | word_conditions | list_conditions, st.lists(row, min_size=1, max_size=8))
def test_a_condition_and_its_opposite_part_every_row_in_two(
    condition: Condition, found: list[dict[str, Any]]
) -> None:
    table = table_of(found)
    opposite = condition.model_copy(update={"operator": OPPOSITE[condition.operator]})
    sides = [compile_predicate(Predicate(conditions=(one,)), table) for one in (condition, opposite)]
    answered = ENGINE.to_pyarrow(table.select(one=sides[0], other=sides[1])).to_pylist()
    assert all(row["one"] != row["other"] for row in answered)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "snowflake", "bigquery", "trino"])
@settings(max_examples=15, deadline=None)
@given(predicates)
def test_a_predicate_compiles_for_every_engine(dialect: str, predicate: Predicate) -> None:
    table = ibis.table(dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(WORDS, "string"), name="view")
    sql = str(ibis.to_sql(table.filter(compile_predicate(predicate, table)), dialect=dialect))
    assert all(condition.column in sql for condition in predicate.conditions)


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "trino"])
def test_the_whole_view_with_its_segments_compiles_for_every_engine(book: Book, dialect: str) -> None:
    seen = consumer_loans(book, OFFERS, at=AT)
    assert "segment_id" in str(ibis.to_sql(label_segments(seen, SEGMENTS), dialect=dialect))


@pytest.mark.parametrize("column", PROTECTED)
def test_no_segment_is_defined_by_a_protected_column_a_proxy_or_an_id(book: Book, column: str) -> None:
    condition = Condition(column=column, operator="is", value="x")
    with pytest.raises(BadInput, match=f"No segment may be defined by `{column}`"):
        compile_predicate(Predicate(conditions=(condition,)), consumer_loans(book, OFFERS, at=AT))


EVERY_COLUMN = sorted({column.name for schema in SCHEMAS.values() for column in schema.columns})


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(EVERY_COLUMN) | st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True), predicates)
def test_one_forbidden_condition_refuses_the_whole_predicate(column: str, predicate: Predicate) -> None:
    table = table_of([dict.fromkeys((*NUMBERS, *WORDS))])
    added = Condition(column=column, operator="is", value="x")
    mixed = Predicate(conditions=(*predicate.conditions, added))
    if may_cut(column) and AGENT_COLUMNS[column].kind == "word":
        compile_predicate(mixed, table)
        return
    with pytest.raises(BadInput):
        compile_predicate(mixed, table)


@pytest.mark.parametrize(
    ("column", "operator", "value"),
    [
        ("note_rate", "at_least", "six"),
        ("note_rate", "one_of", ("6",)),
        ("product", "at_least", 3.0),
        ("product", "is", 3.0),
        ("product", "below", "fha"),
        ("product", "one_of", "fha"),
        ("product", "is", ("fha",)),
    ],
)
def test_a_condition_of_the_wrong_kind_is_refused(column: str, operator: Operator, value: Any) -> None:
    table = table_of([dict.fromkeys((*NUMBERS, *WORDS))])
    with pytest.raises(BadInput, match="does not fit"):
        compile_predicate(
            Predicate(conditions=(Condition(column=column, operator=operator, value=value),)), table
        )


def segment(name: str, *conditions: Condition) -> Segment:
    return Segment(
        segment_id=name,
        name=name,
        predicate=Predicate(conditions=conditions),
        needs="x",
        size=0,
        share=0,
        value_usd=0,
    )


SEGMENTS = (
    segment("high", Condition(column="note_rate", operator="at_least", value=2.0)),
    segment("low", Condition(column="note_rate", operator="below", value=1.0)),
)


def test_each_row_is_labelled_with_the_segment_that_holds() -> None:
    empty = dict.fromkeys((*NUMBERS, *WORDS))
    table = table_of([empty | {"note_rate": rate} for rate in (3.0, 1.5, 0.0, None)])
    labelled = ENGINE.to_pyarrow(label_segments(table, SEGMENTS))["segment_id"].to_pylist()
    assert labelled == ["high", None, "low", "low"]
