"""Law 1 attacked by several people over every act of the gate, in any order.

Nothing reaches a channel without a live approval of exactly those bytes, by enough people who are allowed under
the lender as it stands and wrote no part of it, while publishing is not paused, with conditions that were met
when it was released. And what may go out is not refused: a gate that lets nothing through fails as well.

`VALLUM_LAW_EXAMPLES` sets how many lives the machine leads (the default takes half a minute).
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, invariant

from approvals.audit import verify
from approvals.database import open_database
from tests.approvals.gate import start
from tests.laws.gate_model import Book
from tests.laws.gate_vandal import Vandal
from tests.laws.gate_world import KINDS, World
from tests.laws.recount import recounted, told

EXAMPLES = int(os.environ.get("VALLUM_LAW_EXAMPLES", "70"))


class Gate(Vandal):
    """One life of a workspace, which begins with a few pieces that wait and a few that are approved."""

    stocked: Path
    known: Book

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "vallum.db"
        shutil.copy(self.stocked, path)
        self.begin(path, copy.deepcopy(self.known))

    def begin(self, path: Path, book: Book) -> None:
        self.engine = open_database(f"sqlite:///{path}")
        self.world, self.book = World(), book
        self.looked, self.held, self.claims, self.out = [], [], [], []
        self.deliveries, self.closed, self.miscounted, self.misplaced = {}, set(), False, set()

    def stock(self) -> None:
        start(self.engine)
        for kind in dict.fromkeys(KINDS):
            self.draft(kind, "house writer")
        for kind in ("plain", "rate", "rate", "named"):
            self.clear(kind, "house writer")
        self.engine.dispose()

    @invariant()
    def nothing_went_out_twice(self) -> None:
        if hasattr(self, "out"):
            assert len({*self.out}) == len(self.out)

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        try:
            self.everyone_is_back()
            if self.book.paused:
                self.go_on()
            self.all_that_may_goes_out()
            report = verify(self.engine)
            assert report.verified, report.reason
            if not self.miscounted:
                assert told(self.engine) == recounted(self.engine)
        finally:
            self.engine.dispose()
            self.folder.cleanup()


@pytest.fixture(scope="module", autouse=True)
def stocked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A workspace to copy for every life, and what the book beside it says."""
    prepare(tmp_path_factory.mktemp("law") / "vallum.db")


def prepare(path: Path) -> None:
    first = Gate()
    first.begin(path, Book())
    first.stock()
    Gate.stocked, Gate.known = path, first.book


Gate.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestGate = Gate.TestCase
