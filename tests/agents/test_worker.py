"""A worker killed anywhere, two at once, one that fails: each question is answered once, and the same way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from agents.worker_names import held_name
from approvals import audit
from approvals.answers import ANSWERED, answers
from approvals.database import open_database, reading

ROOT = Path(__file__).parent.parent.parent
AT = "2026-12-10T17:00:00+00:00"
LATER = "2026-12-10T19:30:00+00:00"
KEYS = ("fomc 2026-12-09", "scan 2026-12-10")
TOGETHER = 12
"""Processes at once."""


class Shop:
    """A warm process that forks workers and tells how each ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.agents.worker_shop"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def work(self, *orders: dict) -> list[str]:
        """Workers at the same time, each told where and with what."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        ended: list[str] = []
        for first in range(0, len(orders), TOGETHER):
            self._process.stdin.write(json.dumps(orders[first : first + TOGETHER]) + "\n")
            self._process.stdin.flush()
            ended += json.loads(self._process.stdout.readline())
        return ended

    def close(self) -> None:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
        assert self._process.returncode == 0


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    process = Shop()
    yield process
    process.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("worker") / "vallum.db"
    open_database(f"sqlite:///{path}").dispose()
    return path.read_bytes()


def order(home: Path, migrated: bytes, **more: object) -> dict:
    """One worker in a folder of its own."""
    if not home.exists():
        home.mkdir()
        (home / "vallum.db").write_bytes(migrated)
    usual = {
        "home": str(home), "database": f"sqlite:///{home / 'vallum.db'}",
        "durable": f"sqlite:///{home / 'worker.db'}", "at": AT, "kinds": ["fomc", "scan"],
    }  # fmt: skip
    return {**usual, **more}


def finished(database: str) -> list[tuple]:
    """Everything that is answered, without how often it was tried."""
    engine = open_database(database)
    kept = [one.model_dump(exclude={"attempts"}) for one in answers(engine)]
    engine.dispose()
    return [tuple(sorted(one.items())) for one in kept]


def logged(database: str) -> list[tuple[str, str]]:
    """What was done, in the order of the log; a second beginning says nothing new."""
    engine = open_database(database)
    with reading(engine) as session:
        rows = session.execute(text("SELECT event, subject FROM audit_events ORDER BY seq")).all()
    assert audit.verify(engine).verified
    engine.dispose()
    return [(event, subject) for event, subject in rows if event != "act.begun"]


def begun(database: str) -> Counter[str]:
    engine = open_database(database)
    with reading(engine) as session:
        found = (
            session.execute(text("SELECT subject FROM audit_events WHERE event = 'act.begun'"))
            .scalars()
            .all()
        )
    engine.dispose()
    return Counter(found)


def done(home: Path) -> list[list]:
    return [said for path in home.glob("done-*.json") for said in json.loads(path.read_text("utf-8"))]


def test_killed_at_every_step_it_ends_as_if_it_had_not_been(shop: Shop, migrated: bytes, tmp_path: Path):
    undisturbed = order(tmp_path / "undisturbed", migrated, kinds=["fomc"])
    assert shop.work(undisturbed) == ["lived"]
    expected = finished(undisturbed["database"]), logged(undisturbed["database"])
    moments = int((tmp_path / "undisturbed" / "moments").read_text("utf-8"))
    assert moments >= 12, "around each step of the act, the claim before it and the end after it"
    doomed = [
        {**order(tmp_path / str(moment), migrated), "kinds": ["fomc"], "doomed": moment}
        for moment in range(moments)
    ]
    assert set(shop.work(*doomed)) == {"killed"}
    again = [{**one, "doomed": None, "at": LATER} for one in doomed]
    assert set(shop.work(*again)) == {"lived"}
    for one in again:
        assert logged(one["database"]) == expected[1], one["home"]
        (kept,), (found,) = map(dict, expected[0]), map(dict, finished(one["database"]))
        if found["began_at"] == kept["began_at"]:
            assert found == kept
        else:
            assert found["began_at"] == datetime.fromisoformat(LATER), "it had not been begun"
        assert max(begun(one["database"]).values()) <= 2


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def shared(request: pytest.FixtureRequest, migrated: bytes, tmp_path: Path) -> dict:
    """What several workers have in common, on each engine."""
    one = order(tmp_path / "shared", migrated)
    if request.param == "sqlite":
        return one
    url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
    engine.dispose()
    open_database(url).dispose()
    return {**one, "database": url, "durable": url}


def test_workers_at_once_answer_each_question_once(shop: Shop, shared: dict):
    elsewhere = {**shared, "names": "other"}
    assert shop.work(shared, elsewhere, shared) == ["lived"] * 3
    assert begun(shared["database"]) == dict.fromkeys(KEYS, 1)
    assert sorted(key for key, _, _ in done(Path(shared["home"]))) == sorted(KEYS)
    assert [event for event, _ in logged(shared["database"])].count(ANSWERED) == len(KEYS)


def test_what_one_left_on_another_machine_waits_for_its_lease(shop: Shop, migrated: bytes, tmp_path: Path):
    left = order(tmp_path / "home", migrated, doomed=6, kinds=["fomc"])
    assert shop.work(left) == ["killed"]
    elsewhere = {**left, "doomed": None, "names": "other", "durable": f"sqlite:///{tmp_path / 'other.db'}"}
    assert shop.work(elsewhere) == ["lived"]
    assert done(tmp_path / "home") == [], "nobody knows that the other is gone"
    assert shop.work({**left, "doomed": None}) == ["lived"]
    assert [key for key, _, _ in done(tmp_path / "home")] == [KEYS[0]]


def test_a_refusal_is_kept_and_tried_again_and_a_fault_sets_the_question_free(
    shop: Shop, migrated: bytes, tmp_path: Path
):
    refused = order(tmp_path / "refused", migrated, kinds=["fomc"], acts="refusing")
    assert shop.work(refused) == ["lived"]
    assert done(tmp_path / "refused") == [[KEYS[0], "`2026-12-09` cannot be answered. Mend it.", True]]
    assert shop.work({**refused, "acts": ""}) == ["lived"]
    (kept,) = map(dict, finished(refused["database"]))
    assert kept["outcome"] == "Answered from run-1 at 17:00."
    faulty = order(tmp_path / "faulty", migrated, kinds=["fomc"], acts="faulty")
    assert shop.work(faulty) == ["failed"]
    (kept,) = map(dict, finished(faulty["database"]))
    assert (kept["claimed_by"], kept["finished_at"]) == ("", None)
    assert shop.work({**faulty, "acts": ""}) == ["lived"]


def test_one_that_stays_answers_what_is_due_and_stops_when_told(shop: Shop, migrated: bytes, tmp_path: Path):
    staying = order(tmp_path / "home", migrated, for_seconds=6)
    beside = {**staying, "names": "other"}
    assert shop.work(staying, beside) == ["lived", "lived"]
    assert begun(staying["database"]) == dict.fromkeys(KEYS, 1)
    assert {dict(one)["key"] for one in finished(staying["database"])} == set(KEYS)


def test_ticks_that_were_slept_through_do_nothing(migrated: bytes, tmp_path: Path):
    from agents.worker import STALE, _tick
    from tests.agents.worker_shop import Moments, desk_of

    one = order(tmp_path / "home", migrated)
    desk = desk_of(one["database"], datetime.fromisoformat(AT), list(one["kinds"]), Moments(None))
    for minutes in range(3, 10_000, 500):
        _tick(desk, "worker-1/1", str, datetime.now(UTC) - STALE - timedelta(minutes=minutes))
    desk.engine.dispose()
    assert finished(one["database"]) == []


def test_a_name_is_held_by_one_and_comes_back_with_the_next_life(tmp_path: Path):
    with held_name(tmp_path / "names") as first, held_name(tmp_path / "names") as second:
        assert first != second
    with held_name(tmp_path / "names") as again:
        assert again == first
    with held_name(tmp_path / "elsewhere") as other:
        assert other != first, "two machines have different names"
