"""`vallum worker --once` and `vallum schedule` as typed, over a small workspace with everything real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.planning_runs import start_planning
from agents.running import advance
from tests.agents.briefs import BRIEF

ROOT = Path(__file__).parent.parent.parent
MORNING = "2026-02-27T11:00-05:00"


def typed(home: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=home, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def document(home: Path, *arguments: str) -> dict:
    code, out, said = typed(home, *arguments, "--json")
    assert code == 0, said
    return json.loads(out)


@pytest.fixture
def planned(opened, workspace) -> Path:
    street = opened()
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return workspace.home


def rows(home: Path, as_of: str) -> dict[str, dict]:
    return {row["schedule"]: row for row in document(home, "schedule", "--as-of", as_of)["schedules"]}


def test_a_day_is_answered_once_and_the_schedule_tells_of_it(planned: Path):
    before = rows(planned, MORNING)
    assert before["scan"] == {
        "schedule": "scan", "last": None, "next": {"key": "scan 2026-02-27", "at": "2026-02-27T17:00:00+00:00"},
        "due": [], "waiting": [],
    }  # fmt: skip
    noon = "2026-02-27T12:30-07:00"
    assert rows(planned, noon)["scan"]["due"] == ["scan 2026-02-27"]
    done = document(planned, "worker", "--once", "--as-of", noon)
    keys = [one["key"] for one in done["answered"]]
    assert keys == ["survey 2026-02-26", "scan 2026-02-27", "sweep 2026-02-27 19:30Z"]
    assert not any(one["failed"] for one in done["answered"])
    assert done["answered"][0]["outcome"] == "The survey of 2026-02-26 puts the 30-year rate at 5.98 %."
    assert document(planned, "worker", "--once", "--as-of", noon)["answered"] == []
    after = rows(planned, noon)
    assert after["scan"]["due"] == []
    assert after["scan"]["last"]["key"] == "scan 2026-02-27"
    assert after["fomc"]["next"] == {"key": "fomc 2026-03-18", "at": "2026-03-18T18:30:00+00:00"}
    code, out, _ = typed(planned, "schedule", "--as-of", noon)
    assert (code, "after a Fed meeting" in out) == (0, True)


def test_one_that_stays_goes_by_the_clock(home: Path):
    code, _, said = typed(home, "worker", "--as-of", MORNING)
    assert code == 2
    assert "Give --as-of together with --once." in said


def test_what_cannot_be_done_is_said_and_kept(planned: Path):
    (planned / "book.duckdb").rename(planned / "elsewhere.duckdb")
    code, out, _ = typed(planned, "worker", "--once", "--as-of", "2026-02-27T12:30-07:00", "--json")
    scan = next(one for one in json.loads(out)["answered"] if one["key"].startswith("scan"))
    assert (code, scan["failed"]) == (1, True)
    assert "There is no book" in scan["outcome"]
    (told,) = rows(planned, "2026-02-27T12:31-07:00")["scan"]["waiting"]
    assert told.startswith("scan 2026-02-27: could not be answered (1 tried). There is no book")


def test_looking_at_the_schedule_loads_no_worker(home: Path):
    code = (
        "import sys, cli; assert cli.main(['schedule', '--json']) == 0; "
        "print(sorted({'dbos', 'langgraph', 'ibis', 'sklearn'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
