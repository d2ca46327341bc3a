"""Whoever is killed while they decide leaves the whole act or nothing of it, and doing it again succeeds.

The processes are real and the kernel ends them (SIGKILL) before every statement and around every commit.
Afterwards every table is compared with what it was before, and with what an undisturbed act makes of it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.database import open_database
from approvals.deliveries import publications
from approvals.pieces import load_piece
from approvals.releases import SqlLedger, releases_due
from approvals.statuses import Status
from campaign.errors import VallumError
from tests.approvals.gate import AT, LATER, a_piece, start, status_of, submit, with_rate
from tests.conformance.examples import AD, ads_job
from tests.laws.doomed import Doomed
from tests.laws.killed_decider import ACTS, LENDER_OF_ALL, approve, endorse, gate, waive
from tests.laws.recount import recounted, told
from tools.channels.google_ads_editor import editor_file

CLASS = 3
EVERY = 4  # of the deaths that left every row as it was, how many are followed by a second attempt
REPEATABLE = ("rescreen", "write_anew")
"""Acts that may be done once more: another screen is another event, the same revision changes nothing."""


@pytest.fixture(scope="module")
def decider() -> Iterator[Doomed]:
    process = Doomed("tests.laws.killed_decider")
    yield process
    process.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace's folder in which every act has something to be done to."""
    home = tmp_path_factory.mktemp("killed") / "home"
    home.mkdir()
    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    start(engine)
    stock(engine)
    put_out(engine, home)
    engine.dispose()
    return home


def stock(engine: Engine) -> None:
    plain = [a_piece(name, claims=()) for name in ("plain", "approved", "bystander", "sent")]
    alike = [a_piece(f"of-class-{number}", body="Call us.", claims=()) for number in range(CLASS)]
    dear = [with_rate(name, valid_until=LATER) for name in ("dear", "begun")]
    listed = [a_piece(name, body="Approval guaranteed.", claims=()) for name in ("blocked", "waived")]
    warned = a_piece("warned", body="The best loan.", claims=())
    ad = a_piece("ad", channel="google_search", claims=()).model_copy(update={"fields": AD})
    for piece in (*plain, *alike, *dear, *listed, warned, ad):
        submit(engine, piece, lender=LENDER_OF_ALL)
    for name in ("approved", "bystander", "sent", "ad"):
        approve(engine, name)
    endorse(engine, "begun")
    waive(engine, "waived")


def put_out(engine: Engine, home: Path) -> None:
    """One letter and one file that a recall has to answer for."""
    books = SqlLedger(gate(engine))
    for release in releases_due(engine):
        name = release.piece.piece_id
        if name in ("sent", "ad"):
            path = home / "google_ads" / f"{name}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(editor_file(release, ads_job()) if name == "ad" else b"a letter")
            assert books.claim(release, "file", at=AT)
            books.submitting(release, "file", at=AT)
            books.deliver(release, "file", target=str(path), at=AT)


def rows(database: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with sqlite3.connect(database) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        held = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}
    connection.close()
    return {name: sorted(found, key=repr) for name, found in held.items()}


def removals(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "google_ads").glob("*.remove.csv")}


def again(database: Path, act: str) -> str:
    """Do it in this process; what was said where it was refused."""
    engine = open_database(f"sqlite:///{database}")
    try:
        ACTS[act](engine)
    except VallumError as refused:
        return str(refused)
    finally:
        engine.dispose()
    return ""


def stands(database: Path) -> None:
    engine = open_database(f"sqlite:///{database}")
    assert verify(engine).verified
    assert told(engine) == recounted(engine)
    engine.dispose()


@pytest.mark.parametrize("act", ACTS)
def test_killed_at_every_step_an_act_is_done_wholly_or_not_at_all(
    decider: Doomed, template: Path, tmp_path: Path, act: str
) -> None:
    whole = tmp_path / "whole.db"
    shutil.copy(template / "vallum.db", whole)
    before, said = rows(whole), again(whole, act)
    assert ("look again" in said.casefold()) or said == "" or act == "look_again"
    after, taken_down = rows(whole), removals(template)
    assert after != before
    moment, ends = 0, {"before": 0, "after": 0}
    while True:
        for path in (template / "google_ads").glob("*.remove.csv"):
            path.unlink()
        database = tmp_path / f"{moment}.db"
        shutil.copy(template / "vallum.db", database)
        answer = decider.carry_out(
            database=f"sqlite:///{database}", act=act, moment=moment, folder=str(template)
        )
        found = rows(database)
        assert found in (before, after), f"half of it was done when killed at moment {moment}"
        ends["before" if found == before else "after"] += 1
        if moment % EVERY == 0 or found == after or answer != "killed":
            stands(database)
            refusal = again(database, act)
            if act not in REPEATABLE or found == before:
                assert rows(database) == after, f"done again after moment {moment}, it ended otherwise"
            assert bool(refusal) is (bool(said) or (found == after and act not in REPEATABLE))
            assert removals(template) == taken_down
            stands(database)
        if answer != "killed":
            break
        moment += 1
    assert answer == ("failed" if said else "lived")
    assert moment >= 8
    assert min(ends.values()) >= 1
    assert found == after


@pytest.mark.server
def test_the_same_on_postgresql(decider: Doomed, postgres_url: str) -> None:
    """Nothing of a session that dies stays behind, and nobody has to wait for its locks."""
    engine = open_database(postgres_url)
    start(engine)
    moment, answer = 0, "killed"
    while answer == "killed":
        submit(engine, a_piece("plain", revision=moment + 1, claims=()), lender=LENDER_OF_ALL)
        answer = decider.carry_out(database=postgres_url, act="approve", moment=moment, folder="")
        status = status_of(engine, "plain")
        assert status in (Status.PENDING, Status.APPROVED)
        assert (load_piece(engine, "plain").decision is None) is (status is Status.PENDING)
        assert len(releases_due(engine)) == (status is Status.APPROVED)
        assert told(engine) == recounted(engine)
        if status is Status.PENDING:
            approve(engine)
        (release,) = releases_due(engine)
        moment += 1
    assert answer == "lived"
    assert SqlLedger(gate(engine)).claim(release, "file", at=AT)
    assert moment >= 8
    assert publications(engine) == ()
    assert verify(engine).verified
    engine.dispose()
