"""One desk per test, in front of a SQLite database: the gate's own tests cover both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from approvals import accounts
from approvals.database import open_database
from tests.approvals.web.desk import QUICK, Desk


@pytest.fixture
def desk(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # passwords as they are hashed in earnest take a tenth of a second each; `test_accounts.py` does that
    monkeypatch.setattr(accounts, "HASHER", QUICK)
    monkeypatch.setattr(accounts, "NOBODY", QUICK.hash("nobody has this"))
    engine = open_database(migrated_sqlite_url)
    yield Desk(engine)
    engine.dispose()
