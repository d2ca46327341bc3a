import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from campaign.errors import BadInput
from campaign.lender import Lender, parse_lender
from tools.book.engine import open_book
from tools.book.generated_people import STATE_FACTS
from tools.book.generator import GeneratedBook, generate_book
from tools.book.importing import import_file
from tools.book.schemas import SCHEMAS
from tools.market.series import shipped_market
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)
LOW, HIGH = shipped_market().survey(DAY).rate_30y, shipped_market().survey(date(2026, 10, 8)).rate_30y
RECENT = "status = 'funded' AND lien = 1 AND funded_date >= '2023-01-01' AND funded_date < '2025-01-01'"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> GeneratedBook:
    return generate_book(tmp_path_factory.mktemp("book"), loans=20_000, seed=7, lender=LENDER, as_of=DAY)


def ask(book: GeneratedBook, sql: str) -> list[tuple[Any, ...]]:
    """A query over the CSV files, `{loans}` and so on standing for them."""
    named = {name: f"read_csv('{path}', header=true, all_varchar=false)" for name, path in book.files.items()}
    return duckdb.sql(sql.format(**named)).fetchall()


def column(book: GeneratedBook, sql: str) -> NDArray[np.float64]:
    return np.array([row[0] for row in ask(book, sql)], dtype=np.float64)


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    one, same, other = (
        generate_book(tmp_path / name, loans=500, seed=seed, lender=LENDER, as_of=DAY)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    for name, path in one.files.items():
        assert path.read_bytes() == same.files[name].read_bytes()
    assert one.files["loans"].read_bytes() != other.files["loans"].read_bytes()


def test_every_table_has_the_header_of_the_book_and_is_marked_as_generated(book: GeneratedBook) -> None:
    assert set(book.files) == set(SCHEMAS)
    for name, path in book.files.items():
        header = path.read_text(encoding="utf-8").split("\n", 1)[0].replace('"', "").split(",")
        assert tuple(header) == SCHEMAS[name].headers
        assert set(book.origins[name]) == set(header)
        assert set(book.origins[name].values()) == {"generated"}
    assert (book.files["loans"].parent / "origins.csv").is_file()


def test_the_book_imports_without_a_refused_row(tmp_path: Path) -> None:
    book = generate_book(tmp_path / "example", loans=800, seed=7, lender=LENDER, as_of=DAY)
    at = datetime(2026, 2, 27, tzinfo=UTC)
    with open_book(f"duckdb://{tmp_path}/book.duckdb") as kept:
        for name, path in book.files.items():
            report = import_file(
                kept, path, rejects=tmp_path, monitoring=tmp_path / "m.duckdb", at=at, zone=LENDER.zone
            )
            assert (report.table, report.taken, report.rejected) == (name, book.rows[name], 0)
            assert set((report.origins or {}).values()) <= {"generated"}


def test_recent_first_mortgages_stand_above_the_survey_as_the_real_ones_do(book: GeneratedBook) -> None:
    rates = column(book, f"SELECT note_rate FROM {{loans}} WHERE {RECENT}")
    assert rates.size > 6_000
    assert abs((rates >= LOW + 0.5).mean() - 0.73) < 0.03
    assert abs((rates >= HIGH + 0.5).mean() - 0.14) < 0.025


def test_most_of_the_book_is_recent_and_a_fifth_is_of_the_low_years(book: GeneratedBook) -> None:
    counts = dict(
        ask(book, "SELECT year(funded_date), count(*) FROM {loans} WHERE status = 'funded' GROUP BY 1")
    )
    whole = sum(counts.values())
    assert 0.62 < sum(counts.get(year, 0) for year in (2023, 2024, 2025)) / whole < 0.75
    assert 0.15 < sum(counts.get(year, 0) for year in (2020, 2021)) / whole < 0.25
    low, high = ask(book, "SELECT quantile_cont(note_rate, [0.1, 0.6]) FROM {loans} WHERE lien = 1")[0][0]
    assert low < 4 < 6 < high


def test_people_are_fictitious_and_live_where_the_lender_is_licensed(book: GeneratedBook) -> None:
    rows = ask(book, "SELECT email, phone, state, zip::varchar, timezone, loan_officer_nmls FROM {contacts}")
    officers = dict(ask(book, "SELECT nmls::varchar, states FROM {loan_officers}"))
    for email, phone, state, _, zone, officer in rows:
        assert email.split("@")[1] in ("example.com", "example.net", "example.org", "mail.example")
        assert phone[6:].startswith("555-01")
        assert state in LENDER.licenses
        assert zone == STATE_FACTS[state][2]
        assert state in officers[str(officer)].split(";")
    text = book.files["contacts"].read_text(encoding="utf-8").splitlines()[1:]
    assert all(
        row.split(",")[7].strip('"').startswith(STATE_FACTS[row.split(",")[6].strip('"')][0]) for row in text
    )
    assert len({row[0] for row in rows}) == len(rows)


def test_the_roster_comes_first_and_there_is_an_officer_per_650_loans(book: GeneratedBook) -> None:
    officers = [str(row[0]) for row in ask(book, "SELECT nmls FROM {loan_officers}")]
    assert officers[:3] == [known.nmls for known in LENDER.originators]
    assert len(officers) == 31


def test_nothing_happens_after_the_books_day(book: GeneratedBook) -> None:
    for table, moment in (
        ("events", "at"),
        ("consents", "at"),
        ("suppressions", "at"),
        ("contacts", "created_at"),
        ("loans", "funded_date"),
        ("loan_officers", "hired_on"),
    ):
        latest = ask(book, f'SELECT max("{moment}")::varchar FROM {{{table}}}')[0][0]
        assert latest[:10] < DAY.isoformat()


def test_references_resolve_and_only_people_who_consented_were_written_to(book: GeneratedBook) -> None:
    assert ask(book, "SELECT count(*) FROM {loans} ANTI JOIN {contacts} USING (contact_id)") == [(0,)]
    assert ask(book, "SELECT count(*) FROM {monitoring} ANTI JOIN {loans} USING (loan_id)") == [(0,)]
    written = "SELECT * FROM {events} WHERE kind = 'sent'"
    granted = "SELECT contact_id FROM {consents} WHERE channel = 'email' AND granted"
    assert ask(book, f"SELECT count(*) FROM ({written}) ANTI JOIN ({granted}) USING (contact_id)") == [(0,)]


def test_consents_and_suppressions_have_their_shares(book: GeneratedBook) -> None:
    people = book.rows["contacts"]
    email = dict(ask(book, "SELECT granted, count(*) FROM {consents} WHERE channel = 'email' GROUP BY 1"))
    assert abs(email[True] / people - 0.78) < 0.015
    assert abs(email[False] / people - 0.06) < 0.01
    assert abs(book.rows["suppressions"] / people - 0.03) < 0.006


def test_borrowers_in_the_money_answer_more(book: GeneratedBook) -> None:
    clicks = """
        SELECT l.note_rate >= 6.75, count(DISTINCT e.contact_id) / count(DISTINCT l.contact_id)
        FROM {loans} l LEFT JOIN (SELECT * FROM {events} WHERE kind = 'click') e USING (contact_id)
        WHERE l.status = 'funded' AND l.lien = 1 GROUP BY 1"""
    shares = dict(ask(book, clicks))
    assert shares[True] > 1.5 * shares[False]


@pytest.mark.parametrize("drawn", ["race", "ethnicity", "sex", "age_band"])
@pytest.mark.parametrize("of", ["note_rate >= 6.5", "state", "product", "original_amount > 300000"])
def test_monitoring_is_independent_of_the_loans(book: GeneratedBook, drawn: str, of: str) -> None:
    rows = ask(
        book,
        f"SELECT {drawn}, {of}, count(*) FROM {{loans}} JOIN {{monitoring}} USING (loan_id) GROUP BY 1, 2",
    )
    left, right = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    table = np.zeros((len(left), len(right)))
    for one, two, count in rows:
        table[left.index(one), right.index(two)] = count
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_terms_fit_together(book: GeneratedBook) -> None:
    for impossible in (
        "current_balance > original_amount + 0.01",
        "product = 'heloc' AND (lien <> 2 OR rate_type <> 'adjustable')",
        "product IN ('fha', 'va', 'usda', 'jumbo', 'arm') AND lien <> 1",
        "product = 'arm' AND status = 'funded' AND arm_reset_date IS NULL",
        "status IN ('funded', 'elsewhere') AND (funded_date IS NULL OR first_payment_date <= funded_date)",
        "status NOT IN ('funded', 'elsewhere') AND funded_date IS NOT NULL",
        "note_rate * 8 <> round(note_rate * 8) AND (note_rate + 0.01) * 100 % 100 > 0.001",
        "note_rate < 1.74 OR note_rate > 14",
        "fico < 580 OR fico > 850",
        "property_value < original_amount * 0.9",
    ):
        assert ask(book, f"SELECT count(*) FROM {{loans}} WHERE {impossible}") == [(0,)], impossible


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 400), st.integers(0, 2**32), st.dates(date(2018, 1, 3), date(2026, 11, 25)))
def test_any_size_seed_and_day_make_a_book(
    tmp_path_factory: pytest.TempPathFactory, loans: int, seed: int, as_of: date
) -> None:
    made = generate_book(tmp_path_factory.mktemp("any"), loans=loans, seed=seed, lender=LENDER, as_of=as_of)
    assert made.rows["loans"] == loans
    assert made.rows["loan_officers"] >= 3
    latest = ask(made, "SELECT max(funded_date) FROM {loans}")[0][0]
    assert latest is None or str(latest)[:10] < as_of.isoformat()


@pytest.mark.parametrize("loans", [0, -1, 5_000_001])
def test_an_impossible_size_is_refused(tmp_path: Path, loans: int) -> None:
    with pytest.raises(BadInput, match="cannot be generated"):
        generate_book(tmp_path, loans=loans, seed=1, lender=LENDER, as_of=DAY)


def test_a_lender_without_a_licence_in_force_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no licence in force on 2027-01-01"):
        generate_book(tmp_path, loans=10, seed=1, lender=LENDER, as_of=date(2027, 1, 1))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        generate_book(tmp_path / "taken", loans=10, seed=1, lender=LENDER, as_of=DAY)


def test_a_lender_of_one_state_without_a_roster_has_a_book_too(tmp_path: Path) -> None:
    alone: Lender = LENDER.model_copy(update={"licenses": {"ID": LENDER.licenses["ID"]}, "originators": ()})
    made = generate_book(tmp_path, loans=200, seed=1, lender=alone, as_of=DAY)
    assert ask(made, "SELECT DISTINCT state FROM {loans}") == [("ID",)]
    assert ask(made, "SELECT count(*), count(DISTINCT states) FROM {loan_officers}") == [(3, 1)]


def test_twenty_thousand_loans_take_seconds(tmp_path: Path) -> None:
    start = time.process_time()
    generate_book(tmp_path, loans=20_000, seed=3, lender=LENDER, as_of=DAY)
    assert time.process_time() - start < 6


def distance(made: NDArray[np.float64], real: NDArray[np.float64]) -> float:
    """The Kolmogorov distance: the largest gap between two cumulative shares."""
    return float(stats.ks_2samp(made, real).statistic)


def real_column(sql: str) -> NDArray[np.float64]:
    return np.array([row[0] for row in duckdb.sql(sql).fetchall()], dtype=np.float64)


@pytest.mark.real
def test_rates_come_close_to_the_real_files(
    book: GeneratedBook, real_loans: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    of_2021, of_2024 = (f"read_csv('{path}', nullstr=['NA', ''])" for path in real_loans)
    recent = real_column(
        f"SELECT interest_rate FROM {of_2024} "
        "WHERE action_taken_recoded = 1 AND interest_rate BETWEEN 2 AND 12"
    )
    low = real_column(
        f"SELECT interest_rate FROM {of_2021} WHERE activity_year = 2021 AND lien_status = 1 "
        "AND interest_rate BETWEEN 1 AND 15 AND loan_term >= 84"
    )
    made_recent = column(book, f"SELECT note_rate FROM {{loans}} WHERE {RECENT}")
    made_low = column(book, "SELECT note_rate FROM {loans} WHERE lien = 1 AND year(funded_date) = 2021")
    gaps = {"2023 to 2024": distance(made_recent, recent), "2021": distance(made_low, low)}
    with capsys.disabled():
        print(f"\nKolmogorov distance of note rates to the real files: {gaps}")
    assert gaps["2023 to 2024"] < 0.06
    assert gaps["2021"] < 0.05
    for above in (LOW + 0.5, HIGH + 0.5):
        assert abs((made_recent >= above).mean() - (recent >= above).mean()) < 0.025


@pytest.mark.real
def test_amounts_come_close_to_the_nationwide_sample(
    book: GeneratedBook, real_loans: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    sample = real_loans[0].parent.parent / "hmda_decisions_2022_2024" / "hmda_decisions_sample.parquet"
    states = ", ".join(f"'{state}'" for state in LENDER.licenses)
    gaps = {}
    for purpose, code in (("purchase", 1), ("cash_out", 32)):
        real = real_column(
            f"SELECT loan_amount FROM '{sample}' WHERE approved = 1 AND loan_purpose = {code} "
            f"AND state_code IN ({states}) AND derived_dwelling_category LIKE 'Single Family%'"
        )
        made = column(book, f"SELECT original_amount FROM {{loans}} WHERE {RECENT} AND purpose = '{purpose}'")
        gaps[purpose] = distance(made, real)
    with capsys.disabled():
        print(f"\nKolmogorov distance of amounts to the nationwide sample: {gaps}")
    assert max(gaps.values()) < 0.1
