import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.errors import UnknownName
from campaign.lender import parse_lender
from tools.book.engine import Book, open_book
from tools.book.fill import FILLABLE, fill_hmda
from tools.book.importing import import_file
from tools.book.origins import origin_of
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)
AT = datetime(2026, 2, 27, 6, tzinfo=UTC)
BARE = ("action_taken_recoded", "loan_amount", "interest_rate", "property_value", "derived_race")
FULL = (
    *BARE,
    "activity_year",
    "state_code",
    "loan_type",
    "loan_purpose",
    "lien_status",
    "occupancy_type",
    "loan_term",
)


def made_up_row(number: int) -> dict[str, str]:
    return {
        "action_taken_recoded": "1",
        "loan_amount": str(25_000 + 10_000 * (number % 90)),
        "interest_rate": str(5 + number % 24 / 8),
        "property_value": str(405_000 + 10_000 * (number % 40)),
        "derived_race": "White",
        "activity_year": "2021",
        "state_code": ("CA", "NY", "NA")[number % 3],
        "loan_type": "1",
        "loan_purpose": ("1", "31", "32")[number % 3],
        "lien_status": "1",
        "occupancy_type": "1",
        "loan_term": ("360", "180")[number % 2],
    }


def import_rows(book: Book, folder: Path, name: str, fields: tuple[str, ...], rows: int = 300) -> None:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(made_up_row(number) for number in range(rows))
    import_file(
        book, path, form="hmda", rejects=folder, monitoring=folder / "m.duckdb", at=AT, zone=LENDER.zone
    )


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as opened:
        import_rows(opened, tmp_path, "bare", BARE)
        import_rows(opened, tmp_path, "full", FULL)
        yield opened


def fill(book: Book, source: str, *, seed: int = 7) -> dict[str, dict[str, Any]]:
    return dict(fill_hmda(book, source, seed=seed, lender=LENDER, as_of=DAY, at=AT))


def rows(book: Book, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.table(table).to_pyarrow().to_pylist()
    return sorted(found, key=str)


def loans(book: Book, source: str) -> list[dict[str, Any]]:
    return [row for row in rows(book, "loans") if row["imported_from"] == source]


def test_what_was_reported_stays_as_it_was(book: Book) -> None:
    before = {row["loan_id"]: row for row in rows(book, "loans")}
    for source in ("bare", "full"):
        fill(book, source)
    after = {row["loan_id"]: row for row in rows(book, "loans")}
    assert before.keys() == after.keys()
    for loan_id, row in before.items():
        for column, value in row.items():
            if value is not None:
                assert after[loan_id][column] == value, column


def test_every_missing_column_is_filled_and_marked(book: Book) -> None:
    origins = fill(book, "bare")["loans"]
    assert set(origins) == FILLABLE - {"status"}
    assert set(origins.values()) == {"generated"}
    for column in origins:
        assert all(row[column] is not None for row in loans(book, "bare")), column
        assert origin_of(book, "loans", column)["bare"] == "generated"
    assert origin_of(book, "loans", "note_rate")["bare"] == "real"


def test_a_column_the_file_has_is_left_alone_even_where_it_is_empty(book: Book) -> None:
    origins = fill(book, "full")["loans"]
    assert set(origins) == {"contact_id", "fico", "funded_date", "first_payment_date", "rate_type"}
    assert origin_of(book, "loans", "state")["full"] == "real"
    assert {row["state"] for row in loans(book, "full")} == {"CA", "NY", None}


def test_amounts_rates_and_values_are_never_made_up(book: Book) -> None:
    assert not FILLABLE & {
        "note_rate",
        "original_amount",
        "property_value",
        "current_balance",
        "census_tract",
    }
    fill(book, "bare")
    assert all(row["census_tract"] is None and row["current_balance"] is None for row in loans(book, "bare"))


def test_other_imports_are_not_touched(book: Book) -> None:
    before = loans(book, "full")
    fill(book, "bare")
    assert loans(book, "full") == before
    assert all(row["contact_id"] is None for row in before)


def test_funding_falls_in_the_reported_year_or_in_2024_and_before_the_day(book: Book) -> None:
    for source in ("bare", "full"):
        fill(book, source)
    assert {row["funded_date"].year for row in loans(book, "full")} == {2021}
    assert {row["funded_date"].year for row in loans(book, "bare")} == {2024}
    assert all(row["first_payment_date"] > row["funded_date"] for row in loans(book, "bare"))


def test_an_earlier_day_sees_no_later_funding(book: Book) -> None:
    fill_hmda(book, "bare", seed=7, lender=LENDER, as_of=date(2024, 3, 1), at=AT)
    assert max(row["funded_date"] for row in loans(book, "bare")) < date(2024, 3, 1)
    assert max(row["at"] for row in rows(book, "events")) < datetime(2024, 3, 1)


def test_every_loan_has_a_fictitious_borrower_with_an_officer(book: Book) -> None:
    fill(book, "bare")
    fill(book, "full")
    contacts = {row["contact_id"]: row for row in rows(book, "contacts")}
    officers = {row["nmls"]: row["states"].split(";") for row in rows(book, "loan_officers")}
    for row in rows(book, "loans"):
        contact = contacts[row["contact_id"]]
        assert row["state"] in (None, contact["state"])
        assert contact["email"].split("@")[1] in ("example.com", "example.net", "example.org", "mail.example")
        assert contact["state"] in officers[contact["loan_officer_nmls"]]
    assert len({contact["email"] for contact in contacts.values()}) == len(contacts) == 600


def test_generated_states_are_licensed_ones(book: Book) -> None:
    fill(book, "bare")
    assert {row["state"] for row in loans(book, "bare")} <= set(LENDER.licenses)


def test_people_agree_and_act_as_in_the_example_book(book: Book) -> None:
    fill(book, "bare")
    consents = [row for row in rows(book, "consents") if row["channel"] == "email"]
    granted = {row["contact_id"] for row in consents if row["granted"]}
    assert 0.7 < len(granted) / 300 < 0.86
    events = rows(book, "events")
    assert {row["contact_id"] for row in events} <= granted
    assert max(row["at"] for row in events) < datetime(2026, 2, 26)
    assert origin_of(book, "events", "kind") == {"bare": "generated"}


def test_filling_again_with_the_same_seed_changes_nothing(book: Book) -> None:
    names = ("loans", "contacts", "consents", "suppressions", "events", "loan_officers", "column_origins")
    first = fill(book, "bare")
    before = {name: rows(book, name) for name in names}
    assert fill(book, "bare") == first
    assert {name: rows(book, name) for name in names} == before


def test_another_seed_makes_up_another_town(book: Book) -> None:
    fill(book, "bare", seed=1)
    names = [row["last_name"] for row in rows(book, "contacts")]
    fill(book, "bare", seed=2)
    assert [row["last_name"] for row in rows(book, "contacts")] != names


def test_small_amounts_become_subordinate_liens_more_often(book: Book) -> None:
    fill(book, "bare")
    small = [row["lien"] for row in loans(book, "bare") if row["original_amount"] < 150_000]
    large = [row["lien"] for row in loans(book, "bare") if row["original_amount"] > 500_000]
    assert small.count(2) / len(small) > large.count(2) / len(large) + 0.1


def test_the_work_is_recorded(book: Book) -> None:
    fill(book, "bare")
    made = [row for row in rows(book, "imports") if row["file"] == "generated"]
    assert {row["table_name"] for row in made} >= {"contacts", "loans", "events", "consents"}
    assert {row["source"] for row in made} == {"bare"}


def test_an_import_that_does_not_exist_is_refused_and_nothing_changes(book: Book) -> None:
    before = rows(book, "loans")
    with pytest.raises(UnknownName, match="came with `elsewhere`"):
        fill(book, "elsewhere")
    assert rows(book, "loans") == before


@pytest.mark.real
def test_the_real_files_are_filled_around(tmp_path: Path, real_loans: tuple[Path, Path]) -> None:
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as book:
        for path in real_loans:
            import_file(
                book,
                path,
                form="hmda",
                rejects=tmp_path,
                monitoring=tmp_path / "m.duckdb",
                at=AT,
                zone=LENDER.zone,
            )
        made = {source: set(fill(book, source)["loans"]) for source in _sources(book)}
    assert made["hmda_originated_core"] == {"contact_id", "fico", "funded_date", "first_payment_date"}
    assert made["hmda_2024_partial"] == FILLABLE - {"status"}


def _sources(book: Book) -> list[str]:
    return sorted({row["imported_from"] for row in rows(book, "loans")})
