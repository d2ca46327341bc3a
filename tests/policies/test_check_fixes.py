"""`vallum check --fix`: what the record holds is added once, in the file's own form, and no claim is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies.checked_files import BARE, CLEAN, case, rules, run, write


def test_a_fix_adds_what_the_record_holds_and_nothing_twice(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BARE)
    before = run(file)
    assert {"nmls.company-id-missing", "equal-housing.missing"} <= rules(before)
    mended = run(file, fix=True)
    once = file.read_text(encoding="utf-8")
    assert once.startswith(BARE.rstrip())
    assert "NMLS ID" in once
    assert "1999901" in once
    assert {"nmls.company-id-missing", "equal-housing.missing"}.isdisjoint(rules(mended))
    assert "fixes made" in str(list(mended.view())[-1])
    run(file, fix=True)
    assert file.read_text(encoding="utf-8") == once


def test_a_fix_mends_a_page_inside_its_body(tmp_path: Path) -> None:
    page = f"<html><body><h1>Hello</h1><p>{BARE}</p></body></html>\n"
    file = write(tmp_path, "a.html", page)
    run(file, fix=True)
    once = file.read_text(encoding="utf-8")
    assert once.startswith("<html><body><h1>Hello</h1>")
    assert once.rstrip().endswith("</body></html>")
    assert once.index("1999901") < once.index("</body>")
    run(file, fix=True)
    assert file.read_text(encoding="utf-8") == once


@pytest.mark.parametrize(
    "claim",
    ["Guaranteed approval on every application.", "Rates from 5.99% this week.", "Nobody beats our rates."],
)
def test_a_fix_never_touches_a_claim(tmp_path: Path, claim: str) -> None:
    file = write(tmp_path, "a.txt", f"{claim}\n")
    after = run(file, fix=True)
    assert file.read_text(encoding="utf-8").startswith(claim)
    assert after.document["verdict"] != "pass"


def test_a_clean_file_and_a_file_of_cases_are_left_alone(tmp_path: Path) -> None:
    clean = write(tmp_path, "a.txt", CLEAN)
    cases = write(tmp_path, "b.jsonl", case("Talk to us.", fields={"body": BARE}) + "\n")
    stamp = cases.read_text(encoding="utf-8")
    run(clean, cases, fix=True)
    assert clean.read_text(encoding="utf-8") == CLEAN
    assert cases.read_text(encoding="utf-8") == stamp


def test_a_state_legend_is_added_from_the_licence_record(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", CLEAN)
    assert "ca.license-legend" in rules(run(file, state=["CA"]))
    assert "ca.license-legend" not in rules(run(file, state=["CA"], fix=True))
    assert "41DBO-199990" in file.read_text(encoding="utf-8")
