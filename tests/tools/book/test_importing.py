"""One file into the book: taken, replaced, refused, counted, and never half applied."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput
from tests.tools.book.books import AT, ZONE, bring, rejects, rows
from tools.book.engine import TABLES, Book, open_book
from tools.book.importing import import_file, source_name

LOANS = (
    "loan_id,contact_id,status,product,purpose,note_rate,term_months,original_amount,funded_date,state\n"
    "L1,C1,funded,conventional,purchase,7.125,360,300000,2024-03-01,CA\n"
    "L2,C2,funded,fha,refinance,6.5,360,250000,2024-03-01,NY\n"
)
CONTACTS = "contact_id,kind,first_name,email,state\nC1,borrower,Ann,ann@example.com,CA\nC2,lead,Bo,,NY\n"


def everything(book: Book) -> dict[str, list[str]]:
    return {name: sorted(map(str, book.table(name).to_pyarrow().to_pylist())) for name in TABLES}


def test_a_file_is_taken_with_its_types_and_origins(book: Book, tmp_path: Path) -> None:
    report = bring(book, tmp_path, "loans.csv", LOANS)
    assert (report.table, report.taken, report.updated, report.rejected) == ("loans", 2, 0, 0)
    first = rows(book, "loans")[0]
    assert first["note_rate"] == 7.125
    assert first["funded_date"] == date(2024, 3, 1)
    assert first["imported_from"] == tmp_path.name
    assert set(report.origins.values()) == {"real"}
    assert report.rejects_file is None


def test_an_id_seen_again_updates_and_columns_the_file_lacks_stay(book: Book, tmp_path: Path) -> None:
    bring(book, tmp_path, "loans.csv", LOANS)
    report = bring(book, tmp_path, "loans.csv", "loan_id,note_rate,state\nL1,5.5,\nL9,6,TX\n")
    assert (report.taken, report.updated) == (2, 1)
    changed = rows(book, "loans")[0]
    assert changed["note_rate"] == 5.5
    assert changed["state"] is None
    assert changed["product"] == "conventional"
    assert len(rows(book, "loans")) == 3


def test_of_two_rows_with_one_id_the_later_wins_and_is_counted(book: Book, tmp_path: Path) -> None:
    report = bring(book, tmp_path, "loans.csv", LOANS + LOANS.splitlines()[1].replace("7.125", "6.25") + "\n")
    assert (report.taken, report.duplicates) == (2, 1)
    assert rows(book, "loans")[0]["note_rate"] == 6.25


def test_the_same_file_twice_is_the_same_book(book: Book, tmp_path: Path) -> None:
    events = (
        "contact_id,at,kind,channel,campaign\nC1,2026-01-02T10:00:00Z,open,email,\nC1,2026-01-03,click,,x\n"
    )
    suppressions = "contact_id,address,reason,at\n,ann@example.com,asked,2026-01-01\nC2,,asked,\n"
    for _ in range(2):
        bring(book, tmp_path, "events.csv", events)
        bring(book, tmp_path, "suppressions.csv", suppressions)
        bring(book, tmp_path, "loans.csv", LOANS)
    assert len(rows(book, "events")) == len(rows(book, "suppressions")) == len(rows(book, "loans")) == 2


def test_tables_come_in_any_order_and_references_are_counted_until_they_resolve(
    book: Book, tmp_path: Path
) -> None:
    assert bring(book, tmp_path, "loans.csv", LOANS).dangling == 2
    bring(book, tmp_path, "contacts.csv", CONTACTS)
    assert bring(book, tmp_path, "loans.csv", LOANS).dangling == 0


def test_impossible_values_are_refused_with_line_column_value_and_reason(book: Book, tmp_path: Path) -> None:
    bad = (
        "L3,C3,funded,conventional,purchase,65,360,-5,2024-03-01,ZZ\nL4,,lost,conventional,,six,360,1,//,CA\n"
    )
    report = bring(book, tmp_path, "loans.csv", LOANS + bad)
    assert (report.taken, report.rejected) == (2, 2)
    assert rejects(report) == [
        "4,note_rate,65,is no rate between 0 and 20 percent",
        "4,original_amount,-5,is a negative amount",
        "4,state,ZZ,is no US state",
        "5,note_rate,six,is no number",
        '5,status,lost,"is none of funded, applied, preapproved, withdrawn, denied, elsewhere"',
    ]


def test_a_row_without_its_key_is_refused(book: Book, tmp_path: Path) -> None:
    report = bring(
        book, tmp_path, "events.csv", "contact_id,at,kind\n,2026-01-01,open\nC1,//,open\nC1,2026-01-01,\n"
    )
    assert report.taken == 0
    assert rejects(report) == ["2,contact_id,,is missing", "3,at,//,is missing", "4,kind,,is missing"]


def test_a_clean_import_removes_the_rejects_of_an_earlier_one(book: Book, tmp_path: Path) -> None:
    refused = bring(book, tmp_path, "loans.csv", LOANS.replace("7.125", "71"))
    assert refused.rejects_file is not None
    assert refused.rejects_file.is_file()
    bring(book, tmp_path, "loans.csv", LOANS)
    assert not refused.rejects_file.exists()


def test_totals_and_blank_lines_are_no_loans(book: Book, tmp_path: Path) -> None:
    report = bring(book, tmp_path, "loans.csv", LOANS + ",,,,,,,,,\n\nGrand Totals,,,,,,,550000,,\n")
    assert (report.taken, report.rejected) == (2, 0)
    assert report.skipped == {"totals line": 1}


def test_a_column_of_fractions_is_percent_and_a_column_of_years_is_months(book: Book, tmp_path: Path) -> None:
    bring(book, tmp_path, "te.csv", "loan_number,loan_rate,loan_term\nA,0.0725,30\nB,0.065,15\n")
    assert [(row["note_rate"], row["term_months"]) for row in rows(book, "loans")] == [
        (7.25, 360),
        (6.5, 180),
    ]


def test_a_loan_system_export_brings_loans_and_their_borrowers(book: Book, tmp_path: Path) -> None:
    text = (
        "Fields.364,Fields.4000,Fields.1240,Fields.14,Fields.15,Fields.3,Fields.1401,Fields.748,Fields.1393\n"
        "1001,Ann,Ann@Example.com,NJ,8846,7.250,Conv 30 Yr Fixed,03/05/2024,Loan Originated\n"
        "1002,Ann,ann@example.com,NJ,8846,6.500,C15,//,Active Loan\n"
        "1003,Bo,,NJ,8846,6.500,C15,//,Active Loan\n"
        "1004,,,NJ,8846,6.500,C15,//,Active Loan\n"
    )
    report = bring(book, tmp_path, "pipeline.csv", text)
    assert (report.table, report.taken, report.dangling) == ("loans", 4, 0)
    assert [(part.table, part.taken) for part in report.also] == [("contacts", 2)]
    loans = rows(book, "loans")
    assert loans[0]["contact_id"] == loans[1]["contact_id"]
    assert [loan["contact_id"] for loan in loans[2:]] == ["borrower-1003", None]
    assert [loan["status"] for loan in loans] == ["funded", "applied", "applied", "applied"]
    assert [loan["term_months"] for loan in loans] == [360, 180, 180, 180]
    assert {row["zip"] for row in rows(book, "contacts")} == {"08846"}


def test_contacts_without_an_id_are_known_by_their_address(book: Book, tmp_path: Path) -> None:
    text = "First Name,Last Name,Email\nAnn,Lee,ann@example.com\nAnn,Ray,ANN@example.com\n"
    report = bring(book, tmp_path, "hub.csv", text)
    assert (report.taken, report.duplicates) == (1, 1)
    assert rows(book, "contacts")[0]["last_name"] == "Ray"
    assert report.origins["contact_id"] == report.origins["kind"] == "derived"


def test_columns_marked_beside_the_file_are_marked_in_the_book(book: Book, tmp_path: Path) -> None:
    (tmp_path / "origins.csv").write_text(
        "table_name,column_name,origin\nloans,note_rate,generated\nevents,at,real\n"
    )
    assert bring(book, tmp_path, "loans.csv", LOANS).origins["note_rate"] == "generated"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", ""),
        ("letter.csv", "Dear Sir,\nwith kind regards,\n"),
        ("loans.csv", "lone,rate\nL1,7\n"),
        ("loans.xlsx", "PK\x03\x04"),
        ("loans.csv.gz", LOANS),
    ],
)
def test_a_file_that_is_no_table_leaves_the_book_as_it_was(
    book: Book, tmp_path: Path, name: str, content: str
) -> None:
    bring(book, tmp_path, "contacts.csv", CONTACTS)
    before = everything(book)
    with pytest.raises(BadInput):
        bring(book, tmp_path, name, content)
    assert everything(book) == before


def test_an_import_that_fails_half_way_leaves_the_book_as_it_was(tmp_path: Path) -> None:
    """The monitoring file is no database: the loans were merged already when that comes out."""
    (tmp_path / "monitoring.duckdb").write_text("no database" * 1000)
    with open_book("duckdb://") as book:
        bring(book, tmp_path, "contacts.csv", CONTACTS)
        before = everything(book)
        lar = "action_taken,interest_rate,loan_amount,derived_race\n1,7,300000,White\n"
        with pytest.raises(BadInput, match="is no DuckDB book"):
            bring(book, tmp_path, "lar.csv", lar, form="hmda")
        assert everything(book) == before
        assert bring(book, tmp_path, "loans.csv", LOANS).taken == 2


def test_an_import_is_named_by_its_file_or_the_folder_of_a_table(tmp_path: Path) -> None:
    assert source_name(tmp_path / "hmda_2024.csv.gz") == "hmda_2024"
    assert source_name(tmp_path / "loans.csv") == tmp_path.name


ROW = st.tuples(st.integers(1, 6), st.sampled_from(["7", "6.5", "65", "six", "0", "NA"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=15))
def test_every_row_is_taken_replaced_or_refused_and_none_is_lost(
    tmp_path: Path, cells: list[tuple[int, str]]
) -> None:
    text = "loan_id,note_rate\n" + "".join(f"L{number},{rate}\n" for number, rate in cells)
    with open_book("duckdb://") as book:
        report = bring(book, tmp_path, "loans.csv", text)
        assert report.taken + report.duplicates + report.rejected == len(cells)
        good = {f"L{number}": rate for number, rate in cells if rate not in ("65", "six", "0")}
        found = {row["loan_id"]: row["note_rate"] for row in rows(book, "loans")}
        assert found == {loan: None if rate == "NA" else float(rate) for loan, rate in good.items()}


@pytest.mark.parametrize(
    "order", [("contacts", "loans", "loan_officers"), ("loan_officers", "loans", "contacts")]
)
def test_the_order_of_tables_does_not_matter(tmp_path: Path, order: tuple[str, ...]) -> None:
    files = {"loans": LOANS, "contacts": CONTACTS, "loan_officers": "nmls,name\n12345,Ann Lee\n"}
    books = []
    for names in (tuple(files), order):
        with open_book("duckdb://") as book:
            for name in names:
                bring(book, tmp_path, f"{name}.csv", files[name])
            books.append(everything(book))
    assert books[0] == books[1]


def test_a_book_on_disk_survives_its_process_and_keeps_no_staging(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_text(LOANS)
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as book:
        import_file(book, path, rejects=tmp_path, monitoring=tmp_path / "m.duckdb", at=AT, zone=ZONE)
    with duckdb.connect(str(tmp_path / "book.duckdb"), read_only=True) as engine:
        assert {row[0] for row in engine.execute("SHOW TABLES").fetchall()} == set(TABLES)
