"""Which loans of a book count, and from when: on the book's own engine, from lenders' files and public ones."""

from __future__ import annotations

from datetime import date

import pytest

from agents.backtest.counted_book import count_files, count_workspace
from agents.backtest.market_days import MarketDay
from agents.backtest.windows import read_windows
from campaign.errors import BadInput
from tests.agents.books import bring, moment
from tools.book.engine import open_book

HEADER = "loan_id,contact_id,status,product,lien,rate_type,note_rate,term_months,original_amount,funded_date"
LOANS = (
    "A,1,funded,conventional,1,fixed,7.0,360,300000,2024-02-29",
    "B,2,elsewhere,fha,1,fixed,7.125,360,300000,2024-03-01",
    "C,3,funded,conventional,1,fixed,6.5,180,300000,2023-12-31",
    "second lien,4,funded,conventional,2,fixed,9.0,360,30000,2023-01-15",
    "line of credit,5,funded,heloc,1,fixed,9.0,360,30000,2023-01-15",
    "adjustable,6,funded,arm,1,adjustable,9.0,360,300000,2023-01-15",
    "never funded,7,denied,conventional,1,fixed,9.0,360,300000,2023-01-15",
    "undated,8,funded,conventional,1,fixed,6.75,360,300000,",
)


def on(day: date, rate: float = 6.0, rate_15y: float = 5.5) -> MarketDay:
    return MarketDay(day, rate, rate_15y, True, False, False, False)


@pytest.fixture
def windows(tmp_path):
    path = tmp_path / "loans.csv"
    path.write_text("\n".join((HEADER, *LOANS)), encoding="utf-8")
    with open_book("duckdb://") as book:
        bring(book, path, tmp_path)
        return read_windows(book, until=date(2026, 10, 8), trigger_bps=50)


def test_first_lien_fixed_rates_count_ones_own_and_those_elsewhere(windows):
    assert (windows.loans, windows.undated) == (4, 1)
    assert windows.seasoned(on(date(2026, 1, 1))) == 4


def test_months_of_funding_are_the_calendars(windows):
    # C of December in August, A of February in October, B of March in November, the undated of July in March
    seasoned = {
        day: windows.seasoned(on(day))
        for day in (date(2024, 7, 31), date(2024, 8, 1), date(2024, 9, 30), date(2024, 10, 1), date(2024, 11, 1),
                    date(2025, 2, 28), date(2025, 3, 1))
    }  # fmt: skip
    assert list(seasoned.values()) == [0, 1, 1, 2, 3, 3, 4]


def test_fifteen_years_are_held_to_the_fifteen_year_rate(windows):
    late = date(2026, 1, 1)
    assert windows.open_for(on(late, rate=9.0, rate_15y=6.0)) == 1
    assert windows.open_for(on(late, rate=9.0, rate_15y=6.01)) == 0


def test_half_a_point_is_enough_and_a_hundredth_less_is_not(windows):
    late = date(2026, 1, 1)
    assert windows.open_for(on(late, rate=6.5, rate_15y=9)) == 2
    assert windows.open_for(on(late, rate=6.51, rate_15y=9)) == 1
    assert windows.uncovered(on(late, 6.5, 9), on(late, 6.51, 9)) == 1


def test_a_book_of_nothing_that_counts_is_refused(tmp_path):
    path = tmp_path / "loans.csv"
    path.write_text("\n".join((HEADER, LOANS[3])), encoding="utf-8")
    with open_book("duckdb://") as book:
        bring(book, path, tmp_path)
        with pytest.raises(BadInput, match="no first-lien fixed-rate loan"):
            read_windows(book, until=date(2026, 10, 8), trigger_bps=50)


def test_a_public_file_with_a_year_stands_in_its_july_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    files = [tmp_path / "dated.csv", tmp_path / "undated.csv"]
    files[0].write_text(
        "activity_year,loan_amount,interest_rate,action_taken\n2021,250000,4.0,1\n2021,1,4.0,3\n"
    )
    files[1].write_text("loan_amount,interest_rate,action_taken\n250000,7.0,1\n")
    told = []
    windows, source = count_files(
        files, until=date(2026, 10, 8), trigger_bps=50, at=moment(date(2026, 10, 8)), progress=told.append
    )
    assert (windows.loans, windows.undated, source) == (2, 1, "dated, undated")
    seasoned = [windows.seasoned(on(day)) for day in (date(2022, 2, 28), date(2022, 3, 1), date(2025, 3, 1))]
    assert seasoned == [0, 1, 2]
    assert told == ["dated.csv: 1 loans taken, 0 rejected", "undated.csv: 1 loans taken, 0 rejected"]
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_the_book_of_a_workspace_is_read_where_there_is_one(filled):
    from tools.workspace import open_workspace

    workspace = open_workspace({"VALLUM_HOME": str(filled)}, cwd=filled)
    windows, source = count_workspace(
        workspace, until=date(2026, 10, 8), trigger_bps=50, progress=lambda line: pytest.fail(line)
    )
    assert source == "Book of Cedar & Main"
    assert 1_000 < windows.loans < 1_500
    assert windows.undated == 0


@pytest.mark.real
def test_no_public_loan_triggers_before_it_was_made(real_loans):
    windows, _ = count_files(
        real_loans,
        until=date(2026, 10, 8),
        trigger_bps=50,
        at=moment(date(2026, 10, 8)),
        progress=lambda _: None,
    )
    assert windows.loans > windows.undated == 12_376, "one of the two files names no year"
    assert windows.open_for(on(date(2021, 2, 28), 0.5, 0.5)) == 0
    made_in_2020 = windows.open_for(on(date(2021, 3, 1), 0.5, 0.5))
    assert 0 < made_in_2020 <= 122
    assert windows.open_for(on(date(2022, 3, 1), 0.5, 0.5)) > 10_000
