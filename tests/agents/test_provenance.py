"""What is real and what is made up: no finding, no cut and no profile rests on fiction beside facts."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from agents.provenance import Origins, kin, observed
from campaign.segment import Segmentation
from tests.agents.books import FEBRUARY, LENDER, OCTOBER, Mixed, bring, moment, part, view
from tools.book.engine import open_book
from tools.book.fill import fill_hmda
from tools.book.predicates import compile_predicate

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
    note = PARTLY.note()
    assert "made up for others, tested on the former alone: purpose, ltv." in note
    assert "neither tested nor cut on: fico." in note
    assert "Expected dollars rest partly on made-up ltv." in note
    whole = Origins({"purpose": {"a": "real"}, "ltv": {"a": "derived"}}, {"product": ("a",)}).note()
    assert "Reported: purpose. Worked out from reported columns: ltv." in whole
    assert "no made-up column: rates are compared with the conventional offer where product" in whole
    assert "generated for an example" in EXAMPLE.note()
    assert "does not say" in Origins({}).note()


def test_no_finding_and_no_cut_rests_on_a_column_that_was_made_up(tmp_path: Path) -> None:
    made_up = ("fico", "funded_date", "occupancy")
    with open_book("duckdb://") as book:
        bring(book, Mixed(tmp_path).write(1_500, made_up), tmp_path)
        parted = part(book)
    tested = {found.column: found.origin for one in parted.segments for found in one.differences}
    assert tested["purpose"] == "real"
    assert not set(tested) & {"fico", "months_since_funding", "occupancy", "current_balance"}
    cut_on = {step.column for one in parted.segments for step in one.predicate.conditions}
    assert "rate_gap_bps" in cut_on
    assert not cut_on & {"fico", "months_since_funding", "occupancy", "current_balance"}
    assert not {"occupancy", "months since funding", "balance"} & set(parted.segments[0].profile)
    assert "amount lent" in parted.segments[0].profile
    assert "cut on: occupancy, fico, months_since_funding." in parted.origin_note
    assert "balances are the amount lent" in parted.origin_note


def test_expected_dollars_stay_the_same_whatever_was_made_up(tmp_path: Path) -> None:
    """The same loans twice, with other terms and funding days made up: nothing of it reaches the value."""
    values = []
    for made_up_term, made_up_day in ((360, "2023-03-15"), (180, "2019-08-01")):
        home = tmp_path / str(made_up_term)
        home.mkdir()
        path = Mixed(home).write(600, ("term_months", "funded_date"))
        text = re.sub(r",360,", f",{made_up_term},", path.read_text(encoding="utf-8"))
        path.write_text(re.sub(r"2023-\d\d-15", made_up_day, text), encoding="utf-8")
        with open_book("duckdb://") as book:
            bring(book, path, home)
            parted = part(book)
        values.append([(str(one.predicate), one.size, one.value_usd) for one in parted.segments])
    assert values[0] == values[1]


def test_a_handful_of_loans_is_parted_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    with open_book("duckdb://") as book:
        bring(book, Mixed(tmp_path).write(12, ()), tmp_path)
        parted = part(book)
    assert sum(one.size for one in parted.segments) == 12
    assert len(parted.segments) < 3
    assert any("three segments" in note for note in parted.notes)


def hmda_like(path: Path, rows: int) -> Path:
    """A public loan file of fictitious loans with a purpose: owners at high rates mostly bought."""
    chance = np.random.default_rng(8)
    with path.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow(["action_taken", "loan_purpose", "loan_amount", "interest_rate", "property_value"])
        for _ in range(rows):
            high = chance.random() < 0.4
            bought = chance.random() < (0.8 if high else 0.3)
            amount = int(chance.integers(10, 70)) * 10_000 + 5_000
            lines.writerow(
                [1, 1 if bought else 31, amount, round(float(chance.normal(7.4 if high else 3.2, 0.3)), 3),
                 int(amount / chance.uniform(0.2, 0.97) // 10_000) * 10_000 + 5_000]
            )  # fmt: skip
    return path


def test_a_public_file_that_says_the_purpose_proves_its_segments_by_it(tmp_path: Path) -> None:
    path = hmda_like(tmp_path / "loans.csv", 3_000)
    with open_book("duckdb://") as book:
        source = bring(book, path, tmp_path, form="hmda")
        fill_hmda(book, source, seed=7, lender=LENDER, as_of=FEBRUARY, at=moment(FEBRUARY))
        parted = part(book)
    proven_as_told(parted, 3_000)
    by_id = {one.segment_id: one for one in parted.segments}
    purpose = by_id["refinance_candidates"].differences[0]
    assert (purpose.column, purpose.origin, purpose.in_predicate) == ("purpose", "real", False)
    assert purpose.p_value < 0.01
    gap = [found for found in by_id["refinance_candidates"].differences if found.column == "rate_gap_bps"]
    assert [(found.origin, found.in_predicate) for found in gap] == [("derived", True)]
    assert "conventional 30-year offer where product and term_months were made up" in parted.origin_note


def proven_as_told(parted: Segmentation, loans: int) -> None:
    """Three to five exact parts, something untouched that differs, nothing made up told as a finding."""
    assert 3 <= len(parted.segments) <= 5
    assert sum(one.size for one in parted.segments) == loans
    cut_on = {step.column for one in parted.segments for step in one.predicate.conditions}
    found = [difference for one in parted.segments for difference in one.differences]
    assert [one for one in found if one.origin == "real" and one.column not in cut_on
            and not one.in_predicate and one.p_value < 0.01]  # fmt: skip
    made_up = parted.origin_note.partition("neither tested nor cut on: ")[2].partition(".")[0].split(", ")
    assert "fico" in made_up
    assert not {one.column for one in found} & set(made_up)
    assert not cut_on & set(made_up)
    assert all(one.origin in ("real", "derived") for one in found)


@pytest.mark.real
@pytest.mark.parametrize("day", [FEBRUARY, OCTOBER])
def test_real_public_loans_differ_on_what_was_reported(
    tmp_path: Path, real_loans: tuple[Path, Path], day: date
) -> None:
    with open_book("duckdb://") as book:
        for path in real_loans:
            source = bring(book, path, tmp_path, form="hmda")
            fill_hmda(book, source, seed=7, lender=LENDER, as_of=FEBRUARY, at=moment(FEBRUARY))
        parted = part(book, day)
        loans = view(book, day)
        held = [compile_predicate(one.predicate, loans).cast("int64") for one in parted.segments]
        parts = loans.select(parts=sum(held[1:], held[0])).parts
        assert (int(parts.min().execute()), int(parts.max().execute())) == (1, 1)
    proven_as_told(parted, 15_479 + 12_376)
    assert "refinance_candidates" in {one.segment_id for one in parted.segments}
    for one in parted.segments:
        tested = {found.column: found for found in one.differences}
        if "purpose" in tested:
            assert tested["purpose"].origin == "real"
            assert tested["purpose"].holdout_rows < 2_000
