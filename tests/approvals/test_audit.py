"""Whatever is done to the log by hand, `verify` says where it stops being as it was written."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Engine, text

from approvals.audit import canonical, events_of, record, verify
from approvals.database import open_database, reading, writing
from campaign.errors import Refused
from tests.approvals.gate import AT, by_hand

COLUMNS = ("event", "subject", "by", "at", "details", "previous", "hash")
LENGTH = 6


@pytest.fixture
def log(engine: Engine) -> Engine:
    """A log of six events."""
    with writing(engine) as session:
        for number in range(LENGTH):
            record(
                session, event="piece.approved", subject=f"piece {number}", by="Ruth Calder", at=AT,
                details={"number": number, "words": "Straße, “6.125%”"},
            )  # fmt: skip
    return engine


def quoted(column: str) -> str:
    return f'"{column}"'


def test_an_untouched_log_stands(log: Engine):
    report = verify(log)
    assert (report.events, report.verified, report.first_broken, report.reason) == (LENGTH, True, None, "")


def test_an_empty_log_stands(engine: Engine):
    assert verify(engine).verified
    assert verify(engine).events == 0


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found_where_it_stands(log: Engine, column: str, seq: int):
    by_hand(
        log, f"UPDATE audit_events SET {quoted(column)} = {quoted(column)} || ' ' WHERE seq = :seq", seq=seq
    )
    report = verify(log)
    assert not report.verified
    assert report.first_broken == seq
    assert report.events == seq - 1
    assert report.reason


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
def test_a_renumbered_row_is_found(log: Engine, seq: int):
    by_hand(log, "UPDATE audit_events SET seq = 99 WHERE seq = :seq", seq=seq)
    assert not verify(log).verified
    assert verify(log).first_broken == seq


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
def test_a_removed_row_is_found_also_at_the_end(log: Engine, seq: int):
    by_hand(log, "DELETE FROM audit_events WHERE seq = :seq", seq=seq)
    report = verify(log)
    assert (report.verified, report.first_broken) == (False, seq)


def test_a_cut_tail_and_an_emptied_log_are_found(log: Engine):
    by_hand(log, "DELETE FROM audit_events WHERE seq > 3")
    assert verify(log).first_broken == 4
    by_hand(log, "DELETE FROM audit_events")
    assert (verify(log).verified, verify(log).first_broken) == (False, 1)


def test_two_rows_that_changed_places_are_found(log: Engine):
    for old, new in ((2, 50), (3, 2), (50, 3)):
        by_hand(log, "UPDATE audit_events SET seq = :new WHERE seq = :old", new=new, old=old)
    assert (verify(log).verified, verify(log).first_broken) == (False, 2)


@pytest.mark.parametrize("seq", [0, -1, LENGTH + 1, 40])
def test_an_added_row_is_found(log: Engine, seq: int):
    by_hand(
        log,
        'INSERT INTO audit_events (seq, event, subject, "by", at, details, previous, hash) '
        "SELECT :seq, event, subject, \"by\", at, details, previous, hash FROM audit_events WHERE seq = 6",
        seq=seq,
    )  # fmt: skip
    assert not verify(log).verified


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET events = events - 1",
        "UPDATE audit_head SET events = events + 1",
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE audit_head SET head_id = 2",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (head_id, events, hash) VALUES (2, 6, 'x')",
        "DROP TABLE audit_head",
        "DROP TABLE audit_events",
    ],
)
def test_a_changed_head_or_a_missing_table_is_found(log: Engine, statement: str):
    by_hand(log, statement)
    report = verify(log)
    assert not report.verified
    assert report.first_broken is not None
    assert report.reason


def test_a_row_rewritten_with_a_right_hash_of_its_own_breaks_the_next(log: Engine):
    """Whoever recomputes one hash has to rewrite the rest of the chain and the head."""
    import hashlib

    with reading(log) as session:
        row = session.execute(text("SELECT * FROM audit_events WHERE seq = 3")).mappings().one()
    forged = {"seq": 3, **{name: row[name] for name in COLUMNS[:-1]}, "by": "Nobody"}
    made = hashlib.sha256(canonical(forged).encode()).hexdigest()
    by_hand(log, "UPDATE audit_events SET \"by\" = 'Nobody', hash = :made WHERE seq = 3", made=made)
    assert (verify(log).verified, verify(log).first_broken) == (False, 4)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("garbage", [b"\xff\xfe\x00bad", "as text \udcff", b""])
def test_a_row_that_cannot_be_read_is_a_broken_row(log: Engine, column: str, garbage: str | bytes):
    path = str(log.url.database)
    value = garbage if isinstance(garbage, bytes) else garbage.encode("utf-8", "surrogateescape")
    kind = "BLOB" if isinstance(garbage, bytes) else "TEXT"
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"UPDATE audit_events SET {quoted(column)} = CAST(? AS {kind}) WHERE seq = 4", (value,)
        )
    connection.close()
    report = verify(log)
    assert (report.verified, report.first_broken) == (False, 4)
    assert verify(log).first_broken == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_bytes_as_a_blob_are_a_change(log: Engine):
    by_hand(log, "UPDATE audit_events SET details = CAST(details AS BLOB) WHERE seq = 2")
    assert verify(log).first_broken == 2


def test_the_log_goes_on_over_a_restart(log: Engine, database_url: str):
    again = open_database(database_url)
    with writing(again) as session:
        assert record(session, event="x", subject="y", by="z", at=AT, details={}) == LENGTH + 1
    assert verify(again).events == LENGTH + 1
    again.dispose()


def test_nothing_is_recorded_on_a_log_without_its_head(log: Engine):
    by_hand(log, "UPDATE audit_head SET head_id = 2")
    by_hand(log, "DELETE FROM audit_head")
    with pytest.raises(Refused, match="lost its head"), writing(log) as session:
        record(session, event="x", subject="y", by="z", at=AT, details={})


def test_events_are_read_by_subject_and_refuse_to_be_read_once_changed(log: Engine):
    with reading(log) as session:
        events = events_of(session, ["piece 2", "piece 4"])
    assert [event.subject for event in events] == ["piece 2", "piece 4"]
    assert events[0].details == {"number": 2, "words": "Straße, “6.125%”"}
    assert events[0].at == AT
    by_hand(log, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 3")
    with reading(log) as session, pytest.raises(Refused, match="Event 3 of the audit log was changed"):
        events_of(session, ["piece 2"])


def test_a_second_writer_cannot_take_the_same_number(log: Engine):
    """The number is the primary key: even a writer that skips the head cannot double it."""
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError):
        by_hand(log, "INSERT INTO audit_events SELECT * FROM audit_events WHERE seq = 1")
