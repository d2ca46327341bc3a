"""A process killed anywhere leaves nothing half-done: the same command goes on and ends as if nothing happened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.laws.doomed import Doomed

AS_OF = ("--as-of", "2026-02-26")
PLAN = ("plan", *AS_OF, "--budget", "3000", "--from", "2026-03-02", "--to", "2026-05-29", "--json")
PARTS = (0.04, 0.08, 0.12, 0.18, 0.24, 0.32)
"""Of the time that an undisturbed plan takes, which is much like that of publishing: when a command is killed."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: `killed` or its exit code, after how many seconds, and what it printed."""

    how: str
    seconds: float
    printed: str

    @property
    def document(self) -> Any:
        assert self.how in ("0", "1"), self
        return json.loads(self.printed)


class Terminal(Doomed):
    """Where commands are typed, and ended in the middle."""

    def __init__(self) -> None:
        super().__init__("tests.laws.killed_command")

    def run(self, home: Path, *arguments: str, seconds: float = 0) -> Ended:
        told = json.loads(self.carry_out(home=str(home), arguments=arguments, seconds=seconds))
        return Ended(told["ended"], told["seconds"], told["printed"])

    def ask(self, home: Path, *arguments: str) -> Any:
        return self.run(home, *arguments, "--json").document

    def kill(self, home: Path, *arguments: str, whole: float) -> int:
        """Begin a command again and again, and kill it each time; how often it was not done before."""
        ends = [self.run(home, *arguments, seconds=part * whole).how for part in PARTS]
        assert {*ends} <= {"killed", "0", "1"}
        return ends.count("killed")


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    process = Terminal()
    yield process
    process.close()


@pytest.fixture(scope="module")
def planned(terminal: Terminal, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A workspace with a plan that nothing disturbed."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("planned") / "home"))
    return home, terminal.run(home, *PLAN)


def queued(terminal: Terminal, home: Path) -> list[tuple[str, int, str]]:
    items = terminal.ask(home, "queue")["items"]
    return sorted((item["piece"], item["revision"], item["status"]) for item in items)


def test_a_plan_killed_again_and_again_ends_as_one_that_was_not(
    terminal: Terminal, planned: tuple[Path, Ended], home: Path
):
    undisturbed, whole = planned
    kills = terminal.kill(home, *PLAN, whole=whole.seconds)
    assert kills >= 2, "the plan was too quick to be killed"
    assert terminal.run(home, *PLAN).document == whole.document
    assert queued(terminal, home) == queued(terminal, undisturbed)
    assert len(terminal.ask(home, "runs", "list")["runs"]) == 1
    assert terminal.ask(home, "audit", "verify")["verified"] is True


def test_publishing_killed_again_and_again_publishes_once(
    terminal: Terminal, planned: tuple[Path, Ended], tmp_path: Path
):
    home = Path(shutil.copytree(planned[0], tmp_path / "home"))
    run, items = planned[1].document["run"], terminal.ask(home, "queue")["items"]
    chosen = [
        piece
        for channel in ("email", "google_search")
        for piece in [item["piece"] for item in items if item["channel"] == channel][:2]
    ]
    terminal.ask(home, "approve", *chosen, "--by", "Ruth Calder", *AS_OF)
    publish = ("publish", "--run", run, *AS_OF, "--json")
    kills = terminal.kill(home, *publish, whole=planned[1].seconds)
    assert kills >= 2, "it was published too quickly to be killed"
    terminal.run(home, *publish)
    letters = [path.name for path in (home / "outbox").rglob("*.eml")]
    ads = list((home / "google_ads").rglob("*.csv"))
    assert len(letters) == len(set(letters)) > 50, "somebody got two letters"
    assert len(ads) == len({path.name for path in ads}) == sum("google_search" in piece for piece in chosen)
    assert terminal.ask(home, "audit", "verify")["verified"] is True
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*.eml")}
    terminal.run(home, *publish)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*.eml")} == before
