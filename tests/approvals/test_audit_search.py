"""Searching the log: newest first, by whom, what, when and in which words; signs of the database mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from approvals.audit import record
from approvals.audit_search import AuditQuery, search
from approvals.database import writing
from campaign.errors import Refused
from tests.approvals.gate import AT, by_hand

EVENTS = (
    ("piece.drafted", "run-1.owners rev 1", "vallum house writer", {"run": "run-1"}),
    ("piece.approved", "run-1.owners rev 1", "Ruth Calder", {"reason": "fine, 100% right"}),
    ("piece.approved_conditionally", "run-1.buyers rev 2", "Ana Solé", {"reason": 'said "yes" \\ no'}),
    ("delivery.made", "rel_9", "vallum", {"target": "outbox/a_b.eml"}),
    ("login.opened", "ruth calder", "Ruth Calder", {}),
)


@pytest.fixture
def log(engine: Engine) -> Engine:
    with writing(engine) as session:
        for hour, (event, subject, by, details) in enumerate(EVENTS):
            record(
                session, event=event, subject=subject, by=by, at=AT + timedelta(hours=hour), details=details
            )
    return engine


def found(log: Engine, **asked: Any) -> list[int]:
    return [event.seq for event in search(log, AuditQuery(**asked)).events]


def test_everything_newest_first(log: Engine):
    assert found(log) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"subject": "run-1"}, [3, 2, 1]),
        ({"subject": "RUN-1.OWNERS rev 1"}, [2, 1]),
        ({"by": "ruth"}, [5, 2]),
        ({"by": "Solé"}, [3]),
        ({"event": "piece.approved"}, [2]),
        ({"event": "piece"}, [3, 2, 1]),
        ({"event": "approved"}, [3, 2]),
        ({"words": "fine"}, [2]),
        ({"words": "ruth fine"}, [2]),
        ({"words": "100%"}, [2]),
        ({"words": '"yes"'}, [3]),
        ({"words": "\\"}, [3]),
        ({"words": "%"}, [2]),
        ({"words": "a_b"}, [4]),
        ({"words": "_9"}, [4]),
        ({"words": "nowhere"}, []),
        ({"subject": "'; DROP TABLE audit_events; --"}, []),
        ({"words": "fine\x00 \udcff\nruth"}, [2]),
        ({"starts": AT + timedelta(hours=3)}, [5, 4]),
        ({"until": AT + timedelta(hours=1)}, [2, 1]),
        ({"starts": AT + timedelta(hours=1), "until": AT + timedelta(hours=1)}, [2]),
        ({"starts": (AT + timedelta(hours=4)).astimezone(tz=None)}, [5]),
        ({"by": "ruth", "event": "login", "words": "calder"}, [5]),
    ],
)
def test_what_fits_a_query(log: Engine, asked: dict[str, Any], expected: list[int]):
    assert found(log, **asked) == expected


def test_the_whole_of_the_last_second_counts(log: Engine):
    moment = datetime(2026, 3, 1, 23, 59, 59, 700_000, tzinfo=UTC)
    with writing(log) as session:
        record(session, event="x", subject="late", by="z", at=moment, details={})
    assert found(log, subject="late", until=datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)) == [6]
    assert found(log, subject="late", until=datetime(2026, 3, 1, 23, 59, 58, tzinfo=UTC)) == []


def test_page_by_page(log: Engine):
    first = search(log, AuditQuery(), limit=2)
    assert ([event.seq for event in first.events], first.before) == ([5, 4], 4)
    second = search(log, AuditQuery(), before=first.before, limit=2)
    assert ([event.seq for event in second.events], second.before) == ([3, 2], 2)
    last = search(log, AuditQuery(), before=second.before, limit=2)
    assert ([event.seq for event in last.events], last.before) == ([1], None)
    assert len(search(log, AuditQuery(), limit=-3).events) == 1


def test_a_changed_event_is_named_instead_of_shown(log: Engine):
    by_hand(log, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 2")
    assert found(log, subject="rel_9") == [4]
    with pytest.raises(Refused, match="Event 2 of the audit log was changed"):
        found(log, subject="owners")


def test_a_query_has_bounds():
    with pytest.raises(ValidationError):
        AuditQuery(words="x" * 201)
    with pytest.raises(ValidationError):
        AuditQuery(starts=datetime(2026, 1, 1))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=12), subject=st.text(max_size=8))
def test_no_words_are_too_odd_to_ask_for(log: Engine, words: str, subject: str):
    for event in search(log, AuditQuery(words=words, subject=subject)).events:
        assert 1 <= event.seq <= len(EVENTS)
