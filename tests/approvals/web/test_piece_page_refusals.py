"""What a piece's page refuses, and that it says so without losing what was typed."""

from __future__ import annotations

import pytest

from approvals.audit import verify
from tests.approvals.gate import LATER, Rules, a_piece, by_hand, status_of, with_rate
from tests.approvals.web.desk import Desk, saying, value


@pytest.mark.parametrize(
    ("act", "fields", "status", "said"),
    [
        ("reject", {}, 422, "Rejecting `letter` needs a reason."),
        ("return", {"reason": " . "}, 422, "Returning `letter` needs a reason."),
        ("comment", {"words": "x" * 4001}, 422, "A remark needs 1 to 4000 characters; this one has 4001."),
        ("assign", {"to": "Nobody Here"}, 403, "`Nobody Here` is not among the people of lender.toml."),
        (
            "waive",
            {"rule": "test.best", "reason": "short", "until": "2026-03-01"},
            422,
            "This waiver cannot stand",
        ),
        ("waive", {"rule": "test.best", "reason": "long enough", "until": "soon"}, 422, "`soon` is no date."),
        ("waive", {"rule": "x.y", "reason": "long enough", "until": "2026-03-01"}, 422, "found nothing in"),
        (
            "approve_conditionally",
            {"low": "7", "high": "6", "before": "2026-03-01T12:00"},
            422,
            "below its start",
        ),
        ("approve_conditionally", {"low": "x", "high": "6", "before": "2026-03-01T12:00"}, 422, "(low: "),
        ("approve_conditionally", {"low": "5", "high": "6"}, 422, "The condition has no deadline."),
        (
            "approve_conditionally",
            {"low": "5", "high": "6", "before": "2026-01-01T12:00"},
            422,
            "has passed.",
        ),
        ("revoke", {"waiver": "0" * 16, "reason": "x"}, 422, "No waiver `0000000000000000` is in force."),
        ("burn", {}, 422, "`burn` is nothing that can be done to a piece."),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page_and_nothing_is_lost(
    desk: Desk, act: str, fields: dict[str, str], status: int, said: str
):
    desk.fill(a_piece("letter", body="The best."))
    visitor = desk.person()
    before = verify(desk.engine).events
    answer = visitor.act("letter", act, **fields)
    assert answer.status_code == (404 if act == "revoke" else status)
    assert said in saying(answer.text)
    for name in ("reason", "words"):
        if fields.get(name):
            assert fields[name].strip() in answer.text
    assert verify(desk.engine).events == before
    assert status_of(desk.engine) == "pending"


@pytest.mark.parametrize(
    ("name", "act"),
    [("Max Orr", "approve"), ("Max Orr", "reject"), ("Olive Penn", "approve"), ("Ida Root", "waive")],
)
def test_an_act_that_was_not_offered_is_refused_when_sent_all_the_same(desk: Desk, name: str, act: str):
    desk.fill(a_piece("letter", body="The best."))
    fields = {"reason": "for all to see", "rule": "test.best", "until": "2026-03-02"}
    answer = desk.person(name).act("letter", act, **fields)
    assert answer.status_code == 403
    assert f"`{name}` has the role" in saying(answer.text)
    assert status_of(desk.engine) == "pending"


def test_nobody_approves_what_they_edited(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    seen = {name: value(visitor.text("/edit/letter"), name) for name in ("csrf", "seen", "pack")}
    visitor.send("/edit/letter", {**seen, "text.body": "Talk with us today."})
    answer = visitor.act("letter", "approve")
    assert answer.status_code == 403
    assert "you wrote this revision" in saying(answer.text)


def test_a_piece_that_changed_meanwhile_is_not_decided(desk: Desk):
    desk.fill(a_piece("letter"))
    one, other = desk.person(), desk.person("Max Orr")
    shown = {name: value(one.text("/pieces/letter"), name) for name in ("csrf", "seen", "pack")}
    form = {name: value(other.text("/edit/letter"), name) for name in ("csrf", "seen", "pack")}
    assert other.send("/edit/letter", {**form, "text.body": "Talk with Max."}).status_code == 303
    answer = one.send("/pieces/letter", {**shown, "act": "approve"})
    assert answer.status_code == 409
    assert "`letter` changed since this page was shown; it is letter rev 2 now." in saying(answer.text)
    assert status_of(desk.engine) == "pending"


def test_a_new_screen_has_to_be_seen_before_it_is_decided_on(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    shown = {name: value(visitor.text("/pieces/letter"), name) for name in ("csrf", "seen", "pack")}
    desk.rules = Rules(version="pack-2", warns={"Talk"})
    assert desk.person("Ida Root").act("letter", "rescreen").status_code == 303
    answer = visitor.send("/pieces/letter", {**shown, "act": "approve"})
    assert answer.status_code == 409
    assert "changed since this page was shown" in saying(answer.text)
    assert "warns" in saying(answer.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pieces/nobody", 404),
        ("/pieces/letter?revision=9", 404),
        ("/pieces/letter?revision=0", 422),
        ("/edit/nobody", 404),
        ("/classes/nothing", 404),
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str, status: int):
    desk.fill(a_piece("letter"))
    answer = desk.person().get(path)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_a_value_that_ran_out_stops_an_approval(desk: Desk):
    desk.fill(with_rate("letter", valid_until=LATER))
    visitor = desk.person()
    desk.wait(hours=3)
    visitor.log_in("Ruth Calder")
    answer = visitor.act("letter", "approve")
    assert answer.status_code == 409
    assert "its `rate` (6.125%) held until" in saying(answer.text)


def test_a_record_changed_by_hand_is_not_decided(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    by_hand(desk.engine, "UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk')")
    answer = visitor.act("letter", "approve")
    assert answer.status_code == 409
    assert "Run `vallum audit verify`" in saying(answer.text)
