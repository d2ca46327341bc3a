"""An edit by hand, anywhere in a piece's rows, contradicts its history."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals.database import reading
from approvals.evidence import contradiction
from approvals.pieces import find_piece
from tests.approvals.gate import a_piece, approved, by_hand, start, submit


def said(engine: Engine) -> str:
    with reading(engine) as session:
        return contradiction(session, find_piece(session, "letter"))


def test_an_untouched_piece_agrees_with_its_history(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    assert said(engine) == ""


def test_an_approved_one_agrees_too(engine: Engine):
    approved(engine)
    assert said(engine) == ""


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ("UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk')", "its stored record was changed"),
        ("UPDATE pieces SET noun = replace(noun, 'Wren', 'Ben')", "its stored record was changed"),
        ("UPDATE pieces SET content_hash = 'x'", "its stored record was changed"),
        ("UPDATE pieces SET placement_id = 'everyone.email'", "it was written for another placement"),
        ("UPDATE pieces SET sheet_id = 's2'", "it was screened under other rules or rates"),
        ("UPDATE pieces SET pack_version = 'pack-2'", "it was screened under other rules or rates"),
        (
            "UPDATE pieces SET status = 'published'",
            "its record says published and the audit log says approved",
        ),
        ("UPDATE decisions SET noun = replace(noun, 'Ruth', 'Rita')", "its decision is not the one"),
        ("DELETE FROM decisions", "its decision is not the one"),
        (
            "UPDATE audit_events SET details = '{}' WHERE event = 'piece.drafted'",
            "its history in the audit log",
        ),
        ("DELETE FROM audit_events", "the audit log does not know it"),
        ("DELETE FROM audit_events WHERE event = 'piece.drafted'", "the audit log does not know it"),
    ],
)
def test_an_edit_by_hand_is_told(engine: Engine, edit: str, reason: str):
    approved(engine)
    by_hand(engine, edit)
    assert said(engine).startswith(reason)


def test_a_decision_made_up_in_the_database_is_told(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    by_hand(
        engine,
        'INSERT INTO decisions (piece_id, revision, answer, "by", at, content_hash, noun) '
        "SELECT piece_id, revision, 'approve', 'Ruth', submitted_at, content_hash, '{}' FROM pieces",
    )
    assert said(engine) == "its decision is not the one the audit log recorded"
