"""A day at the lender, typed command by command: each answers what a script or a person expects of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

import cli
from campaign.lender import parse_lender
from tools.book.generator import generate_book
from tools.workspace import EXAMPLE_LENDER

DAY = "2026-02-26"
WHEN = ("--as-of", DAY)


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("exports")
    lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
    made = generate_book(folder, loans=1_200, seed=11, lender=lender, as_of=date(2026, 2, 26))
    return [str(path) for path in made.files.values()]


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0):
        capsys.readouterr()
        got = cli.main([*arguments, "--json"])
        said = capsys.readouterr()
        assert got == code, said.err
        assert "Traceback" not in said.err
        return json.loads(said.out) if said.out else said.err

    return run


@pytest.fixture
def planned(typed, exports):
    typed("init")
    typed("book", "import", *exports, *WHEN)
    return typed("plan", "--budget", "20000", "--from", "2026-03-02", "--to", "2026-05-29", *WHEN)


def test_the_whole_day(typed, planned, tmp_path):
    assert planned["status"] == "parked"
    assert planned["pieces"]["drafted"] == planned["pieces"]["queued"] + planned["pieces"]["blocked"]
    waiting = typed("queue")
    assert waiting["pending"] == planned["pieces"]["queued"]
    item = waiting["items"][0]
    assert set(item) == {"piece", "revision", "channel", "segment", "states", "status", "verdict", "rules"}

    letters = [one["piece"] for one in waiting["items"] if one["channel"] == "email"]
    searches = [one["piece"] for one in waiting["items"] if one["channel"] == "google_search"]
    assert typed("show", letters[0])["piece"]
    typed("approve", letters[0], "--by", "Vallum House Writer", *WHEN, code=1)
    typed("publish", *WHEN, code=1)
    typed("approve", letters[1], searches[0], "--by", "Ruth Calder", *WHEN)
    typed("reject", letters[0], "--by", "Ruth Calder", "--reason", "Too long, please shorten it.", *WHEN)
    typed("reject", letters[2], "--by", "Ruth Calder", "--reason", " ", *WHEN, code=2)

    out = typed("publish", *WHEN)
    assert {entry["channel"] for entry in out["published"]} == {"email", "google_search"}
    assert all(Path(entry["target"]).exists() for entry in out["published"])
    before = sorted(path.name for path in (tmp_path / "home").rglob("*.eml"))
    assert before
    typed("publish", *WHEN, code=1)
    assert sorted(path.name for path in (tmp_path / "home").rglob("*.eml")) == before
    again = next(one for one in typed("queue")["items"] if one["piece"] == letters[0])
    assert (again["revision"], again["status"]) == (2, "pending")

    replanned = typed("replan", "--as-of", "2026-10-08")
    assert replanned["from_rate"] < replanned["to_rate"]
    assert replanned["superseded"] > 0
    assert [run["status"] for run in typed("runs", "list")["runs"]] == ["parked", "superseded"]
    assert typed("audit", "verify")["verified"] is True


def test_an_approval_of_changed_bytes_is_void(typed, planned, tmp_path):
    piece = next(one["piece"] for one in typed("queue")["items"] if one["channel"] == "google_search")
    typed("approve", piece, "--by", "Ruth Calder", *WHEN)
    with sqlite3.connect(tmp_path / "home" / "vallum.db") as tampering:
        tampering.execute(
            "UPDATE pieces SET noun = replace(noun, 'Loan', 'Free') WHERE piece_id = ?", [piece]
        )
    tampering.close()
    out = typed("publish", *WHEN, code=1)
    assert out["published"] == []
    assert any("changed" in entry["reason"] for entry in out["withheld"])
    assert not list((tmp_path / "home" / "google_ads").rglob("*.csv"))


def test_the_log_shows_that_it_was_changed(typed, planned, tmp_path):
    with sqlite3.connect(tmp_path / "home" / "vallum.db") as tampering:
        tampering.execute("UPDATE audit_events SET by = 'nobody' WHERE seq = 2")
    tampering.close()
    assert typed("audit", "verify", code=1)["verified"] is False


def test_a_licence_that_lapsed_takes_its_state_out(typed, exports, tmp_path):
    typed("init")
    lender = tmp_path / "home" / "lender.toml"
    text = lender.read_text(encoding="utf-8")
    first = text.index("expires = 2026-12-31")
    lender.write_text(text[:first] + "expires = 2026-01-31" + text[first + len("expires = 2026-12-31") :])
    assert parse_lender(lender.read_text()).licenses["CA"].expires < date(2026, 2, 26)
    typed("book", "import", *exports, *WHEN)
    planned = typed("plan", "--budget", "20000", *WHEN)
    assert planned["plan"]["placements"]
    assert all("CA" not in placement["states"] for placement in planned["plan"]["placements"])
    assert all("CA" not in item["states"] for item in typed("queue")["items"])


def test_a_licence_that_lapses_after_approval_voids_it(typed, planned, tmp_path):
    piece = next(
        one["piece"]
        for one in typed("queue")["items"]
        if one["channel"] == "google_search" and one["states"] == ["CA"]
    )
    typed("approve", piece, "--by", "Ruth Calder", *WHEN)
    lender = tmp_path / "home" / "lender.toml"
    lender.write_text(lender.read_text().replace("expires = 2026-12-31", "expires = 2026-01-31", 1))
    out = typed("publish", *WHEN, code=1)
    assert out["published"] == []
    assert any("state.unlicensed" in entry["reason"] for entry in out["withheld"])


def test_people_listed_are_the_only_ones_who_decide(typed, planned, tmp_path):
    lender = tmp_path / "home" / "lender.toml"
    lender.write_text(
        lender.read_text()
        + '\n[[people]]\nname = "Ruth Calder"\nrole = "compliance"\n\n[[people]]\nname = "Max Hall"\nrole = "marketer"\n'
    )
    piece = typed("queue")["items"][0]["piece"]
    typed("approve", piece, "--by", "Somebody Else", *WHEN, code=1)
    typed("approve", piece, "--by", "Max Hall", *WHEN, code=1)
    typed("approve", piece, "--by", "ruth calder", *WHEN)


def test_the_workspace_can_be_carried_elsewhere(typed, planned, tmp_path, monkeypatch):
    shutil.copytree(tmp_path / "home", tmp_path / "elsewhere")
    before = typed("queue")
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "elsewhere"))
    assert typed("queue") == before
