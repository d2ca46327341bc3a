"""`vallum apr` as people and scripts call it."""

from __future__ import annotations

import functools
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from campaign.errors import BadInput
from policies.apr_command import apr

ASKED = {
    "amount": None,
    "rate": None,
    "term_months": None,
    "fees": 0.0,
    "first_payment": None,
    "closing": None,
    "batch": None,
    "as_json": True,
}
LOAN = {"amount": 400_000.0, "rate": 6.125, "term_months": 360, "fees": 12_000.0}


def ask(**options):
    return apr(**{**ASKED, **options})


def schedule(**changes):
    usual = {
        "id": "a",
        "unit_periods_per_year": 12,
        "advances": [[6000, 0, 0]],
        "payments": [[200, 36, 1, "19/30"]],
    }
    return json.dumps({**usual, **changes})


def test_one_loan_gets_its_apr_and_payment():
    answer = ask(**LOAN)
    assert answer.document["apr"] == 6.4137
    assert answer.document["monthly_payment"] == 2430.44
    assert answer.exit_code == 0


def test_a_first_payment_alone_is_counted_from_today():
    today = date.today()
    first = (today + timedelta(days=75)).isoformat()
    alone = ask(**LOAN, first_payment=first).document
    assert alone == ask(**LOAN, first_payment=first, closing=today.isoformat()).document
    assert alone["closing"] == today.isoformat()
    assert alone["apr"] < ask(**LOAN).document["apr"]


def test_a_closing_makes_an_odd_first_period():
    odd = ask(**LOAN, first_payment="2027-02-01", closing="2026-12-13")
    assert odd.document["apr"] < ask(**LOAN).document["apr"]
    assert odd.document["closing"] == "2026-12-13"


def test_what_a_person_reads_names_the_apr_and_the_period():
    from rich.console import Console

    shown = io.StringIO()
    Console(file=shown, width=100).print(
        *ask(**LOAN, first_payment="2027-02-01", closing="2026-12-13").view()
    )
    assert "6.3816 %" in shown.getvalue()
    assert "2026-12-13 to 2027-02-01" in shown.getvalue()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "One loan needs"),
        ({"amount": 1.0}, "One loan needs"),
        ({**LOAN, "batch": "a.jsonl"}, "with the terms of one loan"),
        ({**LOAN, "closing": "2027-01-01"}, "without `--first-payment`"),
        ({**LOAN, "first_payment": "01/02/2027"}, "is no date"),
        ({**LOAN, "first_payment": "2020-02-01"}, "is not after today"),
        ({**LOAN, "rate": -1.0}, "rate"),
        ({"batch": "/nowhere/a.jsonl"}, "cannot be read"),
        ({"batch": "/"}, "cannot be read"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(options, said):
    with pytest.raises(BadInput, match=said) as stopped:
        ask(**options)
    assert stopped.value.exit_code == 2


def test_a_file_is_answered_line_by_line(tmp_path: Path):
    file = tmp_path / "schedules.jsonl"
    file.write_text(
        "\n".join(
            [
                schedule(),
                schedule(
                    id=7,
                    unit_periods_per_year="365/255",
                    advances=[["1000", 0, 0]],
                    payments=[[1080, 1, 1, 0]],
                ),
                schedule(
                    id=None, advances=[[1000, 0, 0], [2000, "1", "0.5"]], payments=[["310.55", 10, 2, 0]]
                ),
            ]
        )
        + "\n"
    )
    answer = ask(batch=str(file))
    assert answer.lines
    assert answer.exit_code == 0
    assert answer.document[0] == {"id": "a", "apr": 11.8165}
    assert answer.document[1] == {"id": 7, "apr": 11.451}
    assert answer.document[2]["id"] is None
    assert len(answer.document) == 3


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("{", 2, "no JSON"),
        ("", 2, "is empty"),
        (" \r", 2, "is empty"),
        ("[1]", 2, "no JSON object"),
        ("[" * 100_000, 2, "no JSON"),
        (schedule(advances=[]), "a", "`advances`"),
        (schedule(payments=[[1, 2, 3]]), "a", "`payments`"),
        (schedule(payments=[["1e999999999", 1, 1, 0]]), "a", "no number"),
        (schedule(payments=[["six", 1, 1, 0]]), "a", "no number"),
        (schedule(payments=[[True, 1, 1, 0]]), "a", "no number"),
        (schedule(payments=[[1, 1, 1, "1/0"]]), "a", "no number"),
        (schedule(payments=[[1, 1.5, 1, 0]]), "a", "no whole number"),
        (schedule(payments=[[1, 1, 1, 0]]), "a", "less than"),
        (schedule(unit_periods_per_year=None), "a", "`unit_periods_per_year`"),
        (schedule(unit_periods_per_year=-3), "a", "unit-periods a year"),
        (schedule(advances=[[10**400, 0, 0]]), "a", "no number"),
        (schedule(advances=[[6000, 0, float("nan")]]), "a", "no number"),
    ],
)
def test_a_line_that_cannot_be_used_is_answered_too(tmp_path: Path, line, name, said):
    file = tmp_path / "schedules.jsonl"
    file.write_text(f"{schedule()}\n{line}\n{schedule()}")
    answer = ask(batch=str(file))
    assert answer.exit_code == 1
    first, second, third = answer.document
    assert first == third
    assert second["id"] == name
    assert second["apr"] is None
    assert said in second["error"]


def test_a_line_in_another_encoding_stops_no_other(tmp_path: Path):
    file = tmp_path / "schedules.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id": "\xe9"}\r\n'.replace(b"\r\n", b"\n") + schedule().encode())
    answer = ask(batch=str(file))
    assert [line["apr"] for line in answer.document] == [None, 11.8165]


def test_options_and_standard_input_reach_the_command():
    app = typer.Typer()
    seen = []
    app.command()(functools.wraps(apr)(lambda **options: seen.append(apr(**options))))
    result = CliRunner().invoke(app, ["--batch", "-"], input=schedule() + "\n")
    assert result.exit_code == 0
    assert seen[0].document == [{"id": "a", "apr": 11.8165}]


def test_importing_the_command_imports_nothing_heavy():
    code = (
        "import sys, policies.apr_command; "
        "print(sorted({'pydantic', 'rich.table', 'policies.apr', 'yaml'} & set(sys.modules)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    assert printed.strip() == "[]"
