"""The ledger and the runs a page at a time: complete, in order, and nothing twice, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from approvals import deliveries
from approvals.ledger_pages import (
    LedgerQuery,
    deliveries_of,
    held_of,
    in_doubt_count,
    ledger_line,
)
from approvals.ledger_pages import ledger as pages
from approvals.releases import note_tried, releases_due
from approvals.run_listing import planned_rates, run_lines
from approvals.runs import Run, get_run, start_run
from approvals.statuses import Status
from campaign.errors import UnknownName
from campaign.release import Release, Withheld
from tests.approvals.gate import AT, LATER, LENDER, a_piece, approve, ledger, start, submit


def released(engine: Engine, *names: str, run_id: str = "run-1", channel: str = "email") -> list[Release]:
    start(engine, run_id)
    for name in names:
        submit(engine, a_piece(name, channel=channel), run_id=run_id)
        approve(engine, name)
    due = {one.piece.piece_id: one for one in releases_due(engine)}
    return [due[name] for name in names]


def all_pages(engine: Engine, wanted: LedgerQuery, limit: int) -> list[str]:
    seen, after = [], None
    while lines := pages(engine, wanted, after=after, limit=limit):
        assert len(lines) <= limit
        seen += [line.piece_id for line in lines]
        after = lines[-1].place
    return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_every_release_is_on_exactly_one_page_the_last_tried_first(engine, limit):
    made = released(engine, "a", "b", "c", "d", "e")
    note_tried(engine, made[:2], at=AT)
    note_tried(engine, made[2:3], at=LATER)
    assert all_pages(engine, LedgerQuery(), limit) == ["c", "b", "a", "e", "d"]


def test_a_line_tells_what_went_out_what_is_in_doubt_and_what_was_kept_back(engine):
    (one,) = released(engine, "letter")
    books = ledger(engine)
    for slot in ("s1", "s2", "s3"):
        assert books.claim(one, slot, at=AT)
        books.submitting(one, slot, at=AT)
    books.deliver(one, "s1", target="/outbox/letter/s1.eml", at=LATER)
    books.abandon(one, "s2", reason="no such mailbox", at=LATER)
    held = Withheld(
        release_id=one.release_id,
        channel="email",
        placement_id="owners.email",
        reason="daily limit",
        count=40,
    )
    deliveries.withhold(engine, held, at=LATER)
    line = ledger_line(engine, one.release_id)
    assert line.deliveries == {"delivered": 1, "abandoned": 1, "submitting": 1}
    assert line.target == "/outbox/letter/s1.eml"
    assert line.status is Status.PUBLISHED
    assert line.latest == LATER
    assert line.held == held
    assert line.held_notes == 2, "what was refused was noted too"
    assert in_doubt_count(engine) == 1
    assert [at for at, _ in held_of(engine, one.release_id, limit=5)] == [LATER, LATER]


def test_filters_by_run_channel_and_what_asks_for_a_look(engine):
    first = released(engine, "a", "b")
    other = released(engine, "c", run_id="run-2", channel="google_search")
    books = ledger(engine)
    assert books.claim(first[0], "s1", at=AT)
    books.submitting(first[0], "s1", at=AT)
    assert books.claim(other[0], "file", at=AT)
    books.postpone(other[0], "file", reason="try tomorrow", at=AT)
    note_tried(engine, other, at=AT)

    def found(**asked: str) -> list[str]:
        return sorted(line.piece_id for line in pages(engine, LedgerQuery(**asked), limit=9))

    assert found(run="run-2") == ["c"]
    assert found(run="run-9") == []
    assert found(channel="email") == ["a", "b"]
    assert found(show="in_doubt") == ["a"]
    assert found(show="held") == ["c"]
    assert found(show="due") == ["a", "b"]
    assert found(run="run-1", channel="google_search") == []


def test_deliveries_come_by_key_and_go_on_after_the_last_one_seen(engine):
    (one,) = released(engine, "letter")
    books = ledger(engine)
    for slot in ("s3", "s1", "s2"):
        books.claim(one, slot, at=AT)
    first = deliveries_of(engine, one.release_id, limit=2)
    assert [line.slot for line in first] == ["s1", "s2"]
    assert [line.slot for line in deliveries_of(engine, one.release_id, after=first[-1].key, limit=2)] == [
        "s3"
    ]


def test_an_unknown_release_is_named(engine):
    with pytest.raises(UnknownName, match="nothing-of-that-name"):
        ledger_line(engine, "nothing-of-that-name")


def test_runs_come_newest_first_each_once_with_how_their_pieces_stand(engine):
    brief = start(engine).brief
    for number in range(2, 6):
        made = Run(
            run_id=f"run-{number}",
            brief=brief,
            as_of=AT,
            sheet_id="s1",
            created_at=AT + timedelta(days=number // 2),
        )
        start_run(engine, made, by="marketing", at=AT)
    submit(engine, a_piece("x"), run_id="run-3")
    approve(engine, "x")
    submit(engine, a_piece("y"), run_id="run-3")
    seen, before = [], None
    while lines := run_lines(engine, before=before, limit=2):
        seen += lines
        before = lines[-1].place
    assert [line.run.run_id for line in seen] == ["run-5", "run-4", "run-3", "run-2", "run-1"]
    assert [line.counts for line in seen if line.counts] == [{"approved": 1, "pending": 1}]
    assert seen[0].run == get_run(engine, "run-5")


def test_rates_are_those_of_the_days_of_planning(engine):
    brief = start(engine).brief
    for number, (days, rate) in enumerate(((0, 6.0), (0, 6.125), (30, 6.5), (60, None)), start=2):
        as_of = AT + timedelta(days=days)
        made = Run(
            run_id=f"run-{number}", brief=brief, as_of=as_of, sheet_id="s1", created_at=as_of + timedelta(hours=number),
            offered_rate=rate,
        )  # fmt: skip
        start_run(engine, made, by="marketing", at=AT)
    days = [(day.isoformat(), rate) for day, rate in planned_rates(engine, LENDER.zone)]
    assert days == [("2026-02-26", 6.125), ("2026-03-28", 6.5)]


def test_a_ledger_with_nothing_in_it_is_empty(engine):
    assert pages(engine, LedgerQuery(), limit=5) == ()
    assert run_lines(engine, limit=5) == ()
    assert in_doubt_count(engine) == 0
