"""The gate's database: one door for SQLite and PostgreSQL, one writer at a time, failures in one sentence.

SQLite (the default) runs with a write-ahead log, foreign keys and `BEGIN IMMEDIATE` for writes; on
PostgreSQL a write locks the head of the audit log first. Either way writers take turns, so a check and
the change that follows it belong together. Sources: sqlite.org/wal.html, sqlite.org/lang_transaction.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Delete, Engine, Update, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session

from campaign.errors import BadInput, Busy

HEAD = "0003"
BUSY_SECONDS = 5
_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x76616C6C756D  # "vallum": any fixed number, the same for every process
_WRITING = "vallum_writing"


def open_database(url: str) -> Engine:
    """Open the database and bring its tables up to date, however many processes do so at once.

    Args:
        url: `sqlite:////abs/vallum.db` or `postgresql://user@host/name`.

    Raises:
        Busy: another process holds it for longer than five seconds.
        BadInput: it cannot be reached, is damaged, or belongs to a later version.
    """
    engine = _engine(_address(url))
    with ExitStack() as unless_opened, _worded(engine):
        unless_opened.callback(engine.dispose)
        with engine.connect() as connection:
            version = _version(connection)
        if version != HEAD:
            _migrate(engine)
        unless_opened.pop_all()
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one moment of the database and changes nothing.

    Raises:
        Busy, BadInput: as in `open_database`.
    """
    snapshot = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with _worded(engine), Session(engine.execution_options(**snapshot)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose changes happen together or not at all, while no other writer is at work.

    Raises:
        Busy: another writer did not finish within five seconds; nothing was changed.
        BadInput: as in `open_database`.
    """
    writer = engine.execution_options(**{_WRITING: True})
    with _worded(engine), Session(writer, expire_on_commit=False) as session, session.begin():
        if engine.dialect.name == "sqlite":
            session.connection()  # begins now: a session begins by itself only at its first statement
        else:
            session.execute(text("SELECT events FROM audit_head WHERE head_id = 1 FOR UPDATE"))
        yield session


def changed_rows(session: Session, statement: Update | Delete) -> int:
    """Carry out a conditional change and say how many rows it met: none means that another was first.

    Rows that the session has in memory are not brought up to date.
    """
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise BadInput(
            "The database's address is no URL.",
            "Write `sqlite:////path/vallum.db` or `postgresql://user@host/name` in VALLUM_DATABASE_URL.",
        ) from error
    backend = address.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return address.set(drivername="sqlite")
    raise BadInput(
        f"`{address.drivername}` is no kind of database that the gate's records can live in.",
        "Use SQLite or PostgreSQL in VALLUM_DATABASE_URL.",
    )


def _engine(address: URL) -> Engine:
    if address.drivername == "sqlite":
        engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(address, connect_args={"connect_timeout": BUSY_SECONDS}, pool_pre_ping=True)
    except NoSuchModuleError as error:
        raise BadInput("The PostgreSQL driver is not installed.", "Install `psycopg`.") from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Take transactions into our own hands and turn on what SQLite leaves off."""
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "foreign_keys = ON", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _migrate(engine: Engine) -> None:
    """Run the migrations in one transaction; whoever comes second finds them done."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(**{_WRITING: True}).begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        version = _version(connection)
        if version == HEAD:
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, HEAD)
        except CommandError as error:
            raise BadInput(
                f"{_name(engine)} is at version `{version}`, which this Vallum does not know.",
                "Install the Vallum that wrote it, or a later one.",
            ) from error


@contextmanager
def _worded(engine: Engine) -> Iterator[None]:
    """Turn what the driver raises into one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise _sentence(engine, error) from error


_HELD = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
_DAMAGED = ("not a database", "malformed", "file is encrypted")
_CLOSED = ("unable to open", "connection failed", "connection refused", "connection timeout", "readonly")


def _sentence(engine: Engine, error: DBAPIError) -> BadInput:
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
    lower = str(error.orig).casefold()
    name = _name(engine)
    if any(mark in lower for mark in _HELD):
        return Busy(
            f"{name} is held by another process; nothing was changed.", "Try again when it has finished."
        )
    if any(mark in lower for mark in _DAMAGED):
        return BadInput(f"{name} is damaged or no database.", "Restore it from a copy, or move it away.")
    if any(mark in lower for mark in _CLOSED):
        return BadInput(f"{name} cannot be opened ({said}).", "Check VALLUM_DATABASE_URL and VALLUM_HOME.")
    return BadInput(f"{name} refused a statement ({said}).", "Nothing was changed; restore it from a copy.")


def _name(engine: Engine) -> str:
    shown = engine.url.database if engine.dialect.name == "sqlite" else engine.url.render_as_string()
    return f"The database `{shown}`"
