"""What waits, counted from the records as the acts of the gate leave them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from approvals import acts, limits, switch
from approvals.workload import DeskLoad, Workload, workload
from campaign.condition import Condition
from tests.approvals.gate import AT, LENDER, a_piece, approve, by_hand, gate_of, ledger, start, submit
from tests.approvals.late import DUE, LATE, a_lender


def counted(engine: Engine, at=AT) -> Workload:
    return workload(gate_of(engine, lender=a_lender()), at=at)


def test_an_empty_gate_counts_nothing(engine: Engine):
    start(engine)
    assert counted(engine) == Workload(at=AT)


def test_what_waits_is_counted_by_class_and_by_desk(engine: Engine):
    start(engine)
    lender = a_lender()
    for name, body in (
        ("a", "Talk with us."),
        ("b", "Talk with us."),
        ("c", "Write to us."),
        ("d", "guaranteed"),
    ):
        submit(engine, a_piece(name, body=body), lender=lender)
    gate = gate_of(engine, lender=lender)
    acts.assign(gate, "a", to="Ruth Calder", by="Max Orr", at=AT)
    load = counted(engine, DUE)
    assert (load.pending, load.blocked, load.classes, load.oldest) == (3, 1, 2, AT)
    assert [(one.first, one.pending, one.segment) for one in load.largest] == [
        ("a", 2, "Owners"),
        ("c", 1, "Owners"),
    ]
    assert (load.late.count, load.near.count) == (3, 0)
    assert load.desks == {"ruth calder": DeskLoad(pending=1, late=1)}
    limits.escalate(gate, at=LATE)
    assert counted(engine, LATE).desks == {"ada lim": DeskLoad(pending=3, late=3)}


def test_conditional_approvals_count_and_those_that_soon_lapse_are_named(engine: Engine):
    start(engine)
    for name, hours in (("soon", 3), ("later", 100)):
        submit(engine, a_piece(name))
        approve(engine, name, condition=Condition(low=5.5, high=6, before=AT + timedelta(hours=hours)))
    load = counted(engine)
    assert load.conditional == 2
    assert [(one.piece, one.revision, one.before) for one in load.lapsing] == [
        ("soon", 1, AT + timedelta(hours=3))
    ]
    assert "5.500%" in load.lapsing[0].condition
    assert counted(engine, AT + timedelta(hours=4)).lapsing == ()
    by_hand(engine, "UPDATE decisions SET noun = '{' WHERE piece_id = 'soon'")
    assert "vallum audit verify" in counted(engine).lapsing[0].condition


def test_what_a_publisher_left_in_the_middle_is_in_doubt_once_it_cannot_be_at_work(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    approve(engine)
    from approvals.releases import releases_due

    (release,) = releases_due(engine)
    book = ledger(engine)
    assert book.claim(release, "s1", at=AT)
    book.submitting(release, "s1", at=AT)
    assert counted(engine, AT + timedelta(minutes=10)).in_doubt == 0
    assert counted(engine, AT + timedelta(minutes=16)).in_doubt == 1
    book.deliver(release, "s1", target="t", at=AT + timedelta(minutes=17))
    assert counted(engine, AT + timedelta(hours=1)).in_doubt == 0


def test_a_pause_is_told_with_its_reason(engine: Engine):
    gate = gate_of(engine, lender=LENDER)
    switch.pause(gate, by="Ruth Calder", at=AT, reason="wrong rate sheet")
    assert counted(engine).paused == "Ruth Calder: wrong rate sheet"
    switch.resume(gate, by="Ruth Calder", at=AT, reason="mended")
    assert counted(engine).paused == ""
