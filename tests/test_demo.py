"""The main job, as a script reads it: on the example book, killed on the way, and on real loans."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHANNELS = {"google_search", "meta", "email", "linkedin", "zillow", "lendingtree", "bankrate"}
FLOOR_USD = 500


def demo(home: Path, *loans: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    arguments = ["--loans", ",".join(map(str, loans))] if loans else []
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--json", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def document(process: subprocess.Popen[str]) -> dict:
    out, err = process.communicate(timeout=400)
    assert process.returncode == 0, err
    return json.loads(out)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def shown(home) -> dict:
    """The demonstration on the example book, killed twice on the way."""
    for seconds in (9, 14):
        with demo(home) as process:
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGKILL)
    return document(demo(home))


def check_contract(shown: dict) -> None:
    assert {"source", "contacts", "loans"} <= set(shown["book"])
    names = [segment["name"] for segment in shown["segments"]]
    assert 3 <= len(names) == len(set(names)) <= 5
    assert sum(segment["size"] for segment in shown["segments"]) == shown["book"]["loans"]
    assert abs(sum(segment["share"] for segment in shown["segments"]) - 1) < 1e-4
    plan = shown["plan"]
    assert sum(placement["budget_usd"] for placement in plan["placements"]) <= plan["budget_usd"]
    assert {placement["segment"] for placement in plan["placements"]} <= set(names)
    for channel in CHANNELS:
        spent = sum(p["budget_usd"] for p in plan["placements"] if p["channel"] == channel)
        assert spent >= FLOOR_USD, channel
    pieces, decisions = shown["pieces"], shown["decisions"]
    assert pieces["drafted"] == pieces["blocked"] + pieces["queued"]
    assert decisions["approved"] > 0
    assert decisions["rejected"] == 1
    assert decisions["pending"] > 0
    assert decisions["approved"] + decisions["pending"] == pieces["queued"]
    assert {"release", "channel", "placement", "target"} <= set(shown["published"][0])
    assert {entry["channel"] for entry in shown["published"]} == {"email", "google_search"}
    assert shown["audit"]["verified"] is True
    replan = shown["replan"]
    assert replan["from_rate"] < replan["to_rate"]
    assert replan["superseded"] == decisions["pending"]
    before = sum(usd for name, usd in replan["budget_before"].items() if name.startswith("Refinance"))
    after = sum(usd for name, usd in replan["budget_after"].items() if name.startswith("Refinance"))
    assert after < before / 2, "the refinance campaign folds"


def test_the_example_keeps_the_contract(shown):
    check_contract(shown)


def test_what_was_published_is_there_and_nothing_else(shown, home):
    letters = list((home / "outbox").rglob("*.eml"))
    removals = set((home / "google_ads").rglob("*.remove.csv"))
    sheets = set((home / "google_ads").rglob("*.csv")) - removals
    counted = {"email": 0, "google_search": 0}
    for entry in shown["published"]:
        assert Path(entry["target"]).exists()
        counted[entry["channel"]] += entry["count"]
    assert (len(letters), len(sheets)) == (counted["email"], counted["google_search"])
    assert len({path.name.split(".")[0] for path in letters}) == len(letters), "nobody got two letters"
    assert removals, "the replan took back what the rate made stale"
    assert {path.with_name(path.name.replace(".remove.csv", ".csv")) for path in removals} <= sheets


def test_another_process_can_read_the_queue_and_the_log(shown, home):
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    for command in (("queue", "--json"), ("audit", "verify", "--json"), ("runs", "list", "--json")):
        done = subprocess.run(
            [sys.executable, "-m", "cli", *command],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        assert json.loads(done.stdout)


@pytest.mark.real
def test_real_loans_keep_the_contract_and_their_demographics_apart(real_loans, tmp_path):
    home = tmp_path / "home"
    shown = document(demo(home, *real_loans))
    assert shown["book"]["loans"] == 15_479 + 12_376
    check_contract(shown)
    columns = shown["book"]["columns"]
    assert "loans.note_rate" in columns["hmda_2024_partial"]["real"]
    assert "loans.purpose" in columns["hmda_2024_partial"]["generated"]
    assert "loans.purpose" in columns["hmda_originated_core"]["real"]
    assert_no_demographics(home, real_loans)


def assert_no_demographics(home: Path, files: tuple[Path, Path]) -> None:
    """No value of a demographic column stands in any text column of the book."""
    import duckdb

    with gzip.open(files[0], "rt") as opened:
        values = {row["derived_race"] for row in csv.DictReader(opened)} - {"Joint", ""}
    assert values
    book = duckdb.connect(str(home / "book.duckdb"), read_only=True)
    columns = book.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'VARCHAR'"
    ).fetchall()
    for table, column in columns:
        found = book.execute(
            f'SELECT count(*) FROM "{table}" WHERE "{column}" IN (SELECT unnest(?))', [sorted(values)]
        ).fetchone()
        assert found == (0,), (table, column)
    assert not {"race", "ethnicity", "sex", "age_band"} & {column for _, column in columns}
    book.close()
