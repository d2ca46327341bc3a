"""The report as a person reads it: where, what, the words with carets, the law, the fix, a count."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from policies.excerpts import marked, spot
from tests.policies.checked_files import BLOCKED, FOOTER, run, told, write


def test_words_are_shown_with_carets_the_law_and_the_fix(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", f"One line.\n\tWe offer guaranteed approval.\n\n{FOOTER}\n")
    lines = told(run(file)).splitlines()
    start = lines.index(
        next(line for line in lines if line.startswith(f"{file}:2:11: block udaap.guaranteed-approval: "))
    )
    assert lines[start + 1 : start + 3] == [
        "    2 |  We offer guaranteed approval.",
        "      |           ^^^^^^^^^^^^^^^^^^^",
    ]
    assert lines[start + 3].startswith("    law: 12 CFR 1014.3")
    assert lines[start + 4].startswith("    fix: Say what is true")


def test_a_span_over_lines_is_one_line_of_the_report(tmp_path: Path) -> None:
    file = write(tmp_path, "a.html", f"<p>Guaranteed\r\napproval</p><p>{FOOTER}</p>")
    shown = told(run(file))
    assert f'{file}:1:4: block udaap.guaranteed-approval: "Guaranteed approval" promises' in shown
    assert "\r" not in shown


def test_a_long_line_is_cut_around_the_words(tmp_path: Path) -> None:
    file = write(
        tmp_path, "a.txt", f"{'Talk to us. ' * 500}Guaranteed approval. {'Talk to us. ' * 500}\n{FOOTER}\n"
    )
    (shown,) = [line for line in told(run(file)).splitlines() if "| ... " in line and "Guaranteed" in line]
    assert len(shown) < 200
    assert shown.endswith(" ...")


def test_nothing_in_a_report_moves_a_terminals_cursor(tmp_path: Path) -> None:
    case = '{"id": "a", "channel": "web", "fields": {"body": "\\u001b[2JGuaranteed\\u202e approval \\u009b for all"}}'
    shown = told(run(write(tmp_path, "a.jsonl", case)))
    assert not {one for one in shown if unicodedata.category(one) == "Cc"} - {"\n"}
    assert "\u202e" not in shown


def test_a_field_of_a_case_is_named_with_line_and_column(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", 'id,channel,body\nr1,web,"Hello.\nGuaranteed approval"\n')
    assert f"{file}:2 body:2:1: block udaap.guaranteed-approval" in told(run(file))


def test_a_missing_thing_names_the_file_alone(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", "Talk to us in Boise.\n")
    assert f"{file}: block nmls.company-id-missing: " in told(run(file))


def test_the_summary_counts_in_words(tmp_path: Path) -> None:
    assert (
        told(run(write(tmp_path, "a.txt", BLOCKED)))
        .splitlines()[-1]
        .startswith("1 checked: 1 blocked, 0 to look at")
    )


@given(st.text(min_size=1, max_size=400), st.data())
def test_carets_never_run_beyond_the_line(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = spot(text, start, end)
    lines = text.split("\n")
    assert lines[found.line - 1][found.column - 1 :].startswith(text[start:end].split("\n")[0])
    assert lines[found.last_line - 1][: found.last_column - 1] == text[:end].split("\n")[-1]
    shown, carets = marked(found)
    assert "\n" not in shown
    assert carets.count("^") >= 1
    assert len(shown) < 400
