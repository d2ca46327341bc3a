"""A process that does what it is told until a moment comes and the kernel ends it: the test's side of the line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from approvals import audit, deliveries
from tests.conformance.publishing_house import House

ROOT = Path(__file__).parent.parent.parent


class Doomed:
    """One such process, kept warm: it forks for each order, and only the child is killed.

    Args:
        module: whose `main` reads the orders.
    """

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def carry_out(self, **order: object) -> str:
        """Give one order; what the process answers, such as `killed`, `lived` or `failed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait(timeout=30) == 0


class KilledPublisher(Doomed):
    """Publishes in a folder until a moment, then is killed; several at once where there are more moments."""

    def __init__(self) -> None:
        super().__init__("tests.laws.killed_publisher")

    def publish(self, house: House, *moments: int, port: int = 0) -> list[str]:
        """How each of them ended."""
        told = self.carry_out(home=str(house.home), moments=moments, port=port, database=house.database)
        return told.split()


def ledger_and_log_agree(house: House) -> None:
    made = house.ask(deliveries.publications)
    assert len({publication.key for publication in made}) == len(made)
    report = house.ask(audit.verify)
    assert report.verified
