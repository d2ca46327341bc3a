"""What most tests of the gate begin with."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.approvals.gate import LOU, a_piece, start, submit


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """One pending piece that speaks in Lou Field's name."""
    start(engine)
    submit(engine, a_piece(originator=LOU))
    return engine
