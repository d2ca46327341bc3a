"""Several at once: acts that begin at the same moment in threads, and stretches of time to compare them by."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from campaign.errors import VallumError

WAIT_SECONDS = 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the refusal it met; anything else that was raised is raised here."""
    door = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        door.wait(WAIT_SECONDS)
        try:
            return act()
        except VallumError as refused:
            return refused

    pool = ThreadPoolExecutor(len(acts))
    begun = [pool.submit(run, act) for act in acts]
    pool.shutdown(wait=False)
    waiting = wait(begun, WAIT_SECONDS).not_done
    assert not waiting, "somebody waits for ever"
    return [one.result() for one in begun]


def parted(answers: Sequence[Any]) -> tuple[list[Any], list[VallumError]]:
    """Those that went through, and those that were refused in words."""
    refused = [one for one in answers if isinstance(one, VallumError)]
    return [one for one in answers if not isinstance(one, VallumError)], refused


@dataclass
class Stretch:
    """From when to when something took place; `what` names it."""

    what: str
    begins: int
    ends: int


@dataclass
class Watch:
    """Numbers that only grow, whoever asks; of two stretches that do not overlap it knows which was first."""

    stretches: list[Stretch] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def over(self, what: str) -> Iterator[None]:
        """Note a stretch if what happens in it goes through."""
        begins = next(self._numbers)
        yield
        self.stretches.append(Stretch(what, begins, next(self._numbers)))

    def of(self, kind: str) -> list[Stretch]:
        return [one for one in self.stretches if one.what.partition(" ")[0] == kind]
