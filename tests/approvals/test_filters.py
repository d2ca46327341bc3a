"""Filters: each condition, and conditions together, find what they name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from approvals.database import open_database
from approvals.facets import facets_of, rate_text
from approvals.filters import WAITING, Filter
from approvals.pieces import StoredPiece, load_piece
from approvals.queue import listing
from approvals.statuses import Status
from tests.approvals.fitting import PIECES, fill, fits, numbers
from tests.approvals.gate import AT, LENDER, a_piece


def found(engine: Engine, wanted: Filter) -> list[str]:
    return [item.piece for item in listing(engine, wanted)]


ASKED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["plain", "warned", "loud", "rate.low", "rate.high", "ten", "own", "lou", "pat"]),
    ({"statuses": ()}, [made.piece.piece_id for made in PIECES]),
    ({"statuses": (Status.APPROVED, Status.REJECTED)}, ["good", "poor"]),
    ({"statuses": (Status.RECALLED,)}, []),
    ({"piece": "rate.low"}, ["rate.low"]),
    ({"piece": "rate"}, []),
    ({"run": "run-2"}, ["rate.high"]),
    ({"channel": "meta"}, ["loud"]),
    ({"segment": "Owners", "channel": "meta"}, ["loud"]),
    ({"segment": "owners"}, []),
    ({"placement": "owners.email", "run": "run-2"}, ["rate.high"]),
    ({"state": "ca"}, ["plain", "rate.low"]),
    ({"state": "CA", "statuses": ()}, ["plain", "rate.low", "good"]),
    ({"state": "C"}, []),
    ({"product": "fha"}, ["plain"]),
    ({"rule": "test.best"}, ["warned"]),
    ({"rule": "test.guaranteed", "verdict": "block"}, ["loud"]),
    ({"verdict": "warn"}, ["warned"]),
    ({"originator": "LOU field"}, ["lou"]),
    ({"originator": "2000001"}, ["lou"]),
    ({"originator": "Lou"}, []),
    ({"partner": "kay ford"}, ["pat"]),
    ({"claim": "rate"}, ["rate.low", "rate.high", "ten", "own"]),
    ({"claim": "apr"}, ["rate.low"]),
    ({"claim": "jumbo_rate"}, ["rate.high"]),
    ({"claim": "own_rate"}, ["own"]),
    ({"licence": "nv"}, ["rate.low"]),
    ({"licence": "NY"}, ["rate.high"]),
    ({"licence": "WA"}, []),
    ({"rate_low": 6.125, "rate_high": 6.125}, ["rate.low", "own"]),
    ({"rate_low": 6.126, "rate_high": 6.249}, []),
    ({"rate_low": 6.25, "rate_high": 6.999}, ["rate.low", "own"]),
    ({"rate_low": 7}, ["rate.high", "ten"]),
    ({"rate_low": 9.5}, ["ten"]),
    ({"rate_high": 6.0}, ["own"]),
    ({"rate_high": 0}, []),
    ({"rate_low": 6.5, "rate_high": 6.0}, []),
    ({"assignee": "MAX orr"}, ["lou"]),
    ({"assignee": "Ruth Calder"}, []),
    ({"text": "best"}, ["warned"]),
    ({"text": "BEST"}, ["warned"]),
    ({"text": '"best" loan\nfor'}, ["warned"]),
    ({"text": "100% of_us"}, ["warned"]),
    ({"text": "100_"}, []),
    ({"text": "%"}, ["warned", "rate.low", "rate.high", "ten"]),
    ({"text": "\\"}, []),
    ({"text": "Ärger"}, ["warned"]),
    ({"text": "RATE.L"}, ["rate.low"]),
    ({"text": "provenance"}, []),
    ({"text": "consumer"}, []),
    ({"text": "Owners"}, []),
    ({"text": "'; DROP TABLE pieces; --"}, []),
    ({"overdue_at": AT + timedelta(days=30), "channel": "meta"}, []),
    ({"claim": "rate", "state": "CA", "licence": "CA", "rate_low": 6}, ["rate.low"]),
]  # fmt: skip


def test_each_condition_finds_what_it_names(engine: Engine):
    fill(engine)
    wrong = {}
    for asked, wanted in ASKED:
        if (names := found(engine, Filter.model_validate(asked))) != wanted:
            wrong[str(asked)] = names
    assert wrong == {}


def test_what_is_late_is_what_is_past_its_limit(engine: Engine):
    fill(engine)
    limits = {made.piece.piece_id: load_piece(engine, made.piece.piece_id).due_at for made in PIECES}
    assert limits["loud"] is None
    due = limits["plain"]
    assert due is not None
    assert "plain" not in found(engine, Filter(overdue_at=due))
    late = found(engine, Filter(overdue_at=due + timedelta(seconds=1)))
    assert "plain" in late
    assert "loud" not in late


def test_of_a_class(engine: Engine):
    fill(engine)
    key = load_piece(engine, "plain").class_key
    assert "plain" in found(engine, Filter(class_key=key))
    assert found(engine, Filter(class_key=key[:-1])) == []


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, dict[str, StoredPiece]]]:
    path: Path = tmp_path_factory.mktemp("filled") / "vallum.db"
    engine = open_database(f"sqlite:///{path}")
    fill(engine)
    yield engine, {made.piece.piece_id: load_piece(engine, made.piece.piece_id) for made in PIECES}
    engine.dispose()


EIGHTHS = st.integers(40, 90).map(lambda eighths: eighths / 8)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "statuses": st.sampled_from([(), WAITING, (Status.PENDING,), (Status.APPROVED, Status.BLOCKED)]),
        "run": st.sampled_from(["run-1", "run-2"]),
        "channel": st.sampled_from(["email", "meta", "linkedin"]),
        "state": st.sampled_from(["CA", "WA", "id", "TX"]),
        "product": st.sampled_from(["fha", "va"]),
        "rule": st.sampled_from(["test.best", "test.guaranteed", "test"]),
        "verdict": st.sampled_from(["pass", "warn", "block"]),
        "originator": st.sampled_from(["Lou Field", "pat reed", "2000001", "field"]),
        "claim": st.sampled_from(["rate", "apr", "legend", "own_rate", "legends"]),
        "licence": st.sampled_from(["CA", "nv", "NY", "WA"]),
        "rate_low": EIGHTHS,
        "rate_high": EIGHTHS,
        "assignee": st.sampled_from(["Max Orr", "max  orr", "Ruth Calder"]),
        "text": st.sampled_from(["t", "RATE", "today", "%", "_", "best", "0", ".", '"']),
    },
)


@settings(max_examples=150, deadline=None)
@given(asked=FILTERS)
def test_conditions_together_find_what_fits_all_of_them(
    filled: tuple[Engine, dict[str, StoredPiece]], asked: dict[str, Any]
):
    engine, pieces = filled
    wanted = Filter.model_validate(asked)
    assert found(engine, wanted) == [name for name, stored in pieces.items() if fits(stored, wanted)]


# facets


def test_a_value_that_stands_nowhere_is_not_shown():
    piece = a_piece(**numbers({"rate": 6.125}, "CA"))
    hidden = piece.model_copy(update={"bindings": ()})
    assert {name for name, _ in facets_of(hidden, ())} == set()
    assert ("rate", "06.1250") in facets_of(piece, ())


@given(st.floats(0, 30), st.floats(0, 30))
def test_rates_sort_as_numbers_do(one: float, other: float):
    if abs(one - other) > 0.0001:
        assert (rate_text(one) < rate_text(other)) is (one < other)


# a filter as it is asked for and told


def test_a_filter_in_words_is_what_the_log_says():
    asked = Filter(statuses=(Status.PENDING,), state="CA", rate_low=6.0, claim="rate")
    assert asked.in_words == "pending, state CA, claim rate, rate low 6.0"
    assert Filter().in_words == "pending or blocked"
    assert Filter(statuses=()).in_words == "any status"


@pytest.mark.parametrize(
    "asked",
    [
        {"verdict": "fine"}, {"rate_low": -1}, {"rate_high": 31}, {"statuses": ("lost",)}, {"states": "CA"},
        {"rate_low": float("nan")}, {"overdue_at": "soon"},
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_no_filter(asked: dict[str, Any]):
    with pytest.raises(ValidationError):
        Filter.model_validate(asked)


def test_a_moment_of_another_zone_is_the_same_moment(engine: Engine):
    fill(engine)
    due = load_piece(engine, "plain").due_at
    assert isinstance(due, datetime)
    here = (due + timedelta(seconds=1)).astimezone(LENDER.zone)
    assert "plain" in found(engine, Filter(overdue_at=here))
