"""Public loan files: what is a funded loan, what the codes mean, and where the demographics go."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from campaign.errors import Unreadable
from tests.tools.book.books import AT, ZONE, bring, rejects, rows
from tools.book.engine import Book, open_book
from tools.book.importing import import_file
from tools.book.schemas import SCHEMAS

HEADER = (
    "activity_year,action_taken,loan_type,loan_purpose,lien_status,open_end_line_of_credit,occupancy_type,"
    "loan_amount,interest_rate,loan_term,intro_rate_period,property_value,state_code,county_code,"
    "conforming_loan_limit,derived_race,derived_ethnicity,derived_sex,applicant_age,"
    "tract_minority_population_percent,income\n"
)
PERSON = "Race A,Ethnicity B,Sex C,35-44,41.5,99\n"


def lar(*loans: str) -> str:
    return HEADER + "".join(f"2024,{loan},{PERSON}" for loan in loans)


def test_codes_become_words(book: Book, tmp_path: Path) -> None:
    text = lar(
        "1,1,1,1,2,1,305000.0,6.875,360,NA,455000,CA,6037,C",
        "1,1,31,1,2,2,905000.0,7,360,60,1205000,NY,36061,C",
        "1,1,32,2,1,3,55000,8.5,240,1,NA,CA,06037,C",
        "1,2,4,1,2,1,205000,6.5,360,Exempt,Exempt,CA,06037,NC",
        "1,3,2,1,2,1,205000,6.5,180.0,NA,,CA,06037,NA",
        "1,1,5,1,2,1,1205000,6.5,360,360,,CA,06037,NC",
    )
    report = bring(book, tmp_path, "lar.csv", text, form="hmda")
    assert (report.taken, report.rejected, report.source) == (6, 0, "lar")
    told = ("product", "purpose", "lien", "occupancy", "rate_type", "term_months")
    assert [tuple(row[name] for name in told) for row in rows(book, "loans")] == [
        ("conventional", "purchase", 1, "principal", "fixed", 360),
        ("arm", "refinance", 1, "second", "adjustable", 360),
        ("heloc", "cash_out", 2, "investment", "adjustable", 240),
        ("fha", "other", 1, "principal", None, 360),
        ("va", "improvement", 1, "principal", "fixed", 180),
        ("jumbo", None, 1, "principal", "fixed", 360),
    ]
    first = rows(book, "loans")[0]
    assert (first["loan_id"], first["status"], first["county_fips"]) == ("hmda-lar-2", "funded", "06037")
    assert (first["original_amount"], first["property_value"], first["activity_year"]) == (
        305_000,
        455_000,
        2024,
    )
    assert first["contact_id"] is first["fico"] is first["funded_date"] is None


def test_other_outcomes_are_skipped_and_a_loan_without_a_rate_is_refused(book: Book, tmp_path: Path) -> None:
    tail = "360,NA,455000,CA,06037,C"
    text = lar(
        f"1,1,1,1,2,1,305000,6.875,{tail}",
        f"3,1,1,1,2,1,305000,,{tail}",
        f"6,1,1,1,2,1,305000,6.5,{tail}",
        f"1,1,1,1,2,1,305000,0.0,{tail}",
        f"1,1,1,1,2,1,305000,NA,{tail}",
        f"1,1,1,1,2,1,305000,Exempt,{tail}",
        f"1,1,1,1,2,1,305000,65,{tail}",
        f"1,1,1,1,2,1,six,6.5,{tail}",
        f"1,1,1,1,2,1,305000,6.5,{tail.replace('CA', 'XX')}",
    )
    report = bring(book, tmp_path, "lar.csv", text, form="hmda")
    assert (report.taken, report.rejected, report.skipped) == (1, 6, {"not originated": 2})
    assert rejects(report) == [
        "5,note_rate,0.0,has no rate reported",
        "6,note_rate,NA,has no rate reported",
        "7,note_rate,Exempt,has no rate reported",
        "8,note_rate,65,is no rate between 0 and 20 percent",
        "9,original_amount,six,is no number",
        "10,state,XX,is no US state",
    ]


def test_names_may_be_written_with_dashes_and_the_product_may_be_derived(book: Book, tmp_path: Path) -> None:
    text = (
        "Loan-Amount,interest-rate,derived-loan-product-type,action-taken\n"
        "305000,6.5,FHA:First Lien,1\n305000,6.5,Conventional:Subordinate Lien,1.0\n305000,6.5,FSA/RHS:First Lien,1\n"
    )
    bring(book, tmp_path, "lar.csv", text, form="hmda")
    assert [(row["product"], row["lien"]) for row in rows(book, "loans")] == [
        ("fha", 1), ("conventional", 2), ("usda", 1),
    ]  # fmt: skip


def test_a_subset_of_columns_leaves_the_others_missing_and_unmarked(book: Book, tmp_path: Path) -> None:
    text = "action_taken_recoded,loan_amount,interest_rate\n1,305000,6.5\n0,305000,\n"
    report = bring(book, tmp_path, "part.csv", text, form="hmda")
    assert (report.taken, report.skipped) == (1, {"not originated": 1})
    assert report.origins == dict.fromkeys(("loan_id", "note_rate", "original_amount", "status"), "real")
    assert rows(book, "loans")[0]["product"] is None


def test_demographics_go_to_monitoring_and_nowhere_else(tmp_path: Path) -> None:
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as book:
        report = bring(
            book, tmp_path, "lar.csv", lar("1,1,1,1,2,1,305000,6.5,360,NA,455000,CA,06037,C"), form="hmda"
        )
    assert [(part.table, part.taken) for part in report.also] == [("monitoring", 1)]
    with duckdb.connect(str(tmp_path / "monitoring.duckdb"), read_only=True) as engine:
        found = engine.execute(
            "SELECT race, ethnicity, sex, age_band, tract_minority_percent FROM monitoring"
        )
        assert found.fetchall() == [("Race A", "Ethnicity B", "Sex C", "35-44", 41.5)]
    book_bytes = (tmp_path / "book.duckdb").read_bytes()
    for word in (b"Race A", b"Ethnicity B", b"Sex C", b"35-44"):
        assert word not in book_bytes


def test_raw_codes_stand_in_for_derived_demographics(book: Book, tmp_path: Path) -> None:
    text = "loan_amount,interest_rate,applicant_race_1,applicant_ethnicity_1,applicant_sex,applicant_age\n"
    bring(book, tmp_path, "lar.csv", text + "305000,6.5,2,1,2,8888\n", form="hmda")
    with duckdb.connect(str(tmp_path / "monitoring.duckdb"), read_only=True) as engine:
        found = engine.execute("SELECT race, ethnicity, sex, age_band FROM monitoring").fetchall()
    assert found == [("Asian", "Hispanic or Latino", "Female", None)]


def test_a_table_of_demographics_goes_there_too(book: Book, tmp_path: Path) -> None:
    report = bring(book, tmp_path, "monitoring.csv", "loan_id,race,ethnicity,sex,age_band\nL1,A,B,C,35-44\n")
    assert (report.table, report.taken) == ("monitoring", 1)
    assert (tmp_path / "monitoring.duckdb").is_file()
    assert "monitoring" not in book.connection.list_tables()


def test_a_file_without_rates_is_no_public_loan_file(book: Book, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"lar\.csv: has no field `interest_rate`"):
        bring(book, tmp_path, "lar.csv", "loan_amount,loan_type\n305000,1\n", form="hmda")


@pytest.mark.real
def test_the_public_files_bring_their_originated_loans(real_loans: tuple[Path, Path], tmp_path: Path) -> None:
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as book:
        core, partial = (
            import_file(
                book, path, form="hmda", rejects=tmp_path, monitoring=tmp_path / "m.duckdb", at=AT, zone=ZONE
            )
            for path in real_loans
        )
        assert (core.taken, core.rejected, core.skipped) == (15_479, 0, {})
        assert (partial.taken, partial.rejected, partial.skipped) == (12_376, 452, {"not originated": 13_316})
        assert {"product", "purpose", "state", "term_months", "lien"} <= core.origins.keys()
        assert not {"product", "purpose", "state", "term_months", "lien"} & partial.origins.keys()
        held = set(book.table("loans").columns) | set(book.table("contacts").columns)
        assert not held & (set(SCHEMAS["monitoring"].headers) - {"loan_id"})
