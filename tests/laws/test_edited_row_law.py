"""Law 1 against whoever holds the database: each column of what an approval rests on, changed by hand.

A column either decides something, and then nothing goes out; or it is only listed, and then exactly the approved
bytes go out. None is left unsaid: a new column has to be put on one of the two lists.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from approvals.audit import verify
from approvals.database import open_database
from approvals.desk_records import EndorsementRow, WaiverRow
from approvals.filters import Filter
from approvals.pieces import load_piece
from approvals.queue import listing
from approvals.records import DecisionRow, FindingRow, PieceRow, ReleaseRow
from campaign.errors import VallumError
from tests.conformance.publishing_house import House
from tests.laws.after_approval import NAME, SHOWN, STAFFED, Shop, build

TABLES = (PieceRow, FindingRow, DecisionRow, EndorsementRow, WaiverRow, ReleaseRow)
LISTED = {
    "pieces": "master_id segment states angle round survey_rate submitted_at class_key verdict rules due_at "
    "escalated_at assignee row_id",
    "findings": "rule severity position",
    "decisions": "answer by at content_hash",
    "endorsements": "by",
    "waivers": "waiver_id rule",
    "releases": "run_id content_hash tried_at",
}
"""Columns that are read for lists and reports; what decides is the noun beside them, and the log."""
OTHERS = {
    "INTEGER": "{column} + 7",
    "FLOAT": "1.5",
    "DATETIME": "'2031-01-01 00:00:00.000000'",
    "VARCHAR": "{column} || 'x'",
    "TEXT": "{column} || 'x'",
}
PENS = {
    "pieces": ("'guaranteed', 'certain'", "'6.125', '5.125'", "'house writer', 'nobody'"),
    "decisions": ("'Ada Stone', 'Sam Ott'", "'\"approve\"', '\"reject\"'", "'admin', 'compliance'"),
    "endorsements": ("'Ruth Calder', 'Sam Ott'", "'compliance', 'admin'"),
    "waivers": ("'2026-03', '2036-03'", "'test.guaranteed', 'test.best'"),
    "findings": ("'block', 'info'", "'guaranteed', 'best'"),
}
"""Words in a noun, and what somebody would write instead."""


def columns() -> Iterator[tuple[str, str, str]]:
    """Table, column, and the statement that changes it."""
    for table in TABLES:
        name = str(table.__tablename__)
        for column in SQLModel.metadata.tables[name].columns:
            other = OTHERS[column.type.compile(sqlite.dialect())]
            quoted = f'"{column.name}"'
            yield name, column.name, f"UPDATE {name} SET {quoted} = {other.format(column=quoted)}"


CHANGES = [
    *columns(),
    *(
        (table, "noun", f"UPDATE {table} SET noun = replace(noun, {pen})")
        for table, pens in PENS.items()
        for pen in pens
    ),
    *((table, "noun", f"UPDATE {table} SET noun = '{{}}'") for table in PENS),
    *((str(table.__tablename__), "rows", f"DELETE FROM {table.__tablename__}") for table in TABLES),
    *(
        ("pieces", "status", f"UPDATE pieces SET status = '{status}'")
        for status in ("published", "released", "pending")
    ),
    ("waivers", "revoked_at", "UPDATE waivers SET revoked_at = '2026-02-26 17:00:00.000000'"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("edited") / "home").house.home


@pytest.fixture(scope="module")
def held(built: Path) -> Shop:
    """One house whose database is put back before every change."""
    return Shop(House(built, STAFFED).copy(built.parent / "copy"))


def changed(database: Path, statement: str) -> bool:
    with sqlite3.connect(database) as vandal:  # without foreign keys, as the program of that name has it
        before = list(vandal.iterdump())
        vandal.execute(statement)
        vandal.commit()
        after = list(vandal.iterdump())
    vandal.close()
    return before != after


@pytest.mark.parametrize(("table", "column", "statement"), CHANGES)
def test_each_column_changed_by_hand(
    built: Path, held: Shop, table: str, column: str, statement: str
) -> None:
    database = held.house.home / "vallum.db"
    for path in held.house.home.glob("vallum.db*"):
        path.unlink()
    shutil.copy(built / "vallum.db", database)
    for path in held.house.ads_files():
        path.unlink()
    assert changed(database, statement), "nothing was changed, so nothing is shown"
    with suppress(VallumError):  # a sentence that names the record, where it cannot be read at all
        held.publish()
    went = held.house.ads_files()
    assert (went != []) is (column in LISTED[table].split())
    assert all(SHOWN in path.read_text(encoding="utf-8-sig") for path in went)
    engine = open_database(held.house.url)
    assert verify(engine).verified, "the log is what it was, and a refusal does not spoil it"
    for look in (lambda: listing(engine, Filter(statuses=())), lambda: load_piece(engine, NAME)):
        with suppress(VallumError):  # never anything but a sentence
            look()
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM deliveries",
        "UPDATE deliveries SET state = 'claimed'",
        "UPDATE deliveries SET state = 'postponed'",
        "UPDATE deliveries SET key = key || 'x'",
        "UPDATE deliveries SET release_id = release_id || 'x'",
    ],
)
def test_a_delivery_taken_out_of_the_books_is_not_made_again(
    built: Path, tmp_path: Path, statement: str
) -> None:
    shop = Shop(House(built, STAFFED).copy(tmp_path / "home"))
    assert len(shop.publish().publications) == 1
    (file,) = shop.house.ads_files()
    file.unlink()  # the platform has it
    assert changed(shop.house.home / "vallum.db", statement)
    changed(shop.house.home / "vallum.db", "UPDATE releases SET closed_at = NULL")
    for _ in range(2):
        assert shop.publish().publications == ()
        assert shop.house.ads_files() == []
    assert shop.house.ask(verify).verified


def test_every_column_is_on_one_of_the_lists() -> None:
    for table, names in LISTED.items():
        known = {column.name for column in SQLModel.metadata.tables[table].columns}
        assert {*names.split()} <= known, "a column of the list is gone"
