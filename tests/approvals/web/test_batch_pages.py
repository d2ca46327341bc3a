"""One answer to many: counted, shown, and decided exactly so or not at all."""

from __future__ import annotations

import pytest

from approvals.audit import events_of
from approvals.database import reading
from approvals.store import load_piece
from tests.approvals.gate import a_piece, status_of, submit
from tests.approvals.web.desk import OFFICERS, STAFFED, Desk, form, saying, signed

LETTERS = [f"letter.{one.nmls}" for one in OFFICERS]


def class_path(desk: Desk, answer: str = "approve") -> str:
    return f"/batch?class={load_piece(desk.engine, LETTERS[0]).class_key}&answer={answer}"


def test_a_class_is_decided_with_one_confirmation(desk: Desk):
    desk.fill()
    visitor = desk.person()
    page = visitor.text(class_path(desk))
    assert "Decide 4 pieces at once" in saying(page)
    assert "1 class" in saying(page)
    answer = visitor.send("/batch", {**form(page), "answer": "approve", "reason": "Read the odd ones."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert "Approved 4 pieces." in saying(visitor.text("/queue"))
    decided = [load_piece(desk.engine, piece).decision for piece in LETTERS]
    assert {(one.by, one.reason, one.class_key != "") for one in decided if one} == {
        ("Ruth Calder", "Read the odd ones.", True)
    }
    with reading(desk.engine) as session:
        events = events_of(session, [f"{piece} rev 1" for piece in LETTERS])
    assert sum(event.event == "piece.approved" for event in events) == 4


@pytest.mark.parametrize(("answer", "status"), [("reject", "rejected"), ("return", "returned")])
def test_many_are_turned_down_with_one_reason(desk: Desk, answer: str, status: str):
    desk.fill()
    visitor = desk.person()
    page = visitor.text("/batch?channel=email")
    refused = visitor.send("/batch", {**form(page), "answer": answer})
    assert refused.status_code == 422
    assert "needs a reason." in saying(refused.text)
    assert (
        visitor.send("/batch", {**form(page), "answer": answer, "reason": "Name the office."}).status_code
        == 303
    )
    assert {status_of(desk.engine, piece) for piece in LETTERS} == {status}


def test_many_are_approved_on_a_condition(desk: Desk):
    desk.fill()
    visitor = desk.person()
    page = visitor.text(class_path(desk, "approve_conditionally"))
    band = {"measure": "survey", "low": "5.5", "high": "6", "before": "2026-03-02T09:00"}
    sent = visitor.send("/batch", {**form(page), "answer": "approve_conditionally", **band})
    assert sent.status_code == 303
    assert load_piece(desk.engine, LETTERS[0]).status == "approved_conditionally"


@pytest.mark.parametrize("change", ["comes", "goes", "changes"])
def test_what_changed_meanwhile_is_not_decided_and_shown_anew(desk: Desk, change: str):
    desk.fill()
    visitor = desk.person()
    page = visitor.text("/batch?channel=email")
    if change == "comes":
        submit(desk.engine, a_piece("late"), lender=STAFFED)
    elif change == "goes":
        desk.person("Ana Sole").act(LETTERS[0], "reject", reason="Too loud.")
    else:
        other = desk.person("Max Orr")
        edit = form(other.text(f"/edit/{LETTERS[0]}"))
        other.send(f"/edit/{LETTERS[0]}", {**edit, "text.body": "Talk with Olive Penn now."})
    answer = visitor.send("/batch", {**form(page), "answer": "approve"})
    assert answer.status_code == 409
    now = {"comes": 5, "goes": 3, "changes": 4}[change]
    assert f"What waits is no longer what was shown: {now} pieces now." in saying(answer.text)
    assert f"Decide {now} pieces at once" in saying(answer.text)
    assert status_of(desk.engine, LETTERS[1]) == "pending"
    assert visitor.send("/batch", {**form(answer.text), "answer": "approve"}).status_code == 303


@pytest.mark.parametrize("digest", ["", "0" * 32])
def test_a_batch_that_nobody_was_shown_is_not_decided(desk: Desk, digest: str):
    desk.fill()
    answer = desk.person().send("/batch", {"digest": digest, "q.channel": "email", "answer": "approve"})
    assert answer.status_code == 409
    assert status_of(desk.engine, LETTERS[0]) == "pending"


def test_what_cannot_be_answered_so_is_left_alone_and_named(desk: Desk):
    own = a_piece("own", body="Mine.", authors=("Ruth Calder",))
    desk.fill(own, *[signed(one) for one in OFFICERS])
    visitor = desk.person()
    answer = visitor.send("/batch", {**form(visitor.text("/batch?channel=email")), "answer": "approve"})
    assert answer.status_code == 409
    said = saying(answer.text)
    assert "Approved 4 pieces." in said
    assert "own Cannot approve `own rev 1`: you wrote this revision." in said
    assert status_of(desk.engine, "own") == "pending"
    assert status_of(desk.engine, LETTERS[0]) == "approved"


@pytest.mark.parametrize("name", ["Max Orr"])
def test_who_may_not_decide_gets_neither_page_nor_answer(desk: Desk, name: str):
    desk.fill()
    page = desk.person().text("/batch?channel=email")
    visitor = desk.person(name)
    assert visitor.get("/batch?channel=email").status_code == 403
    fields = {**form(page), "csrf": visitor.csrf(), "answer": "approve"}
    answer = visitor.send("/batch", fields)
    assert "Cannot approve" in saying(answer.text)
    assert answer.status_code in (403, 409)
    assert {status_of(desk.engine, piece) for piece in LETTERS} == {"pending"}


def test_an_answer_that_is_none_is_refused(desk: Desk):
    desk.fill()
    visitor = desk.person()
    page = visitor.text("/batch?channel=email")
    answer = visitor.send("/batch", {**form(page), "answer": "shred"})
    assert answer.status_code == 422
    assert "`shred` is no answer." in saying(answer.text)


def test_nothing_waits_is_said(desk: Desk):
    page = saying(desk.person().text("/batch?channel=sms"))
    assert "Nothing waits here any more." in page
