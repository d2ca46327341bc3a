"""What tests of the gate begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from approvals.statuses import Status
from tests.approvals.gate import LOU, a_piece, start, status_of, submit
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace

if TYPE_CHECKING:
    from tests.approvals.standings import Bench


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """One pending piece that speaks in Lou Field's name."""
    start(engine)
    submit(engine, a_piece(originator=LOU))
    return engine


@pytest.fixture
def started(engine: Engine) -> Engine:
    """Two runs that hold nothing yet."""
    start(engine)
    start(engine, "run-2")
    return engine


@pytest.fixture
def blocked(engine: Engine) -> Engine:
    """One piece that a rule blocks, and another warns of."""
    start(engine)
    submit(engine, a_piece(body="The best is guaranteed."))
    assert status_of(engine) is Status.BLOCKED
    return engine


@pytest.fixture
def signed_by_all(engine: Engine) -> Engine:
    """One letter in each of six loan officers' names, each for another state; a class of its own beside them."""
    from tests.approvals.classes import LETTERS
    from tests.approvals.signed import LENDER

    start(engine)
    for piece in (*LETTERS, a_piece("plain")):
        submit(engine, piece, lender=LENDER)
    return engine


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace of the example lender, as `vallum init` lays it out."""
    return make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text("utf-8"), {})


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Status, bool], Path]:
    """A database per status, made once."""
    from tests.approvals.standings import build

    folder = tmp_path_factory.mktemp("standing")

    def find(status: Status, spoken: bool) -> Path:
        path = folder / f"{status}-{spoken}.db"
        if not path.exists():
            build(path, status, spoken=spoken)
        return path

    return find


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    from tests.approvals.standings import Bench

    bench = Bench(tmp_path_factory.mktemp("bench") / "vallum.db")
    yield bench
    bench.close()
