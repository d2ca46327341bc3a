"""A publisher that is killed by the kernel at a chosen step: run as a process of its own by the law tests.

Reads one JSON object a line (`home`, `moments`, `port`, `database`), forks once for each moment, publishes in every
child at once and sends each SIGKILL when its moment comes; answers `killed` or `lived` for each of them. Forking
keeps the imports warm; nothing is open before.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from approvals.releases import SqlLedger
from campaign.release import Publication, Release
from tests.conformance.publishing_house import House

Made = TypeVar("Made")


class Doom:
    """Counts moments and ends the process at one of them, with no chance to clean up."""

    def __init__(self, moment: int) -> None:
        self._left = moment

    def moment(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def around(self, call: Callable[[], Made]) -> Made:
        self.moment()
        made = call()
        self.moment()
        return made

    def watch_files(self, home: Path) -> None:
        """Every opening and renaming of a file that goes out is a moment, as the interpreter tells it."""
        folders = (str(home / "outbox"), str(home / "google_ads"))

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event in ("open", "os.rename") and str(arguments[0]).startswith(folders):
                self.moment()

        sys.addaudithook(hear)


def doomed_ledger(doom: Doom) -> type[SqlLedger]:
    """The real ledger, with a moment before and after each of its calls."""

    class DoomedLedger(SqlLedger):
        def claim(self, release: Release, slot: str, *, at: datetime) -> bool:
            return doom.around(lambda: super(DoomedLedger, self).claim(release, slot, at=at))

        def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
            doom.around(lambda: super(DoomedLedger, self).submitting(release, slot, at=at))

        def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
            return doom.around(lambda: super(DoomedLedger, self).deliver(release, slot, target=target, at=at))

    return DoomedLedger


def publish_until(home: Path, moment: int, port: int, database: str) -> None:
    """Publish what is due in a folder; ends by SIGKILL if the moment comes first."""
    house = House(home, database=database)
    if port:
        house.with_mail_server(port)
    doom = Doom(moment)
    doom.watch_files(home)
    ledger = doomed_ledger(doom)
    house.publish(make_ledger=ledger)


def begun(order: dict[str, Any], moment: int) -> int:
    """A child that publishes by itself."""
    child = os.fork()
    if child == 0:
        publish_until(Path(order["home"]), moment, order["port"], order["database"])
        os._exit(0)
    return child


def answer_of(child: int) -> str:
    """How a child ended: `killed`, `lived` to its end, or `failed` on the way."""
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL:
        return "killed"
    return "lived" if os.waitstatus_to_exitcode(ended) == 0 else "failed"


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        children = [begun(order, moment) for moment in order["moments"]]
        sys.stdout.write(" ".join(answer_of(child) for child in children) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
