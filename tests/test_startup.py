"""Typing a command must feel instant: measured against what its libraries cost by themselves, in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNS = 7


def seconds(*command: str, home: Path) -> float:
    environment = {**os.environ, "VALLUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=home)
    return time.perf_counter() - started


def ratio(command: tuple[str, ...], peer: str, home: Path) -> float:
    """Median of paired ratios: whatever else the machine does falls on both of a pair."""
    pairs = []
    for _ in range(RUNS):
        ours = seconds(sys.executable, "-m", "cli", *command, home=home)
        theirs = seconds(sys.executable, "-c", peer, home=home)
        pairs.append(ours / theirs)
    return statistics.median(pairs)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("startup")
    seconds(sys.executable, "-m", "cli", "init", home=folder)
    return folder


def test_help_costs_less_than_three_times_typer(home):
    assert ratio(("--help",), "import typer", home) < 3


def test_the_queue_costs_less_than_twice_its_libraries(home):
    assert ratio(("queue",), "import typer, sqlmodel", home) < 2
