"""A process killed anywhere leaves nothing half-done: the same command goes on and ends as if nothing happened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from agents.opening import SEED
from campaign.moment import end_of_day
from tools.book.engine import open_book
from tools.book.generator import generate_book
from tools.book.importing import import_file
from tools.workspace import EXAMPLE_LENDER, make_workspace

ROOT = Path(__file__).parent.parent.parent
DAY = date(2026, 2, 26)
PLAN = (
    "plan",
    "--as-of",
    "2026-02-26",
    "--budget",
    "20000",
    "--from",
    "2026-03-02",
    "--to",
    "2026-05-29",
    "--json",
)
KILLS = (0.9, 1.4, 1.9, 2.4, 3.0, 3.8)


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
        cwd=home,
    )


def answer(home: Path, *arguments: str) -> dict:
    with start(home, *arguments) as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode in (0, 1), out
    return json.loads(out)


def killed(home: Path, after: float, *arguments: str) -> bool:
    """Start a command and kill it; False where it was done before."""
    with start(home, *arguments) as process:
        time.sleep(after)
        if process.poll() is not None:
            return False
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return True


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("killed") / "home"
    workspace = make_workspace(home, EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    made = generate_book(home / "example", loans=1_200, seed=SEED, lender=workspace.lender, as_of=DAY)
    with open_book(workspace.book_url) as book:
        for path in made.files.values():
            import_file(
                book,
                path,
                rejects=workspace.rejects,
                monitoring=workspace.monitoring,
                at=end_of_day(DAY, workspace.lender.zone),
                zone=workspace.lender.zone,
            )
    return home


@pytest.fixture
def home(template, tmp_path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "home"))


def queued(home: Path) -> list[tuple]:
    return sorted(
        (item["piece"], item["revision"], item["status"]) for item in answer(home, "queue", "--json")["items"]
    )


def test_a_plan_killed_again_and_again_ends_as_one_that_was_not(template, home, tmp_path):
    undisturbed = Path(shutil.copytree(template, tmp_path / "undisturbed"))
    expected = answer(undisturbed, *PLAN)
    kills = sum(killed(home, after, *PLAN) for after in KILLS)
    got = answer(home, *PLAN)
    assert kills >= 2, "the plan was too quick to be killed"
    assert got == expected
    assert queued(home) == queued(undisturbed)
    assert len(answer(home, "runs", "list", "--json")["runs"]) == 1
    assert answer(home, "audit", "verify", "--json")["verified"] is True


def test_publishing_killed_again_and_again_publishes_once(home):
    run = answer(home, *PLAN)["run"]
    items = answer(home, "queue", "--json")["items"]
    chosen = [item["piece"] for item in items if item["channel"] in ("email", "google_search")][:6]
    answer(home, "approve", *chosen, "--by", "Ruth Calder", "--as-of", "2026-02-26", "--json")
    publish = ("publish", "--run", run, "--as-of", "2026-02-26", "--json")
    for after in KILLS:
        killed(home, after, *publish)
    with start(home, *publish) as process:
        process.communicate(timeout=120)
    letters = [path.name for path in (home / "outbox").rglob("*.eml")]
    ads = list((home / "google_ads").rglob("*.csv"))
    assert len(letters) == len(set(letters)), "somebody got two letters"
    assert len(ads) == len({path.name for path in ads}) == sum("google_search" in piece for piece in chosen)
    assert answer(home, "audit", "verify", "--json")["verified"] is True
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*.eml")}
    with start(home, *publish) as process:
        process.communicate(timeout=120)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*.eml")} == before
