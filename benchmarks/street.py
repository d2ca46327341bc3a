"""How long the street takes on the example book: from the plan command to a queue of screened pieces.

Run `python -m benchmarks.street [LOANS]`; the limit is 20 s on two cores for its 20,000 loans.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from campaign.lender import parse_lender
from tools.book.generator import generate_book
from tools.workspace import EXAMPLE_LENDER

DAY = date(2026, 2, 26)
LIMIT_SECONDS = 20.0
PLAN = (
    "plan",
    "--as-of",
    "2026-02-26",
    "--budget",
    "60000",
    "--from",
    "2026-03-02",
    "--to",
    "2026-05-29",
    "--json",
)


def main(loans: int) -> int:
    """Import the example book, plan on it once, and print both times against the limit."""
    lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {**os.environ, "VALLUM_HOME": str(home)}

        def run(*arguments: str) -> float:
            started = time.perf_counter()
            command = [sys.executable, "-m", "cli", *arguments]
            subprocess.run(command, check=True, capture_output=True, env=environment)
            return time.perf_counter() - started

        run("init")
        made = generate_book(Path(folder) / "book", loans=loans, seed=20260226, lender=lender, as_of=DAY)
        imported = run("book", "import", *map(str, made.files.values()), "--as-of", "2026-02-26")
        planned = run(*PLAN)
    print(f"loans                {loans:>10,}")
    print(f"import, seconds      {imported:>10.1f}")
    print(
        f"plan to queue, s     {planned:>10.1f}   limit {LIMIT_SECONDS:.0f}, "
        f"ratio {planned / LIMIT_SECONDS:.2f}"
    )
    return 0 if planned < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
