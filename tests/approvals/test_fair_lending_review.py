"""The review on a book with a planted disparity: found, explained without a name, and a neighbour offered."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from approvals.fair_lending_review import Reviewer
from campaign.errors import BadInput
from campaign.fair_lending import FairLendingLines, FairLendingReview
from tests.approvals.parted import HIGH, PARTED, PLAN
from tests.tools.book.books import AT, OFFERS, ZONE
from tools.book.engine import Book, open_book
from tools.book.importing import import_file

ROWS = 4_000


def write(path: Path, header: list[str], rows: Iterator[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def planted(folder: Path, fico: Callable[[int, bool], int], *, records: bool = True) -> Reviewer:
    """Every fourth loan is of the group `Teal`; scores are the test's, all else is alike."""
    url, monitoring = f"duckdb://{folder / 'book.duckdb'}", folder / "monitoring.duckdb"
    loans = (
        [f"L{n}", f"C{n}", "funded", "conventional", 6.5, 300_000, fico(n, n % 4 == 0), ("CA", "NY")[n % 2],
         f"060{n % 60:08d}"]
        for n in range(ROWS)
    )  # fmt: skip
    files = [
        write(
            folder / "loans.csv",
            [
                "loan_id",
                "contact_id",
                "status",
                "product",
                "note_rate",
                "original_amount",
                "fico",
                "state",
                "census_tract",
            ],
            loans,
        )
    ]
    if records:
        told = (
            [f"L{n}", "Teal" if n % 4 == 0 else "Plum", "Joint", "Race Not Available"] for n in range(ROWS)
        )
        files.append(write(folder / "monitoring.csv", ["loan_id", "race", "sex", "ethnicity"], told))
    with open_book(url) as book:
        for path in files:
            import_file(book, path, rejects=folder / "rejects", monitoring=monitoring, at=AT, zone=ZONE)

    @contextmanager
    def opened() -> Iterator[Book]:
        with open_book(url, write=False) as book:
            yield book

    return Reviewer(
        opened, monitoring, worth=lambda view: view.current_balance * 0.01, lines=FairLendingLines()
    )


def review(reviewer: Reviewer) -> FairLendingReview:
    return reviewer.review(PARTED, PLAN, offers=OFFERS, at=AT)


def near(n: int, teal: bool) -> int:
    """Plum stands at 720 to 749 and Teal at 700 to 749 for the upper half: a line at 700 treats both alike."""
    if n % 8 >= 4:
        return 600 + n % 50
    return 720 + n % 30 if not teal or n % 3 == 0 else 700 + n % 10


def far(n: int, teal: bool) -> int:
    """Teal's scores lie far below the line, and between them there is nobody: no one step mends it."""
    if teal:
        return 740 if n % 5 == 0 else 450 + n % 50
    return 740 if n % 2 else 640 + n % 20


def test_a_planted_disparity_is_found_with_the_ratio_of_its_counts(tmp_path: Path):
    found = review(planted(tmp_path, near)).segments["high"]
    chosen = [n for n in range(ROWS) if near(n, n % 4 == 0) >= 720]
    teal = sum(n % 4 == 0 for n in chosen)
    expected = (teal / (ROWS / 4)) / ((len(chosen) - teal) / (3 * ROWS / 4))
    assert found.verdict == "disparity"
    assert found.ratio == pytest.approx(expected)
    assert found.ratio < 0.8
    assert found.interval is not None
    assert found.interval[0] < expected < found.interval[1] < 0.8


def test_a_neighbour_that_treats_groups_alike_is_offered_and_nothing_is_applied(tmp_path: Path):
    found = review(planted(tmp_path, near)).segments["high"]
    best = found.alternatives[0]
    (moved,) = best.predicate.conditions
    assert (moved.column, moved.operator) == ("fico", "at_least")
    assert 600 < float(str(moved.value)) <= 700
    assert best.ratio_before == pytest.approx(found.ratio)
    assert best.ratio >= 0.8
    assert best.value_kept >= 0.8
    assert PARTED.segments[0].predicate.conditions == (HIGH,)


def test_none_is_offered_where_none_exists(tmp_path: Path):
    found = review(planted(tmp_path, far)).segments["high"]
    assert found.verdict == "disparity"
    assert found.alternatives == ()


def test_no_disparity_no_search(tmp_path: Path):
    reviewed = review(planted(tmp_path, lambda n, _: 700 + n // 4 % 50))
    assert {one.verdict for one in reviewed.segments.values()} == {"fine"}
    assert all(one.alternatives == () for one in reviewed.named().values())
    assert reviewed.known_share == 1


def test_nobody_who_may_be_written_to_is_too_few_to_say(tmp_path: Path):
    reviewed = review(planted(tmp_path, near))
    assert reviewed.placements["high.email"].verdict == "too_few", "no consent is on record"
    assert reviewed.placements["high.meta"].ratio == pytest.approx(reviewed.segments["high"].ratio)
    assert {one.states: one.result.verdict for one in reviewed.targeting}[("CA", "NY")] == "fine"


def test_a_state_where_one_group_lives_is_a_disparity_of_the_setting(tmp_path: Path):
    # every Teal loan is even, so all of them are in CA: 100 % of Teal against a third of Plum is reached there
    reviewed = review(planted(tmp_path, near))
    california = {one.states: one.result for one in reviewed.targeting}[("CA",)]
    assert california.verdict == "disparity"
    assert california.ratio == pytest.approx(1 / 3)


def test_nothing_that_leaves_the_review_names_or_counts_anybody(tmp_path: Path):
    said = review(planted(tmp_path, near)).model_dump_json().casefold()
    assert all(word not in said for word in ("teal", "plum", "race", "ethnicity", "sex", "4000", "4,000"))


def test_without_records_the_review_says_so(tmp_path: Path):
    with pytest.raises(BadInput, match="No monitoring records were imported"):
        review(planted(tmp_path, near, records=False))


def test_the_book_is_left_as_it_was(tmp_path: Path):
    reviewer = planted(tmp_path, near)
    review(reviewer)
    with reviewer.open_book() as book:
        assert not [name for name in book.connection.list_tables() if "monitor" in name or "worked" in name]
        assert not [name for name in book.connection.list_catalogs() if "monitor" in name]
