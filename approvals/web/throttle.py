"""How fast one address, or one name that belongs to nobody, may guess: as fast as a known person may."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from approvals.accounts import FORGOTTEN, lock_after, too_many

REMEMBERED = 10_000
FROM_ONE_ADDRESS = 4
"""Failures of one address count a quarter: a whole office may share it."""


class Throttle:
    """Failures by key, forgotten after a while; the oldest keys go first when there are too many.

    A lock that has to outlive a restart is in the database (`accounts.log_in`); this one keeps a stranger
    from learning, by being answered faster or longer, whose names are known.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, key: str, *, at: datetime, share: int = 1) -> None:
        """Let a key go on.

        Args:
            share: how many failures count as one.

        Raises:
            TooManyAttempts: it failed too often, too recently.
        """
        with self._lock:
            count, last = self._failures.get(key, (0, at))
        wait = last + lock_after(count // share) - at
        if wait > timedelta(0):
            raise too_many(wait)

    def failed(self, key: str, *, at: datetime) -> None:
        """Count a failure."""
        with self._lock:
            count, last = self._failures.pop(key, (0, at))
            self._failures[key] = (1 if at - last > FORGOTTEN else count + 1, at)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """Start anew for a key."""
        with self._lock:
            self._failures.pop(key, None)
