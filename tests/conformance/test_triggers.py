"""The same borrowers, reasons and figures on every engine, and those of the plain reference."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from campaign.lender import parse_lender
from tests.conformance.book_engines import filled_book, spark_book
from tests.conformance.trigger_books import AT, Tables, lenders, random_book, random_sheet
from tests.conformance.trigger_reference import Reference
from tools.book.engine import Book
from tools.triggers.reasons import ELIGIBLE, OF_THE_CONTACT, OWN_REASONS, TRIGGERS
from tools.triggers.scan import scan
from tools.workspace import EXAMPLE_LENDER

LENDERS = lenders(parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8")))
CENT = 0.011
"""By how much a balance worked out payment by payment may differ from one worked out at once, dollars."""
OVER_THE_LIFE = 480 * CENT
SEEDS = tuple(range(4))
LOANS = 1_500


@contextmanager
def book_on(engine: str, tables: Tables, request: pytest.FixtureRequest) -> Iterator[Book]:
    if engine == "spark":
        with spark_book(tables) as book:
            yield book
        return
    url = "duckdb://" if engine == "duckdb" else request.getfixturevalue("postgres_url")
    with filled_book(url, tables) as book:
        yield book


def scanned(book: Book, seed: int) -> list[dict[str, Any]]:
    found = scan(book, random_sheet(seed), LENDERS[seed % 2], at=AT).to_pyarrow().to_pylist()
    return sorted(found, key=place)


def place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["trigger"], row["loan_id"] or "", row["contact_id"] or ""


@pytest.fixture(scope="module")
def on_duckdb() -> dict[int, list[dict[str, Any]]]:
    """What DuckDB answers, by seed."""
    answers = {}
    for seed in SEEDS:
        with filled_book("duckdb://", random_book(seed, LOANS)) as book:
            answers[seed] = scanned(book, seed)
    return answers


@pytest.mark.parametrize("seed", SEEDS)
def test_the_scan_is_the_reference(seed: int, on_duckdb: Any) -> None:
    reference = Reference(random_book(seed, LOANS), random_sheet(seed), LENDERS[seed % 2], AT)
    wanted = sorted(reference.rows(), key=place)
    found = on_duckdb[seed]
    assert [place(row) for row in found] == [place(row) for row in wanted]
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours.keys() == theirs.keys()
        for name, value in ours.items():
            if isinstance(value, float):
                near = OVER_THE_LIFE if name == "lifetime_interest_change_usd" else CENT
                assert value == pytest.approx(theirs[name], abs=near), (name, ours, theirs)
            else:
                assert value == theirs[name], (name, ours, theirs)


def test_every_reason_of_every_trigger_occurs(on_duckdb: Any) -> None:
    seen = {(row["trigger"], row["reason"]) for rows in on_duckdb.values() for row in rows}
    of_the_contact = {
        (trigger, reason) for trigger in TRIGGERS for reason in (ELIGIBLE, *OF_THE_CONTACT)
    } - NEVER  # fmt: skip
    assert of_the_contact - seen == set()
    assert {(trigger, reason) for trigger, own in OWN_REASONS.items() for reason in own} - seen == set()
    assert seen <= of_the_contact | {(trigger, one) for trigger, own in OWN_REASONS.items() for one in own}


QUIET = (
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
)
"""What pyspark's own code does with pandas and sockets."""
NEVER = {
    ("preapproval_expiry", "recent_application"), ("quiet_lead", "no_contact"), ("quiet_lead", "partner"),
}  # fmt: skip
"""A preapproval is an application; a lead is a contact and no partner."""


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("postgresql", marks=pytest.mark.server),
        pytest.param("spark", marks=[pytest.mark.server, *QUIET]),
    ],
)
def test_every_engine_answers_the_same(engine: str, on_duckdb: Any, request: pytest.FixtureRequest) -> None:
    for seed in SEEDS[: 1 if engine == "spark" else None]:
        with book_on(engine, random_book(seed, LOANS), request) as book:
            assert scanned(book, seed) == on_duckdb[seed]
