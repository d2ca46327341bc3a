"""A piece's page: what it shows, which acts it offers to whom, and what becomes of each form."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from approvals.acts import remarks_of
from approvals.audit import verify
from approvals.store import load_piece
from campaign.approval_rules import ApprovalRule
from tests.approvals.gate import LENDER, a_piece, by_hand, status_of
from tests.approvals.web.desk import OFFICERS, STAFFED, Desk, saying, signed, value


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="act" value="(\w+)"', page)) | (
        {"edit"} if 'data-key="e"' in page else set()
    )


DECIDING = {"approve", "approve_conditionally", "reject", "return", "edit", "assign", "rescreen", "withdraw"}


@pytest.mark.parametrize(
    ("name", "acts"),
    [
        ("Ruth Calder", DECIDING | {"comment", "waive"}),
        ("Ida Root", DECIDING | {"comment"}),
        ("Max Orr", {"edit", "assign", "withdraw", "comment"}),
        ("Olive Penn", {"comment"}),
    ],
)
def test_each_role_is_offered_what_it_may_do(desk: Desk, name: str, acts: set[str]):
    desk.fill(a_piece("letter", body="The best."))
    assert offered(desk.person(name).text("/pieces/letter")) == acts


def test_a_loan_officer_is_offered_more_where_the_piece_is_in_their_name(desk: Desk):
    desk.fill()
    officer = desk.person("Olive Penn")
    own = offered(officer.text(f"/pieces/letter.{OFFICERS[0].nmls}"))
    assert own == {"approve", "reject", "return", "edit", "withdraw", "comment"}
    assert offered(officer.text(f"/pieces/letter.{OFFICERS[1].nmls}")) == {"comment"}


@pytest.mark.parametrize(
    ("act", "fields", "status", "said"),
    [
        ("approve", {}, "approved", "Approved `letter rev 1`."),
        ("approve", {"reason": "Fine by me"}, "approved", "Approved `letter rev 1`."),
        ("reject", {"reason": "Too loud."}, "rejected", "Rejected `letter rev 1`."),
        ("return", {"reason": "Name the office."}, "returned", "Returned `letter rev 1` for changes."),
        ("withdraw", {"reason": "Not this week."}, "withdrawn", "Withdrew `letter rev 1`."),
        (
            "approve_conditionally",
            {"measure": "offered", "low": "6.0", "high": "6.25", "before": "2026-03-01T12:00"},
            "approved_conditionally",
            "if the offered 30-year rate lies between 6.000% and 6.250% before 2026-03-01 17:00 UTC.",
        ),
    ],
)
def test_a_decision_is_made_in_the_name_of_whoever_is_logged_in(
    desk: Desk, act: str, fields: dict[str, str], status: str, said: str
):
    desk.fill(a_piece("letter"), a_piece("next", body="Another."))
    visitor = desk.person()
    answer = visitor.act("letter", act, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pieces/next?by=piece")
    assert said in saying(visitor.text("/pieces/next"))
    stored = load_piece(desk.engine, "letter")
    assert stored.status == status
    if stored.decision:
        assert stored.decision.by == "Ruth Calder"
        assert stored.decision.reason == fields.get("reason", "")
    assert verify(desk.engine).verified


def test_after_the_last_piece_comes_the_queue_and_the_sentence_is_shown_once(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    assert visitor.act("letter", "approve").headers["location"] == "/queue?by=piece"
    assert "Approved `letter rev 1`." in visitor.text("/queue")
    assert "Approved `letter rev 1`." not in visitor.text("/queue")


def test_the_next_piece_is_of_the_same_filter(desk: Desk):
    desk.fill(a_piece("a", body="The best."), a_piece("b"), a_piece("c", body="The best of all."))
    visitor = desk.person()
    answer = visitor.act("a", "approve", **{"q.verdict": "warn"})
    assert answer.headers["location"] == "/pieces/c?verdict=warn&by=piece"


def test_an_edited_piece_has_its_place_at_the_end(desk: Desk):
    desk.fill(a_piece("a"), a_piece("b", body="Ask."), a_piece("c", body="Ask us."))
    editor = desk.person("Max Orr")
    form = {name: value(editor.text("/edit/a"), name) for name in ("csrf", "seen", "pack")}
    editor.send("/edit/a", {**form, "text.body": "Talk with Max."})
    visitor = desk.person()
    assert visitor.act("c", "approve").headers["location"] == "/pieces/a?by=piece"
    assert visitor.act("a", "approve").headers["location"] == "/queue?by=piece"


def test_two_people_where_the_lender_asks_for_two(desk: Desk):
    desk.lender = STAFFED.model_copy(update={"approvals": (ApprovalRule(name="Pairs", people=2),)})
    desk.fill(a_piece("letter"))
    first = desk.person()
    assert "It needs 2 people" in saying(first.text("/pieces/letter"))
    first.act("letter", "approve")
    assert "Your approval of `letter rev 1` is kept; it waits for somebody else's." in saying(
        first.text("/queue")
    )
    assert status_of(desk.engine) == "pending"
    assert first.act("letter", "approve").status_code == 403
    assert desk.person("Ana Sole").act("letter", "approve").status_code == 303
    assert status_of(desk.engine) == "approved"


def test_a_waiver_lets_a_blocked_piece_wait_again_and_can_be_revoked(desk: Desk):
    desk.fill(a_piece("letter", body="It is guaranteed."))
    visitor = desk.person()
    assert status_of(desk.engine) == "blocked"
    answer = visitor.act(
        "letter", "waive", rule="test.guaranteed", reason="It quotes the statute.", until="2026-03-10"
    )
    assert answer.headers["location"] == "/pieces/letter"
    assert status_of(desk.engine) == "pending"
    page = visitor.text("/pieces/letter")
    assert "until 2026-03-10: It quotes the statute." in saying(page)
    waiver = value(page, "waiver")
    assert visitor.act("letter", "revoke", waiver=waiver, reason="No longer quoted.").status_code == 303
    assert status_of(desk.engine) == "blocked"


def test_remarks_assignments_and_history_are_shown(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    visitor.act("letter", "comment", words="First line.\nSecond line.")
    visitor.act("letter", "assign", to="Ana Sole")
    said = saying(visitor.text("/pieces/letter"))
    assert remarks_of(desk.engine, "letter")[0].words == "First line.\nSecond line."
    assert "Ruth Calder , 26 Feb 2026, 12:00 EST" in said
    assert "Assigned to Ana Sole" in said
    for what in ("drafted", "screened", "pending", "remarked", "assigned"):
        assert what in said


def test_an_earlier_revision_is_shown_and_cannot_be_acted_on(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person("Max Orr")
    form = {name: value(visitor.text("/edit/letter"), name) for name in ("csrf", "seen", "pack")}
    visitor.send("/edit/letter", {**form, "text.body": "Talk with Max."})
    page = visitor.text("/pieces/letter?revision=1")
    assert "This is an earlier revision." in page
    assert offered(page) == set()
    latest = saying(visitor.text("/pieces/letter"))
    assert "From rev 1" in latest
    assert "by Max Orr" in latest or "Max Orr" in latest


def test_where_the_lender_lists_nobody_whoever_logs_in_may_decide(desk: Desk):
    desk.lender = LENDER
    desk.fill(a_piece("letter"))
    visitor = desk.person("Somebody New")
    assert "all roles" in saying(visitor.text("/pieces/letter"))
    assert visitor.act("letter", "assign", to="Ada Lane").status_code == 303
    assert visitor.act("letter", "approve").status_code == 303
    stored = load_piece(desk.engine, "letter")
    assert stored.decision is not None
    assert (stored.decision.by, stored.decision.role) == ("Somebody New", "")


def test_a_limit_is_told_as_what_is_left_or_over(desk: Desk):
    desk.fill(a_piece("letter"))
    by_hand(
        desk.engine,
        "UPDATE pieces SET due_at = :due",
        due=(desk.at + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S.000000"),
    )
    visitor = desk.person()
    assert "limit: 3 h left" in saying(visitor.text("/pieces/letter"))
    desk.wait(minutes=29)
    assert "limit: 2 h left" in saying(visitor.text("/pieces/letter"))


def test_odd_signs_in_an_id_lead_to_its_page(desk: Desk):
    odd = "a b?c#d/e;f&g\"'<x>"
    desk.fill(a_piece(odd))
    visitor = desk.person()
    page = visitor.text("/queue?by=piece")
    link = re.search(r'<a href="([^"]+)" data-open', page)
    assert link
    assert odd in saying(visitor.text(link[1].replace("&amp;", "&")))
    assert visitor.act(odd, "approve").status_code == 303
    assert status_of(desk.engine, odd) == "approved"


def test_signed_letters_share_a_class(desk: Desk):
    desk.fill(signed(OFFICERS[0]), signed(OFFICERS[1]))
    keys = {load_piece(desk.engine, f"letter.{one.nmls}").class_key for one in OFFICERS[:2]}
    assert len(keys) == 1
