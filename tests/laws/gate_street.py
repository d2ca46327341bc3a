"""Everyone at the gate at once, each stretch of what they do noted, to be told which was first."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import product

from approvals import decisions
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.recalls import recall
from approvals.releases import SqlLedger, releases_due
from approvals.statuses import Status
from approvals.switch import pause, resume
from campaign.errors import Busy, Refused
from tests.approvals.gate import AT, status_of
from tests.laws.at_once import Watch

SLOTS = 12


@dataclass
class Street:
    """Everyone who works at the gate at once: publishers, one who pauses and goes on, one who recalls."""

    gate: Gate
    watch: Watch = field(default_factory=Watch)
    busy: threading.Event = field(default_factory=threading.Event)

    def publish(self) -> None:
        books, releases = SqlLedger(self.gate), releases_due(self.gate.engine)
        for slot, release in product(range(SLOTS), releases):
            try:
                if books.claim(release, str(slot), at=AT):
                    with self.watch.over(f"out {release.piece.piece_id} {slot}"):
                        books.submitting(release, str(slot), at=AT)
                    books.deliver(release, str(slot), target="sent", at=AT)
            except (Refused, Busy):
                continue
            self.busy.set()

    def stop_and_go(self) -> None:
        assert self.busy.wait(30)
        for _ in range(3):
            with self.watch.over("pause"):
                pause(self.gate, by="Ada Stone", at=AT, reason="Something is wrong.")
            with self.watch.over("resume"):
                resume(self.gate, by="Ada Stone", at=AT)

    def take_back(self) -> None:
        assert self.busy.wait(30)
        for name in ("letter-0", "letter-2"):
            until = time.monotonic() + 30
            while status_of(self.gate.engine, name) is Status.APPROVED and time.monotonic() < until:
                time.sleep(0.01)  # what no publisher has taken yet cannot be recalled
            with self.watch.over(f"recall {name}"):
                recall(self.gate, Filter(piece=name), by="Ruth Calder", at=AT, reason="Wrong.", take_down=str)

    def approve(self) -> None:
        for name in ("letter-3", "letter-4"):
            decisions.approve(self.gate, name, by="Sam Ott", at=AT)
