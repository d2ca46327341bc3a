"""Time limits: what is late goes to another desk once, in one transaction with the event that says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from approvals import acts, audit, delegating, limits, pieces
from approvals.database import open_database
from approvals.statuses import Status
from campaign.errors import BadInput
from campaign.lender import Lender
from tests.approvals.gate import AT, LENDER, a_piece, approve, by_hand, gate_of, start, status_of, submit
from tests.approvals.late import ADA, DUE, LATE, MAX, RUTH, a_lender


def waiting(engine: Engine, *names: str, lender: Lender | None = None) -> None:
    start(engine)
    for name in names:
        submit(engine, a_piece(name), lender=lender or a_lender())


def escalations(engine: Engine, name: str) -> list[audit.AuditEvent]:
    return [one for one in pieces.history(engine, name) if one.event == "piece.escalated"]


def test_no_limit_is_no_moment():
    assert limits.due_at(AT, None, LENDER) is None


def test_a_limit_counts_business_hours_in_the_lenders_zone():
    friday = datetime(2026, 2, 27, 21, 0, tzinfo=UTC)  # four in the afternoon in New York
    assert limits.due_at(friday, 2, LENDER) == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    denver = LENDER.model_copy(update={"timezone": "America/Denver"})
    assert limits.due_at(friday, 2, denver) == datetime(2026, 2, 27, 23, 0, tzinfo=UTC)


def test_what_waits_is_late_from_its_limit_on_and_near_before_it(engine: Engine):
    waiting(engine, "letter", "note")
    lender = a_lender()
    for at, near, late in (
        (DUE - timedelta(hours=2, seconds=1), 0, 0),
        (DUE - timedelta(hours=2), 2, 0),
        (DUE - timedelta(seconds=1), 2, 0),
        (DUE, 0, 2),
    ):
        assert limits.nearing(engine, at=at, lender=lender).count == near
        assert limits.overdue(engine, at=at).count == late
    found = limits.overdue(engine, at=DUE, limit=1)
    assert (found.count, [one.piece for one in found.pieces]) == (2, ["letter"])
    assert found.pieces[0].due_at == DUE


def test_what_is_decided_blocked_or_without_limit_is_never_late(engine: Engine):
    waiting(engine, "letter")
    submit(engine, a_piece("blocked", body="guaranteed"), lender=a_lender())
    submit(engine, a_piece("free"), lender=LENDER)
    approve(engine, "letter", lender=a_lender())
    assert status_of(engine, "blocked") is Status.BLOCKED
    assert limits.overdue(engine, at=AT + timedelta(days=90)) == limits.Due()
    assert limits.escalate(gate_of(engine, lender=a_lender()), at=AT + timedelta(days=90)) == ()


def test_a_late_piece_goes_to_another_desk_once(engine: Engine):
    waiting(engine, "letter")
    gate = gate_of(engine, lender=a_lender())
    assert limits.escalate(gate, at=DUE - timedelta(seconds=1)) == ()
    (made,) = limits.escalate(gate, at=LATE)
    assert (made.piece, made.before, made.after, made.due_at) == ("letter", "", "Ada Lim", DUE)
    assert limits.escalate(gate, at=LATE + timedelta(days=3)) == ()
    (one,) = limits.overdue(engine, at=LATE).pieces
    assert (one.assignee, one.escalated_at) == ("ada lim", LATE)
    (event,) = escalations(engine, "letter")
    assert event.details == {"due_at": DUE.isoformat(), "from_person": "", "to_person": "Ada Lim"}
    assert audit.verify(engine).verified


def test_an_escalated_piece_is_still_decided_as_before(engine: Engine):
    waiting(engine, "letter")
    limits.escalate(gate_of(engine, lender=a_lender()), at=LATE)
    assert approve(engine, lender=a_lender(), at=LATE).by == "Ruth Calder"
    assert status_of(engine) is Status.APPROVED


@pytest.mark.parametrize(
    ("escalate_to", "team", "authors", "assigned", "after"),
    [
        (("Max Orr", "admin"), (RUTH, ADA, MAX), (), "", "Max Orr"),
        (("admin", "Max Orr"), (RUTH, ADA, MAX), ("ADA  LIM",), "", "Max Orr"),
        (("admin", "Max Orr"), (RUTH, ADA, MAX), (), "Ada Lim", "Max Orr"),
        (("admin",), (RUTH, ADA, MAX), (), "Ada Lim", "Ada Lim"),
        (("admin",), (RUTH, MAX), (), "Ruth Calder", "ruth calder"),
        (("admin",), (), (), "", ""),
    ],
    ids=["by name", "not to its author", "not where it is", "only where it is", "no admin", "nobody listed"],
)  # fmt: skip
def test_who_gets_what_is_late(engine: Engine, escalate_to, team, authors, assigned, after):
    lender = a_lender(*escalate_to, team=team)
    start(engine)
    submit(engine, a_piece(authors=authors or ("Wren Hale",)), lender=lender)
    gate = gate_of(engine, lender=lender)
    if assigned:
        acts.assign(gate, "letter", to=assigned, by="Ruth Calder", at=AT)
    (made,) = limits.escalate(gate, at=LATE)
    assert made.after == after
    assert limits.overdue(engine, at=LATE).pieces[0].assignee == after.casefold()


def test_whoever_is_away_is_stood_in_for(engine: Engine):
    waiting(engine, "letter")
    gate = gate_of(engine, lender=a_lender())
    day = date(2026, 2, 26)
    delegating.delegate(
        gate, absent="Ada Lim", stand_in="Max Orr", starts=day, until=day, by="Ada Lim", at=AT, reason="leave"
    )
    (made,) = limits.escalate(gate, at=LATE)
    assert made.after == "Max Orr"


def test_a_record_changed_by_hand_does_not_stop_the_others(engine: Engine):
    waiting(engine, "letter", "note")
    by_hand(engine, "UPDATE pieces SET noun = '{' WHERE piece_id = 'letter'")
    assert {one.piece for one in limits.escalate(gate_of(engine, lender=a_lender()), at=LATE)} == {
        "letter",
        "note",
    }


def test_a_round_takes_so_many_and_the_next_the_rest_earliest_first(engine: Engine):
    waiting(engine, "a", "b", "c")
    by_hand(engine, "UPDATE pieces SET due_at = '2026-02-26 18:00:00.000000' WHERE piece_id = 'c'")
    gate = gate_of(engine, lender=a_lender())
    assert [one.piece for one in limits.escalate(gate, at=LATE, most=2)] == ["c", "a"]
    assert [one.piece for one in limits.escalate(gate, at=LATE, most=2)] == ["b"]


def test_two_workers_hand_each_piece_on_once(engine: Engine, database_url: str):
    names = [f"p{number}" for number in range(12)]
    waiting(engine, *names)

    def worker(_: int) -> list[str]:
        mine = open_database(database_url)
        try:
            return [one.piece for one in limits.escalate(gate_of(mine, lender=a_lender()), at=LATE, most=8)]
        finally:
            mine.dispose()

    with ThreadPoolExecutor(4) as pool:
        found = [name for names in pool.map(worker, range(4)) for name in names]
    assert sorted(found) == sorted(names)
    assert [len(escalations(engine, name)) for name in names] == [1] * len(names)
    assert audit.verify(engine).verified


def test_a_failure_leaves_neither_an_event_nor_a_desk(engine: Engine):
    waiting(engine, "letter", "note")
    count = audit.verify(engine).events
    by_hand(
        engine,
        "INSERT INTO audit_events (seq, event, subject, by, at, details, previous, hash) "
        "VALUES (:seq, 'x', 'x', 'x', 'x', '{}', 'x', 'x')",
        seq=count + 2,
    )
    with pytest.raises(BadInput, match="refused a statement"):
        limits.escalate(gate_of(engine, lender=a_lender()), at=LATE)
    assert [(one.assignee, one.escalated_at) for one in limits.overdue(engine, at=LATE).pieces] == [
        ("", None)
    ] * 2
    assert escalations(engine, "letter") == []


def test_late_pieces_are_found_by_an_index(migrated_sqlite_url: str):
    engine = open_database(migrated_sqlite_url)
    asked = (
        "EXPLAIN QUERY PLAN SELECT row_id FROM pieces WHERE status = 'pending' AND due_at <= '2026' AND "
        "escalated_at IS NULL ORDER BY due_at, row_id LIMIT 500"
    )
    with engine.connect() as connection:
        plan = [row[-1] for row in connection.execute(text(asked))]
    assert any("INDEX ix_pieces_due (status=? AND due_at<?)" in step for step in plan), plan
    engine.dispose()
