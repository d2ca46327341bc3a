"""Labelled pieces of each kind of lender: who must show which legend, and who may say what, follows from it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from campaign.finding import Severity, verdict
from campaign.lender import Lender, parse_lender
from campaign.moment import end_of_day
from policies import example_pieces
from policies.cases import Case, moment_of, read_case
from policies.engine import screen
from policies.example_pieces import TODAY, footer
from policies.packs import Pack, load_pack

FOLDER = Path(__file__).parent / "lender_kinds"
FILES = sorted(FOLDER.glob("*.jsonl"))
FEWEST = 12
CASES = [
    pytest.param(file.stem, read_case(line, f"{file.name}:{number}"), id=f"{file.stem}-{number:02d}")
    for file in FILES
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
]


@cache
def pack() -> Pack:
    return load_pack()


@cache
def lender_of(kind: str) -> Lender:
    file = FOLDER / f"{kind}.toml"
    return parse_lender(file.read_text(encoding="utf-8"), file.name)


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_piece_is_judged_by_the_kind_of_lender(kind: str, case: Case) -> None:
    lender = lender_of(kind)
    at = moment_of(case, end_of_day(TODAY, lender.zone), lender.zone)
    findings = screen(case.piece(), lender, pack(), at=at)
    said = [(one.rule, one.severity.value, one.message) for one in findings]
    assert verdict(findings) == case.label["verdict"], said
    found = {one.rule for one in findings if one.severity in (Severity.WARN, Severity.BLOCK)}
    for wanted in case.label["rules"]:
        assert found.intersection(wanted.split("|")), said


LICENSING = ("nmls", "equal-housing", "state", "deposit-insurance")
PLACES = [(file.stem, state) for file in FILES for state in lender_of(file.stem).licensed_states(TODAY)]


@pytest.mark.parametrize(("kind", "state"), PLACES)
def test_the_footer_made_from_the_record_owes_nothing_more(kind: str, state: str) -> None:
    lender = lender_of(kind)
    example = {
        "channel": "linkedin",
        "states": [state],
        "fields": {"footer": footer(lender, (state,), "linkedin")},
    }
    piece = example_pieces.shown(example, lender)
    findings = screen(piece.piece, lender, pack(), at=piece.at)
    owed = [
        (one.rule, one.message)
        for one in findings
        if one.rule.split(".")[0] in (*LICENSING, state.lower()) and one.severity is not Severity.INFO
    ]
    assert owed == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_kind_has_pieces_that_pass_warn_and_block(file: Path) -> None:
    verdicts = Counter(read_case(line, file.name).label["verdict"] for line in file.read_text().splitlines())
    assert verdicts.total() >= FEWEST
    assert set(verdicts) == {"pass", "warn", "block"}
    assert file.with_suffix(".toml").is_file()
