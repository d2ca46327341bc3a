"""Any export is read as text with the right line numbers, whatever it was saved as."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput, Unreadable
from tools.book.mapping import known_headers
from tools.book.reading import look_at

TEXT = "loan_id,contact_id,note_rate\nL1,José,7\nL2,Ann,6.5\n"


def read(path: Path) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    file = look_at(path, known_headers)
    found = [row for batch in file.batches() for row in batch.to_pylist()]
    return found, [(row.line, row.reason) for row in file.malformed]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_an_encoding_is_told_from_the_bytes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(TEXT.encode(encoding))
    rows, malformed = read(path)
    assert [row["c1"] for row in rows] == ["José", "Ann"]
    assert [row["line"] for row in rows] == [2, 3]
    assert malformed == []


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_endings_are_told_from_the_header(
    tmp_path: Path, delimiter: str, ending: str
) -> None:
    path = tmp_path / "loans.txt"
    path.write_bytes(TEXT.replace(",", delimiter).replace("\n", ending).encode())
    rows, _ = read(path)
    assert [(row["c0"], row["c2"], row["line"]) for row in rows] == [("L1", "7", 2), ("L2", "6.5", 3)]


def test_a_preamble_is_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "report.csv.gz"
    path.write_bytes(gzip.compress(b'Pipeline report,,\n"Printed by Ann, today",,\n\n' + TEXT.encode()))
    assert [row["line"] for row in read(path)[0]] == [5, 6]


def test_rows_of_another_width_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_text(TEXT + 'L3,"two\nlines",7\nL4,Bob\nL5,Cy,7,8\nL6,Di,7\n')
    rows, malformed = read(path)
    assert [(row["c0"], row["line"]) for row in rows] == [("L1", 2), ("L2", 3), ("L3", 4), ("L6", 8)]
    assert malformed == [(6, "has 2 cells where the header has 3"), (7, "has 4 cells where the header has 3")]


def test_a_quotation_mark_left_open_is_one_refusal_that_counts_what_it_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_text(TEXT + 'L3,"Bob,7\n' + "L4,Cy,7\n" * 3)
    rows, malformed = read(path)
    assert len(rows) == 2
    assert malformed == [(4, "a quotation mark that opens here is not closed in its row; 4 lines were lost")]


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b" \n\n", "is empty"),
        ("book.xlsx", b"PK\x03\x04rest", "is a workbook or an archive"),
        ("noise.csv", b"\x01\x02\x00\x00", "is no text"),
        ("plain.csv.gz", TEXT.encode(), "is named .gz and is no gzip file"),
        ("cut.csv.gz", gzip.compress(bytes(range(256)) * 4000)[:900], "breaks off or is no delimited text"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, fact: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.fact == f"{name}: {fact}."
    assert caught.value.remedy


def test_a_missing_file_and_a_folder_are_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(BadInput, match="cannot be opened"):
        read(tmp_path)


CELL = st.text(st.sampled_from("ab \n\"',;é"), max_size=6)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=12))
def test_each_row_is_found_at_the_line_where_it_begins(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "loans.csv"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["loan_id", "contact_id", "note_rate"])
    begins, line = [], 2
    for row in rows:
        writer.writerow(row)
        begins.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    found, malformed = read(path)
    whole = [(where, row) for where, row in zip(begins, rows, strict=True) if len(row) == 3]
    assert [(row["line"], [row["c0"], row["c1"], row["c2"]]) for row in found] == [
        (where, [cell.strip() for cell in row]) for where, row in whole
    ]
    assert [where for where, _ in malformed] == [
        where for where, row in zip(begins, rows, strict=True) if len(row) != 3
    ]
