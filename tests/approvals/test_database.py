"""One door to two engines: migrated at opening, one writer at a time, every failure a sentence."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from approvals import database
from approvals.audit import verify
from approvals.database import HEAD, open_database, reading, writing
from campaign.errors import BadInput, Busy, VallumError
from tests.approvals.gate import by_hand, start

ROOT = Path(__file__).parent.parent.parent
OPEN_TWICE = """
import sys
from approvals.database import open_database
from approvals.audit import verify
engine = open_database(sys.argv[1])
print(verify(engine).verified)
engine.dispose()
"""


def in_process(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_the_tables_are_those_of_the_records(engine: Engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "approvals" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_opening_again_keeps_what_is_there(engine: Engine, database_url: str):
    start(engine)
    again = open_database(database_url)
    assert inspect(again).has_table("runs")
    with reading(again) as session:
        assert session.execute(text("SELECT count(*) FROM runs")).scalar() == 1
    again.dispose()


def test_alembic_is_not_even_imported_when_there_is_nothing_to_migrate(migrated_sqlite_url: str):
    code = OPEN_TWICE + "\nprint('alembic' in sys.modules)"
    done = in_process(code, migrated_sqlite_url)
    assert done.communicate()[0].split() == ["True", "False"]


def test_many_processes_may_open_a_new_database_at_once(
    request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path
):
    together = [in_process(OPEN_TWICE, sqlite_url) for _ in range(4)]
    answers = [process.communicate() for process in together]
    assert [out.strip() for out, _ in answers] == ["True"] * 4, answers


@pytest.mark.server
def test_many_processes_may_open_a_new_postgresql_database_at_once(postgres_url: str):
    together = [in_process(OPEN_TWICE, postgres_url) for _ in range(3)]
    answers = [process.communicate() for process in together]
    assert [out.strip() for out, _ in answers] == ["True"] * 3, answers


def test_a_failed_migration_leaves_nothing_half_made(new_database_url: str, monkeypatch: pytest.MonkeyPatch):
    """SQLite too makes its tables in one transaction: killed in between, the next opening starts clean."""
    from alembic import op

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(op, "bulk_insert", killed)
        with pytest.raises(Killed):
            open_database(new_database_url)
    engine = open_database(new_database_url)
    assert verify(engine).verified
    engine.dispose()


def test_sqlite_runs_with_a_log_foreign_keys_and_patience(migrated_sqlite_url: str):
    engine = open_database(migrated_sqlite_url)
    with engine.connect() as connection:
        told = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")}  # fmt: skip
    engine.dispose()
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    first, second = open_database(database_url), open_database(database_url)
    with writing(first):
        with pytest.raises(Busy, match="held by another process; nothing was changed"):
            start(second)
        with reading(second) as session:
            assert session.execute(text("SELECT count(*) FROM runs")).scalar() == 0
    start(second)
    first.dispose()
    second.dispose()


def test_writers_take_turns(engine: Engine):
    """Twenty threads append to a counter that is read and written back: none is lost."""
    by_hand(engine, "CREATE TABLE counter (n INTEGER)")
    by_hand(engine, "INSERT INTO counter VALUES (0)")

    def add() -> None:
        with writing(engine) as session:
            seen = session.execute(text("SELECT n FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})

    threads = [threading.Thread(target=add) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.execute(text("SELECT n FROM counter")).scalar_one() == 20


def test_reading_sees_one_moment(engine: Engine):
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM runs")).scalar() == 0
        start(engine)
        assert session.execute(text("SELECT count(*) FROM runs")).scalar() == 0


def test_a_database_of_a_later_version_is_refused(engine: Engine, database_url: str):
    by_hand(engine, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadInput, match="at version `9999`, which this Vallum does not know"):
        open_database(database_url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    path = tmp_path / "vallum.db"
    path.write_bytes(b"this is a letter, not a database. " * 200)
    with pytest.raises(BadInput, match=r"vallum\.db` is damaged or no database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_damaged_database_is_one_sentence(migrated_sqlite_url: str):
    path = Path(migrated_sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = b"\xff" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(BadInput, match="damaged or no database"):
        start(open_database(migrated_sqlite_url))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////no/such/folder/vallum.db", "cannot be opened"),
        ("postgresql://nobody:secret@127.0.0.1:1/vallum", "cannot be opened"),
        ("mysql://root@localhost/vallum", "`mysql` is no kind of database"),
        ("vallum.db", "no URL"),
        ("", "no URL"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence(url: str, said: str):
    with pytest.raises(BadInput, match=said) as stopped:
        open_database(url)
    assert "secret" not in str(stopped.value)
    assert "\n" not in str(stopped.value)


@pytest.mark.server
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_known_by_its_usual_names(postgres_url: str, scheme: str):
    engine = open_database(postgres_url.replace("postgresql", scheme, 1))
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


def test_a_missing_table_is_one_sentence(engine: Engine):
    by_hand(engine, "DROP TABLE masters")
    by_hand(engine, "DROP TABLE audit_head")
    with pytest.raises(VallumError) as stopped:
        start(engine)
    assert stopped.value.exit_code == 2
    assert "\n" not in str(stopped.value)


def test_listing_the_queue_imports_no_heavy_library(migrated_sqlite_url: str, tmp_path: Path):
    code = """
import sys
from approvals.database import open_database
from approvals import queue
from approvals.terminal import queue_views
engine = open_database(sys.argv[1])
queue_views.queue_answer(queue.listing(engine), queue.counts(engine), as_json=True)
engine.dispose()
heavy = {"alembic", "langgraph", "langchain_openai", "ibis", "duckdb", "sklearn", "scipy", "re2", "rich", "jinja2"}
print(sorted(heavy & set(sys.modules)))
"""
    assert in_process(code, migrated_sqlite_url).communicate()[0].strip() == "[]"
