"""`vallum people`: passwords from stdin alone, who there is, who stands in for whom."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import cli
from tools.workspace import EXAMPLE_LENDER, make_workspace

PEOPLE = """
[[people]]
name = "Ruth Calder"
role = "compliance"

[[people]]
name = "Ida Root"
role = "admin"

[[people]]
name = "Max Orr"
role = "marketer"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8") + PEOPLE, {})
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_password_is_read_from_stdin(home: Path, monkeypatch, capsys):
    piped(monkeypatch, "copper kettle on the sill\n")
    assert cli.main(["people", "password", "ruth calder"]) == 0
    assert "`Ruth Calder` has a new password" in capsys.readouterr().out
    assert cli.main(["people", "list", "--json"]) == 0
    people = json.loads(capsys.readouterr().out)["people"]
    assert [(one["name"], one["role"], one["can_log_in"]) for one in people] == [
        ("Ruth Calder", "compliance", True), ("Ida Root", "admin", False), ("Max Orr", "marketer", False),
    ]  # fmt: skip


def test_a_password_is_no_argument(home: Path, capsys):
    assert cli.main(["people", "password", "Ruth Calder", "copper kettle on the sill"]) == 2


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "said"),
    [
        (["Ruth Calder"], "short\n", 2, "A password has 12 to 200 characters; this one has 5."),
        (["Ruth Calder"], "", 2, "this one has 0."),
        (["Nobody"], "copper kettle on the sill\n", 1, "`Nobody` is not among the people of lender.toml."),
        (["Ruth Calder", "--by", "Max Orr"], "copper kettle on the sill\n", 1, "cannot set the password"),
        (["Ruth Calder", "--by", "Ida Root"], "copper kettle on the sill\n", 0, ""),
    ],
)
def test_what_cannot_be_is_one_sentence(home: Path, monkeypatch, capsys, arguments, typed, code, said):
    piped(monkeypatch, typed)
    assert cli.main(["people", "password", *arguments]) == code
    assert said in capsys.readouterr().err


def test_leave_is_arranged_and_ended(home: Path, capsys):
    asked = ["people", "away", "Ruth Calder", "--stand-in", "Ida Root", "--until", "2199-01-01"]
    assert cli.main([*asked, "--by", "Max Orr"]) == 1
    assert cli.main([*asked, "--by", "Ruth Calder", "--reason", "Walking"]) == 0
    assert "`Ida Root` stands in for `Ruth Calder`" in capsys.readouterr().out
    assert cli.main(["people", "list"]) == 0
    assert "Ruth Calder" in capsys.readouterr().out.split("Ida Root")[1].split("\n")[0]
    assert cli.main(["people", "back", "Ruth Calder", "--stand-in", "Ida Root", "--by", "Ruth Calder"]) == 0
    assert cli.main(["people", "back", "Ruth Calder", "--stand-in", "Ida Root", "--by", "Ruth Calder"]) == 2


def test_where_nobody_is_listed_the_table_says_what_to_do(tmp_path: Path, monkeypatch, capsys):
    make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    assert cli.main(["people", "list"]) == 0
    assert "vallum people password NAME" in capsys.readouterr().out
    piped(monkeypatch, "copper kettle on the sill\n")
    assert cli.main(["people", "password", "Wren Hale"]) == 0
    assert cli.main(["people", "list"]) == 0
    assert "wren hale" in capsys.readouterr().out.casefold()
