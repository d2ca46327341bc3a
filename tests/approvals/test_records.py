"""Rows are dumb: what goes in is a noun that was validated, what comes out has its zone."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel, select

from approvals import desk_records, records
from approvals.database import reading, writing
from approvals.records import RunRow
from tests.approvals.gate import AT, a_piece, by_hand, start, submit

ROOM = Path(records.__file__).parent
ROWS = {
    name
    for module in (records, desk_records)
    for name, value in vars(module).items()
    if name.endswith("Row") and issubclass(value, SQLModel)
}


def test_a_moment_comes_back_aware_and_in_utc(engine: Engine):
    elsewhere = AT.astimezone(timezone(timedelta(hours=-7)))
    with writing(engine) as session:
        session.add(RunRow(run_id="r", status="planning", created_at=elsewhere, noun="{}"))
    with reading(engine) as session:
        kept = session.exec(select(RunRow)).one().created_at
    assert kept == AT
    assert kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(engine: Engine):
    row = RunRow(run_id="r", status="planning", created_at=datetime(2026, 2, 26), noun="{}")
    with pytest.raises(StatementError, match="has no time zone"), writing(engine) as session:
        session.add(row)


def test_a_revision_has_one_row(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    columns = "piece_id, revision, run_id, placement_id, master_id, channel, segment, states, angle, round, status, content_hash, pack_version, sheet_id, survey_rate, submitted_at, noun"
    with pytest.raises(IntegrityError):
        by_hand(engine, f"INSERT INTO pieces ({columns}) SELECT {columns} FROM pieces")


def test_rows_are_built_by_the_room_alone_and_never_from_what_a_caller_typed():
    """Every construction of a row names its `noun`, or belongs to a table that keeps none."""
    without_noun = {
        "FindingRow",
        "ReleaseRow",
        "DeliveryRow",
        "AuditRow",
        "AuditHeadRow",
        "ClassRow",
        "TallyRow",
        "FacetRow",
        "AccountRow",
        "LoginRow",
        "NoticeRow",
    }
    built = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ROWS:
                built.add(node.func.id)
                named = {keyword.arg for keyword in node.keywords}
                assert "noun" in named or node.func.id in without_noun, (path.name, node.func.id)
    assert built == ROWS - {"AuditHeadRow"}
