"""The book's commands: what they answer, their exit codes, and bad input in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

import cli
from tools.book import commands
from tools.workspace import EXAMPLE_LENDER, make_workspace

LOANS = "loan_id,contact_id,note_rate,state\nL1,C1,7,CA\nL2,C2,65,CA\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["book", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_import_answers_in_one_document(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("loans.csv").write_text(LOANS)
    code, out, err = run(capsys, "import", "loans.csv", "--json")
    (report,) = json.loads(out)["imports"]
    assert code == 0
    assert (report["table"], report["taken"], report["rejected"], report["dangling"]) == ("loans", 1, 1, 1)
    assert (
        Path(report["rejects_file"]).read_text().splitlines()[1]
        == "3,note_rate,65,is no rate between 0 and 20 percent"
    )
    assert "reading loans.csv" in err


def test_the_exit_code_is_1_where_no_row_was_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("loans.csv").write_text("loan_id,note_rate\nL1,65\n")
    assert run(capsys, "import", "loans.csv")[0] == 1
    Path("loans.csv").write_text("loan_id,note_rate\n")
    assert run(capsys, "import", "loans.csv")[0] == 1


@pytest.mark.parametrize(
    ("name", "content", "options", "sentence"),
    [
        ("empty.csv", "", (), "empty.csv: is empty."),
        ("loans.csv", "a,b\n1,2\n", (), "loans.csv: has no column `loan_id`, which `loans` needs."),
        ("x.csv", "a,b\n1,2\n", (), "x.csv: is no table of the book"),
        ("x.csv", LOANS, ("--table", "lones"), "The book has no table `lones`."),
        ("x.csv", LOANS, ("--form", "fnma"), "There is no form `fnma`."),
        ("x.csv", LOANS, ("--form", "hmda"), "x.csv: has no field `interest_rate`."),
        ("x.csv", LOANS, ("--as-of", "soon"), "`soon` is no date."),
        (None, "", (), "There is no file `absent.csv`."),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(
    home: Path, capsys: pytest.CaptureFixture[str], name: str | None, content: str, options: tuple[str, ...],
    sentence: str,
) -> None:  # fmt: skip
    if name:
        Path(name).write_text(content)
    code, out, err = run(capsys, "import", name or "absent.csv", *options)
    assert (code, out) == (2, "")
    assert sentence in " ".join(err.split())
    assert "Traceback" not in err


def test_commands_need_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "nowhere"))
    for arguments in (("status",), ("import", "loans.csv")):
        code, _, err = run(capsys, *arguments)
        assert code == 2
        assert "vallum init" in err


def test_status_before_any_import_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "status")
    assert code == 2
    assert "vallum book import" in err


def test_status_counts_tables_imports_and_people(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("loans.csv").write_text(LOANS)
    Path("contacts.csv").write_text(
        "contact_id,email\nC1,a@example.com\nC2,b@example.com\nC3,c@example.com\n"
    )
    Path("consents.csv").write_text(
        "contact_id,channel,granted,at\nC1,email,1,2025-01-01\nC2,email,0,2025-01-01\n"
    )
    assert run(capsys, "import", "loans.csv", "contacts.csv", "consents.csv")[0] == 0
    code, out, _ = run(capsys, "status", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["tables"]["contacts"] == 3
    assert document["contactable"] == {"email": 1, "sms": 0}
    assert document["suppressed_as_unknown"] == {"email": 1, "sms": 3}
    assert document["loans_by_import"] == {Path.cwd().name: 1}
    assert document["origins"][Path.cwd().name]["real"] >= 8
    assert document["dangling"] == {}


def test_permission_columns_are_pointed_out_to_people(home: Path) -> None:
    Path("leads.csv").write_text("contact_id,Email,HasOptedOutOfEmail,Company\nC1,a@example.com,1,Acme\n")
    shown = Console(width=200, record=True)
    for part in commands.import_([Path("leads.csv")]).view():
        shown.print(part)
    text = shown.export_text()
    assert "HasOptedOutOfEmail speak of permission and were not read as consent" in text
    assert "not read: Company" in text
