"""A worker killed in the middle of answering a meeting, by the product's own acts: the same end as without.

At every commit to the gate's records or to the worker's own there is a moment; here a few are tried, spread
over all of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from agents.opening import SEED, open_street
from agents.planning_runs import start_planning
from agents.running import advance
from approvals import audit
from approvals.answers import answers
from approvals.database import open_database, reading
from campaign.brief import Brief
from tests.agents.test_worker import Shop
from tools.book.engine import open_book
from tools.book.generator import generate_book
from tools.book.importing import import_file
from tools.workspace import EXAMPLE_LENDER, make_workspace

PLANNED = datetime.fromisoformat("2026-09-10T18:00:00+00:00")
AT = "2026-09-18T16:00:00+00:00"
TRIED = int(os.environ.get("VALLUM_TEST_MOMENTS", "1"))
"""How many moments are tried; the whole law takes as many as there are."""
LOANS = 500


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    process = Shop()
    yield process
    process.close()


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace with a campaign that was planned before the meeting of 16 September 2026."""
    home = tmp_path_factory.mktemp("planned") / "home"
    workspace = make_workspace(home, EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    made = generate_book(
        home / "example", loans=LOANS, seed=SEED, lender=workspace.lender, as_of=PLANNED.date()
    )
    places = {"rejects": workspace.rejects, "monitoring": workspace.monitoring, "zone": workspace.lender.zone}
    with open_book(workspace.book_url) as book:
        for path in made.files.values():
            import_file(book, path, at=PLANNED, **places)
    street = open_street(workspace, at=PLANNED, environment={}, progress=lambda _: None)
    brief = Brief(goal="Help owners", budget_usd=5_000, starts=date(2026, 9, 14), ends=date(2026, 12, 1))
    run = start_planning(street, brief)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    street.engine.dispose()
    return home


def order(planned: Path, home: Path, **more: object) -> dict:
    shutil.copytree(planned, home)
    places = {"home": str(home), "database": "", "durable": f"sqlite:///{home / 'worker.db'}"}
    return {**places, "at": AT, "kinds": ["fomc"], "acts": "real", **more}


def state(home: Path) -> dict[str, list]:
    """All that a person can see of where the workspace stands."""
    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    with reading(engine) as session:
        pieces = session.execute(
            text("SELECT piece_id, revision, run_id, status, content_hash FROM pieces ORDER BY 1, 2")
        ).all()
        runs = session.execute(text("SELECT run_id, status FROM runs ORDER BY 1")).all()
    kept = [one.model_dump(mode="json", exclude={"attempts"}) for one in answers(engine)]
    assert audit.verify(engine).verified
    engine.dispose()
    return {"pieces": [tuple(one) for one in pieces], "runs": [tuple(one) for one in runs], "answers": kept}


def test_a_replan_killed_at_any_step_ends_as_one_that_was_not(shop: Shop, planned: Path, tmp_path: Path):
    assert shop.work(order(planned, tmp_path / "undisturbed")) == ["lived"]
    expected = state(tmp_path / "undisturbed")
    (answered,) = expected["answers"]
    assert answered["key"] == "fomc 2026-09-16"
    assert "rose from 6.750 % to 7.000 %" in answered["outcome"]
    assert [status for _, status in expected["runs"]] == ["superseded", "parked"]
    moments = int((tmp_path / "undisturbed" / "moments").read_text("utf-8"))
    chosen = sorted({moments * (2 * number + 1) // (2 * TRIED) for number in range(TRIED)})
    doomed = [order(planned, tmp_path / str(moment), doomed=moment) for moment in chosen]
    assert set(shop.work(*doomed)) == {"killed"}
    assert set(shop.work(*({**one, "doomed": None} for one in doomed))) == {"lived"}
    for one in doomed:
        assert state(Path(one["home"])) == expected, one["doomed"]
