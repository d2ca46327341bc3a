"""Several at once: acts that begin at the same moment in threads, and stretches of time to compare them by."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from campaign.errors import VallumError

WAIT_SECONDS = 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the refusal it met; anything else that was raised is raised here."""
    answers: list[Any] = [None] * len(acts)
    raised: list[BaseException] = []
    door = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        door.wait(WAIT_SECONDS)
        try:
            answers[place] = act()
        except VallumError as refused:
            answers[place] = refused
        except BaseException as failure:  # noqa: BLE001  # told below, in the test's own thread
            raised.append(failure)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    assert raised == []
    return answers


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
