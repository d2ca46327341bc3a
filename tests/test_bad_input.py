"""Bad input: one clear sentence, the exit code of the design, and everything left as it was."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cli

CONTACTS = "contact_id,kind,first_name,last_name,email,state\nC1,borrower,Ada,Stone,ada@home.example,CA\n"
LOANS = (
    "loan_id,contact_id,status,product,purpose,note_rate,term_months,original_amount,state\n"
    "L1,C1,funded,conventional,purchase,6.875,360,400000,CA\n"
)
HEADER = LOANS.splitlines()[0]
SHEET = (
    "product,term_months,rate,points,fees_usd,lock_days,min_fico,max_ltv,min_amount,max_amount,states,effective_at,"
    "expires_at\nconventional,360,6.5,0.5,1500,45,700,80,100000,800000,,2026-02-26,2026-03-04\n"
)


class Terminal:
    """Runs commands as a person would, in a folder of their own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = cli.main(list(arguments))
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def file(self, name: str, content: str | bytes) -> str:
        path = self.home.parent / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def kept(self) -> dict[str, str]:
        """Every file of the workspace by its bytes, write-ahead logs and rejected rows aside."""
        return {
            path.relative_to(self.home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.home.rglob("*"))
            if path.is_file() and "rejects" not in path.parts and not path.name.endswith(("-wal", "-shm"))
        }


@pytest.fixture
def terminal(tmp_path, monkeypatch, capsys) -> Terminal:
    home = tmp_path / "home"
    monkeypatch.setenv("VALLUM_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return Terminal(home, capsys)


@pytest.fixture
def ready(terminal) -> Terminal:
    assert terminal("init")[0] == 0
    assert terminal("book", "import", terminal.file("contacts.csv", CONTACTS))[0] == 0
    assert terminal("book", "import", terminal.file("loans.csv", LOANS))[0] == 0
    # whoever opens the gate first has its settings and rules noted in the log; after that, nothing is new
    assert terminal("approve", "nobody-wrote-it", "--by", "Ruth")[0] == 2
    return terminal


def one_sentence(err: str) -> str:
    (line,) = [line for line in err.splitlines() if line.startswith("vallum: ")]
    assert "Traceback" not in err
    assert line.endswith((".", ")"))
    return line


Case = tuple[Callable[[Terminal], tuple[str, ...]], int, str]

REFUSED: dict[str, Case] = {
    "no such file": (lambda t: ("book", "import", str(t.home / "none.csv")), 2, "none.csv"),
    "an empty file": (lambda t: ("book", "import", t.file("loans.csv", "")), 2, "empty"),
    "no table of ours": (lambda t: ("book", "import", t.file("x.csv", "a,b\n1,2\n")), 2, "x.csv"),
    "an unknown table": (lambda t: ("book", "import", t.file("l.csv", LOANS), "--table", "houses"), 2, "houses"),
    "an unknown form": (lambda t: ("book", "import", t.file("l.csv", LOANS), "--form", "fax"), 2, "fax"),
    "not text at all": (lambda t: ("book", "import", t.file("loans.csv", bytes(range(256)) * 9)), 2, "loans.csv"),
    "a sheet with rate six": (
        lambda t: ("rates", "import", t.file("s.csv", SHEET.replace(",6.5,", ",six,"))), 2, "rate"),
    "a sheet with rate 0": (lambda t: ("rates", "import", t.file("s.csv", SHEET.replace(",6.5,", ",0,"))), 2, "rate"),
    "a sheet with rate 65": (lambda t: ("rates", "import", t.file("s.csv", SHEET.replace(",6.5,", ",65,"))), 2, "65"),
    "a sheet with rate -1": (lambda t: ("rates", "import", t.file("s.csv", SHEET.replace(",6.5,", ",-1,"))), 2, "-1"),
    "a sheet with NA": (lambda t: ("rates", "import", t.file("s.csv", SHEET.replace(",6.5,", ",NA,"))), 2, "NA"),
    "a sheet without a column": (
        lambda t: ("rates", "import", t.file("s.csv", SHEET.replace("lock_days", "locked"))), 2, "lock"),
    "a sheet that ends before it starts": (
        lambda t: ("rates", "import", t.file("s.csv", SHEET.replace("2026-03-04", "2025-03-04"))), 2, "expires"),
    "no such run": (lambda t: ("runs", "resume", "2026-01-01-abcdef"), 2, "2026-01-01-abcdef"),
    "no such run to publish": (lambda t: ("publish", "--run", "nowhere"), 2, "nowhere"),
    "no such piece": (lambda t: ("approve", "nothing", "--by", "Ruth"), 2, "nothing"),
    "nothing to replan": (lambda t: ("replan", "--as-of", "2026-10-08"), 2, "no run"),
    "a date that is none": (lambda t: ("plan", "--as-of", "next week"), 2, "next week"),
    "a budget below zero": (lambda t: ("plan", "--budget", "-5", "--as-of", "2026-02-26"), 2, "budget"),
    "a period that runs backwards": (
        lambda t: ("plan", "--from", "2026-05-01", "--to", "2026-04-01", "--as-of", "2026-02-26"), 2, "period"),
    "an unknown audience": (lambda t: ("plan", "--audience", "everyone", "--as-of", "2026-02-26"), 2, "audience"),
    "a brief that is no TOML": (lambda t: ("plan", t.file("b.toml", "goal = "), "--as-of", "2026-02-26"), 2, "TOML"),
    "a brief with an unknown key": (
        lambda t: ("plan", t.file("b.toml", 'gaol = "x"'), "--as-of", "2026-02-26"), 2, "gaol"),
    "an unknown rule": (lambda t: ("policy", "explain", "regz.nothing"), 2, "regz.nothing"),
    "an unknown report format": (lambda t: ("check", t.file("a.txt", "Hello."), "--format", "pdf"), 2, "pdf"),
    "nothing to check": (lambda t: ("check",), 2, "Nothing to check"),
    "a schedule file that is none": (lambda t: ("apr", "--batch", str(t.home / "none.jsonl")), 2, "none.jsonl"),
    "a loan that repays nothing": (
        lambda t: ("apr", "--amount", "0", "--rate", "6", "--term-months", "360"), 2, "0"),
    "an unknown command": (lambda t: ("plann",), 2, "plann"),
    "another lender in the same folder": (
        lambda t: ("init", "--lender", t.file("other.toml", _lender(t).replace("Cedar & Main", "Oak"))), 2, "another"),
    "a demonstration among files of your own": (lambda t: ("demo",), 2, "your own"),
}  # fmt: skip


def _lender(terminal: Terminal) -> str:
    return (terminal.home / "lender.toml").read_text()


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_sentence_and_nothing_changes(ready, name):
    arguments, code, word = REFUSED[name]
    command = arguments(ready)
    before = ready.kept()
    got, out, err = ready(*command)
    assert (got, word.casefold() in one_sentence(err).casefold()) == (code, True), err
    assert out == ""
    assert ready.kept() == before


NO_ROW = {
    "rate 0": ("6.875", "0", "note_rate"),
    "rate 65": ("6.875", "65", "note_rate"),
    "rate -1": ("6.875", "-1", "note_rate"),
    "rate six": ("6.875", "six", "note_rate"),
    "an amount below zero": ("400000", "-400000", "original_amount"),
    "an unknown state": (",CA", ",QQ", "state"),
    "an unknown status": ("funded", "abandoned", "status"),
    "a term of no loan": (",360,", ",0,", "term_months"),
}


@pytest.mark.parametrize("name", NO_ROW)
def test_a_row_that_cannot_be_is_kept_with_line_column_and_reason(ready, name):
    old, new, column = NO_ROW[name]
    row = LOANS.splitlines()[1].replace("L1", "L9").replace(old, new)
    code, out, _ = ready("book", "import", ready.file("loans.csv", f"{HEADER}\n{row}\n"), "--json")
    assert code == 1, "no row was taken"
    rejects = [path.read_text() for path in (ready.home / "rejects").iterdir()]
    assert any(f"2,{column}," in text for text in rejects), rejects
    assert json.loads(out)


def test_good_rows_are_taken_beside_bad_ones(ready):
    bad = LOANS.splitlines()[1].replace("L1", "L8").replace("6.875", "65")
    good = LOANS.splitlines()[1].replace("L1", "L9")
    code, _, _ = ready("book", "import", ready.file("loans.csv", f"{HEADER}\n{bad}\n{good}\n"))
    assert code == 0


def test_an_empty_book_cannot_be_planned_for(terminal):
    terminal("init")
    code, _, err = terminal("plan", "--as-of", "2026-02-26")
    assert code == 2
    assert "book" in one_sentence(err)


def test_without_a_workspace_every_command_says_what_to_do(terminal):
    for command in (
        ("queue",),
        ("plan",),
        ("segments",),
        ("publish",),
        ("book", "status"),
        ("audit", "verify"),
    ):
        code, _, err = terminal(*command)
        assert code == 2
        assert "vallum init" in one_sentence(err)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('nmls = "1999901"', "", "nmls"),
        ('nmls = "1999901"', 'nmls = "six"', "lender.toml:"),
        ("[licenses.CA]", "[licenses.ZZ]", "ZZ"),
        ('timezone = "America/Boise"', 'timezone = "Boise"', "timezone"),
        ("[lender]", "[lender", "TOML"),
        ("tolerance_bps = 12.5", "tolerence_bps = 12.5", "tolerence_bps"),
        ("expires = 2026-12-31", 'expires = "some day"', "expires"),
    ],
)
def test_a_broken_lender_file_is_named_with_its_line(ready, old, new, word):
    text = _lender(ready)
    (ready.home / "lender.toml").write_text(text.replace(old, new, 1))
    code, _, err = ready("queue")
    assert code == 2
    assert word in one_sentence(err)


def test_a_real_lender_without_a_sheet_is_never_priced_by_us(terminal):
    terminal("init")
    path = terminal.home / "lender.toml"
    path.write_text(_lender(terminal).replace("1999901", "1888802"))
    code, _, err = terminal("plan", "--as-of", "2026-02-26")
    assert code == 2
    assert "rates import" in one_sentence(err)


def test_a_name_that_is_no_text_is_refused_in_a_sentence(ready):
    code, _, err = ready("show", "\udcff")
    assert code == 2
    assert "cannot be written in utf-8" in one_sentence(err)


def hold(statement: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that holds something until it is ended."""
    script = f"import sys, time\n{statement}\nprint('held', flush=True)\ntime.sleep(60)\n"
    holder = subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_book_held_by_another_process_is_said_and_left_alone(ready):
    before = ready.kept()
    with hold("import duckdb; held = duckdb.connect(sys.argv[1])", str(ready.home / "book.duckdb")) as holder:
        code, _, err = ready("book", "import", ready.file("loans.csv", LOANS.replace("L1", "L2")))
        holder.kill()
    assert code == 2
    assert "another process" in one_sentence(err)
    assert ready.kept() == before


def test_a_database_held_by_another_process_is_said_and_left_alone(ready):
    lock = "import sqlite3; held = sqlite3.connect(sys.argv[1]); held.execute('BEGIN IMMEDIATE')"
    with hold(lock, str(ready.home / "vallum.db")) as holder:
        code, _, err = ready("plan", "--as-of", "2026-02-26")
        holder.kill()
    assert code == 2
    assert "another process" in one_sentence(err)
