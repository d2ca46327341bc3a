"""What is real and what is made up: no finding, no cut and no profile rests on fiction beside facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.provenance import Origins, kin, observed
from tests.agents.books import Mixed, bring, part
from tools.book.engine import open_book

PARTLY = Origins(
    {
        "purpose": {"records": "real", "filled": "generated"},
        "ltv": {"records": "derived", "filled": "generated"},
        "fico": {"records": "generated", "filled": "generated"},
    }
)
EXAMPLE = Origins({"purpose": {"csv": "generated"}, "fico": {"csv": "generated"}})


def test_the_best_origin_of_a_column_is_told() -> None:
    assert [PARTLY.of(name) for name in ("purpose", "ltv", "fico", "clicks")] == [
        "real", "derived", "generated", "generated",
    ]  # fmt: skip


def test_a_profile_shows_reported_values_only_beside_made_up_ones() -> None:
    assert PARTLY.trusted("purpose") == ("records",)
    assert PARTLY.trusted("fico") == ()
    assert EXAMPLE.trusted("fico") is None


def test_the_share_of_known_values_counts_loans_and_not_sources() -> None:
    known = PARTLY.known({"records": 300, "filled": 100})
    assert known == {"purpose": 0.75, "ltv": 0.75, "fico": 0.0}
    assert EXAMPLE.known({"csv": 5}) == {}


def test_columns_that_move_together_by_definition_count_as_one() -> None:
    assert {"note_rate", "rate_gap_bps"} <= kin({"rate_gap_bps"})
    assert "original_amount" in kin({"ltv"})
    assert kin({"purpose"}) == {"purpose"}


def test_only_rows_of_sources_that_reported_a_column_are_tested() -> None:
    rows = {
        "source": np.array(["records", "filled"], dtype=object),
        "purpose": np.array(["purchase", "refinance"], dtype=object),
        "ltv": np.array([70.0, 80.0]),
        "fico": np.array([700.0, 710.0]),
    }
    found = {one.column: one for one in observed(rows, PARTLY, {"ltv"})}
    assert set(found) == {"purpose", "ltv"}
    assert found["purpose"].usable.tolist() == [True, False]
    assert found["ltv"].in_predicate


def test_the_note_says_what_is_what() -> None:
    assert "reported: purpose" in PARTLY.note()
    assert "neither tested nor learnt from: fico" in PARTLY.note()
    assert "generated for an example" in EXAMPLE.note()
    assert "does not say" in Origins({}).note()


def test_no_finding_and_no_cut_rests_on_a_column_that_was_made_up(tmp_path: Path) -> None:
    made_up = ("fico", "funded_date", "occupancy")
    with open_book("duckdb://") as book:
        bring(book, Mixed(tmp_path).write(1_500, made_up), tmp_path)
        parted = part(book)
    tested = {found.column: found.origin for one in parted.segments for found in one.differences}
    assert tested["purpose"] == "real"
    assert not set(tested) & {"fico", "months_since_funding", "occupancy", "current_balance", "ltv"}
    cut_on = {step.column for one in parted.segments for step in one.predicate.conditions}
    assert "rate_gap_bps" in cut_on
    assert not cut_on & {"fico", "months_since_funding", "occupancy", "current_balance", "ltv"}
    assert not {"occupancy", "months since funding"} & set(parted.segments[0].profile)
    assert "fico" in parted.origin_note


def test_a_handful_of_loans_is_parted_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    with open_book("duckdb://") as book:
        bring(book, Mixed(tmp_path).write(12, ()), tmp_path)
        parted = part(book)
    assert sum(one.size for one in parted.segments) == 12
    assert len(parted.segments) < 3
    assert any("three segments" in note for note in parted.notes)


@pytest.mark.real
def test_real_public_loans_differ_on_what_was_reported(tmp_path: Path, real_loans: tuple[Path, Path]) -> None:
    with open_book("duckdb://") as book:
        bring(book, real_loans[0], tmp_path, form="hmda")
        parted = part(book)
    assert 3 <= len(parted.segments) <= 5
    assert sum(one.size for one in parted.segments) == 15_479
    for one in parted.segments:
        assert [found for found in one.differences if not found.in_predicate and found.p_value <= 0.01]
        assert all(difference.origin in ("real", "derived") for difference in one.differences)
