"""What the market asks is answered once: whoever comes, stops, dies or comes back, in whatever order."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from approvals import audit
from approvals.answers import (
    ANSWERED,
    KeptAnswer,
    answers,
    claim_answer,
    find_answer,
    finish_answer,
    finish_passing,
    give_back,
    renew_claim,
)
from approvals.database import open_database, reading
from tests.laws.at_once import at_once, parted

START = datetime(2026, 12, 9, 20, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
FOMC = KeptAnswer(key="fomc 2026-12-09", kind="fomc", due_at=START, began_at=START, basis="run-1")
KEYS = ("fomc 2026-12-09", "sheet 4f2a", "scan 2026-12-10")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "vallum.db"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def engine(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(migrated, tmp_path / "vallum.db")
    own = f"sqlite:///{tmp_path / 'vallum.db'}"
    engine = open_database(own if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


def logged(engine: Engine) -> Counter[str]:
    """How often the log says that a question was answered."""
    query = text("SELECT subject FROM audit_events WHERE event = :event")
    with reading(engine) as session:
        return Counter(session.execute(query, {"event": ANSWERED}).scalars())


def claim(engine: Engine, by: str, now: datetime = START, key: str = FOMC.key) -> KeptAnswer | None:
    asked = FOMC.model_copy(update={"key": key, "kind": key.split()[0]})
    return claim_answer(engine, asked, by=by, now=now, lease=LEASE)


def finish(engine: Engine, by: str, key: str = FOMC.key) -> bool:
    return finish_answer(engine, key, by=by, at=START, outcome=f"By {by}.", runs=("run-2",))


def test_of_many_at_once_one_claims(engine: Engine):
    got, refused = parted(at_once(*(partial(claim, engine, f"w{n}/1") for n in range(8))))
    assert refused == []
    (kept,) = [one for one in got if one is not None]
    assert find_answer(engine, FOMC.key) == kept
    finished = at_once(*(partial(finish, engine, f"w{n}/1") for n in range(8)))
    assert finished.count(True) == 1
    assert logged(engine) == {FOMC.key: 1}


def test_a_worker_that_is_gone_is_taken_over_and_one_that_lives_is_not(engine: Engine):
    assert claim(engine, "a/1") is not None
    assert claim(engine, "b/1", START + LEASE / 2) is None
    assert renew_claim(engine, FOMC.key, by="a/1", until=START + 2 * LEASE)
    assert claim(engine, "b/1", START + LEASE) is None
    taken = claim(engine, "b/1", START + 2 * LEASE)
    assert taken is not None
    assert taken.attempts == 2
    assert not renew_claim(engine, FOMC.key, by="a/1", until=START + 9 * LEASE)
    assert not finish(engine, "a/1"), "whoever slept through its lease has lost it"
    assert finish(engine, "b/1")
    assert logged(engine) == {FOMC.key: 1}


def test_a_worker_that_starts_again_need_not_wait_for_its_own_lease(engine: Engine):
    assert claim(engine, "a/1") is not None
    assert claim(engine, "a/1") is None, "it has it already"
    assert claim(engine, "a/2") is not None
    assert not finish(engine, "a/1")


def test_a_failure_waits_before_it_is_tried_again(engine: Engine):
    claim(engine, "a/1")
    assert give_back(engine, FOMC.key, by="a/1", reason="No server.", retry_at=START + LEASE)
    kept = find_answer(engine, FOMC.key)
    assert kept is not None
    assert (kept.outcome, kept.claimed_by, kept.finished_at) == ("No server.", "", None)
    assert (kept.rests(START), kept.rests(START + LEASE)) == (True, False)
    again = claim(engine, "b/1")
    assert again is not None
    assert again.attempts == 2
    assert not give_back(engine, FOMC.key, by="a/1", reason="late", retry_at=START)


def test_the_latest_meeting_answers_for_those_that_it_overtook(engine: Engine):
    claim(engine, "a/1")
    earlier = {"fomc 2026-09-16": START - timedelta(days=84), "fomc 2026-10-28": START - timedelta(days=42)}
    claim(engine, "a/1", key="fomc 2026-09-16")
    finish(engine, "a/1", "fomc 2026-09-16")
    assert finish_answer(engine, FOMC.key, by="a/1", at=START, outcome="Replanned.", also=earlier)
    kept = {one.key: one for one in answers(engine)}
    assert kept["fomc 2026-09-16"].outcome == "By a/1.", "it was answered before and stays so"
    assert kept["fomc 2026-10-28"].outcome == "Answered together with `fomc 2026-12-09`."
    assert kept["fomc 2026-10-28"].due_at == earlier["fomc 2026-10-28"]
    assert logged(engine) == dict.fromkeys((*earlier, FOMC.key), 1)
    assert claim(engine, "b/1", START + 99 * LEASE, "fomc 2026-10-28") is None


def test_of_what_comes_back_every_few_minutes_the_last_alone_is_kept(engine: Engine):
    for minute in range(0, 20, 5):
        due = START + timedelta(minutes=minute)
        key = f"sweep {due:%Y-%m-%d %H:%M}"
        claim_answer(
            engine, FOMC.model_copy(update={"key": key, "kind": "sweep", "due_at": due}), by="a/1", now=due, lease=LEASE
        )  # fmt: skip
        assert finish_passing(engine, key, by="a/1", at=due, outcome="Nothing waits.")
    assert [one.key for one in answers(engine)] == ["sweep 2026-12-09 20:15"]
    assert logged(engine) == {}


@dataclass
class Told:
    """The same in plain words: who has a key until when, and which are answered."""

    holders: dict[str, tuple[str, datetime]]
    finished: dict[str, str]

    def free(self, key: str, by: str, now: datetime) -> bool:
        if key in self.finished:
            return False
        holder, until = self.holders.get(key, ("", now))
        name = by.split("/")[0]
        return holder != by and (not holder or until <= now or holder.split("/")[0] == name)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "renew", "finish", "give back", "wait"]),
        st.sampled_from(["a/1", "a/2", "b/1"]),
        st.sampled_from(KEYS),
        st.integers(0, 12),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_three_workers_do_each_question_is_answered_once(migrated: Path, tmp_path: Path, deeds):
    shutil.copy(migrated, tmp_path / "vallum.db")
    engine = open_database(f"sqlite:///{tmp_path / 'vallum.db'}")
    told, now = Told({}, {}), START
    for deed, by, key, minutes in deeds:
        now += timedelta(minutes=minutes)
        has = told.holders.get(key, ("", now))[0] == by
        if deed == "claim":
            expected = told.free(key, by, now)
            assert (claim(engine, by, now, key) is not None) == expected
            if expected:
                told.holders[key] = (by, now + LEASE)
        elif deed == "renew":
            assert renew_claim(engine, key, by=by, until=now + LEASE) == has
            if has:
                told.holders[key] = (by, now + LEASE)
        elif deed == "finish":
            assert finish(engine, by, key) == has
            if has:
                told.finished[key] = by
                del told.holders[key]
        elif deed == "give back":
            assert give_back(engine, key, by=by, reason="no", retry_at=now) == has
            if has:
                del told.holders[key]
    kept = {one.key: one.outcome for one in answers(engine) if one.finished_at}
    assert kept == {key: f"By {by}." for key, by in told.finished.items()}
    assert logged(engine) == dict.fromkeys(told.finished, 1)
    assert audit.verify(engine).verified
    engine.dispose()
