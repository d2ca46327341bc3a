"""From a move of rates to new pieces in the queue: how long it takes on the example book, and where it goes.

Run `python -m benchmarks.rate_move [LOANS]` (20,000 unless said otherwise). The campaign is planned at the
prices of 26 February 2026, its search ads approved and published, and `vallum replan` typed on 8 October,
after the rates rose. The command is a process of its own; what it says of each step tells when the step was
done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.street import DAY, PLAN
from campaign.lender import parse_lender
from tools.book.generator import generate_book
from tools.workspace import EXAMPLE_LENDER

BEFORE, AFTER = "2026-02-27", "2026-10-08"
CHANNEL, BY = "google_search", "Ruth Calder"
"""What is approved and published before the rates move, and by whom."""
STEPS = (
    ("segmentation", "pull back the old plan, part the book anew"),
    ("channel planning", "channels, budget, calendar"),
    ("fair lending", "copy, and the review for fair lending"),
    ("compliance", "screen, put into the queue"),
)
"""How each step's line begins, and what was done when it is said."""


def main(loans: int) -> int:
    """Plan, publish a part, let the rates rise, and print the seconds of each step of the replan."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VALLUM_HOME": str(Path(folder) / "home")}
        _run(environment, "init")
        lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
        made = generate_book(Path(folder) / "book", loans=loans, seed=20260226, lender=lender, as_of=DAY)
        _run(environment, "book", "import", *map(str, made.files.values()), "--as-of", str(DAY))
        _run(environment, *PLAN)
        _run(environment, "approve", "--channel", CHANNEL, "--by", BY, "--as-of", BEFORE)
        _run(environment, "publish", "--as-of", BEFORE)
        told, document = _replanned(environment)
    print(f"{loans:,} loans; {document['recalled']} live pieces taken back, "
          f"{document['waiting']['pieces']} new ones wait")  # fmt: skip
    before = 0.0
    for begins, done in STEPS:
        seconds = told[begins]
        print(f"  {done:46} {seconds - before:6.1f} s")
        before = seconds
    print(f"  {'tell what changed':46} {told['end'] - before:6.1f} s")
    print(f"  {'all':46} {told['end']:6.1f} s")
    return 0


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(environment))
    if done.returncode not in (0, 1):
        raise SystemExit(f"{arguments[0]}: {done.stderr}")
    return done.stdout


def _replanned(environment: Mapping[str, str]) -> tuple[dict[str, float], dict[str, Any]]:
    """The seconds since the command was typed at which each step was done, and what the command answered."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "cli", "replan", "--as-of", AFTER, "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(environment)
    )
    assert process.stderr is not None
    assert process.stdout is not None
    told = {line.strip().split(":")[0]: seconds for line, seconds in _stamped(process.stderr, started)}
    answered = process.stdout.read()
    process.wait()
    return {**told, "end": time.perf_counter() - started}, json.loads(answered)


def _stamped(lines: Iterator[str], started: float) -> Iterator[tuple[str, float]]:
    for line in lines:
        yield line, time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
