"""Edits at the gate: new bytes carry nothing over, and everyone who touched them is an author."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import decisions
from approvals.audit import verify
from approvals.editing import edit
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from approvals.waivers import waive
from campaign.approval_rules import ApprovalRule
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused
from campaign.lender import Lender
from tests.approvals.bound_texts import LETTER
from tests.approvals.gate import (
    AT,
    LENDER,
    STAFFED,
    WRITER,
    Rules,
    a_piece,
    approve,
    by_hand,
    gate_of,
    ledger,
    start,
    status_of,
    submit,
)
from tests.databases import one_engine


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    start(engine)
    submit(engine, LETTER)
    return engine


def change(engine: Engine, body: str = "Talk with us.", **more: Any) -> Any:
    asked: dict[str, Any] = {"by": "Max Orr", "at": AT, **more}
    lender, rules = asked.pop("lender", STAFFED), asked.pop("rules", None)
    return edit(gate_of(engine, rules, lender), "letter", {"body": body}, **asked)


def test_an_edit_is_a_new_revision_screened_anew(waiting: Engine):
    made = change(waiting, "The best loans.", reason="Shorter.")
    assert (made.piece.revision, made.status) == (2, Status.PENDING)
    assert [one.rule for one in made.findings] == ["test.best"]
    assert made == load_piece(waiting, "letter")
    assert status_of(waiting, revision=1) is Status.SUPERSEDED
    told = [event for event in history(waiting, "letter") if event.event == "piece.edited"]
    assert [(one.by, one.details["fields"], one.details["reason"]) for one in told] == [
        ("Max Orr", ["body"], "Shorter.")
    ]
    assert verify(waiting).verified


@one_engine
def test_an_edit_that_a_rule_blocks_is_blocked(waiting: Engine):
    assert change(waiting, "It is guaranteed.").status is Status.BLOCKED


@one_engine
def test_the_rules_in_force_judge_it_whatever_the_last_revision_was_judged_by(waiting: Engine):
    made = change(waiting, rules=Rules(version="pack-2", warns={"Talk"}))
    assert (made.pack_version, made.verdict) == ("pack-2", "warn")


def test_no_approval_is_carried_over(waiting: Engine):
    approve(waiting)
    (release,) = releases_due(waiting)
    made = change(waiting)
    assert (made.status, made.decision) == (Status.PENDING, None)
    assert releases_due(waiting) == ()
    with pytest.raises(NotInForce, match="its piece is superseded"):
        ledger(waiting).claim(release, "file", at=AT)


def test_what_is_out_stays_out_and_the_next_revision_waits(waiting: Engine):
    approve(waiting)
    ledger(waiting).claim(releases_due(waiting)[0], "r1", at=AT)
    assert change(waiting).status is Status.PENDING
    assert status_of(waiting, revision=1) is Status.RELEASED


def test_no_first_of_two_approvals_and_no_waiver_is_carried_over(engine: Engine):
    pairs = STAFFED.model_copy(update={"approvals": (ApprovalRule(name="Pairs", people=2),)})
    start(engine)
    submit(engine, a_piece(body="It is guaranteed."))
    waive(
        gate_of(engine, lender=STAFFED), "letter", "test.guaranteed", reason="It quotes the statute.",
        until=AT.date(), by="Ruth Calder", at=AT,
    )  # fmt: skip
    assert not approve(engine, lender=pairs).settles
    made = change(engine, "It is guaranteed!", lender=pairs)
    assert (made.status, made.endorsements, made.waivers) == (Status.BLOCKED, (), ())
    made = change(engine, "It is not.", lender=pairs)
    assert (made.status, made.endorsements) == (Status.PENDING, ())
    assert not approve(engine, by="Ada Stone", lender=pairs).settles


def test_whoever_edits_approves_no_revision_from_there_on(waiting: Engine):
    change(waiting, by="ruth calder")
    change(waiting, "Write to us.", by="Max Orr")
    assert load_piece(waiting, "letter").piece.authors == (WRITER, "Ruth Calder", "Max Orr")
    for name in ("Ruth Calder", WRITER):
        with pytest.raises(NotPermitted, match="you wrote this revision"):
            approve(waiting, by=name, lender=STAFFED)
    assert approve(waiting, by="Ada Stone", lender=STAFFED).settles


@one_engine
def test_undoing_an_edit_does_not_undo_its_author(waiting: Engine):
    change(waiting, by="Ruth Calder")
    change(waiting, str(LETTER.fields["body"]), by="Max Orr")
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(waiting, by="Ruth Calder", lender=STAFFED)


@one_engine
@pytest.mark.parametrize(
    "by_pen",
    [
        "UPDATE pieces SET noun = replace(noun, 'Wren Hale', 'Somebody')",
        "UPDATE pieces SET noun = replace(noun, ' years at ', ' days at ')",
        "UPDATE pieces SET content_hash = 'x'",
        "UPDATE findings SET noun = replace(noun, 'best', 'rest')",
    ],
)
def test_an_edit_does_not_give_what_was_changed_by_hand_a_clean_history(engine: Engine, by_pen: str):
    start(engine)
    body = f"{LETTER.fields['body']} The best."
    submit(engine, LETTER.model_copy(update={"fields": {**LETTER.fields, "body": body}}))
    by_hand(engine, by_pen)
    before = verify(engine).events
    with pytest.raises(Refused, match="Cannot edit `letter rev 1`: "):
        change(engine)
    assert verify(engine).events == before


def test_an_edit_of_something_else_than_was_seen_is_refused(waiting: Engine):
    seen = load_piece(waiting, "letter").content_hash
    change(waiting, seen=seen)
    with pytest.raises(Refused, match="`letter` changed meanwhile; it is `letter rev 2` now"):
        change(waiting, "Write to us.", seen=seen)
    with pytest.raises(Refused, match="changed meanwhile"):
        decisions.approve(gate_of(waiting), "letter", by="Ruth Calder", at=AT, seen=seen)


@one_engine
def test_an_edit_that_would_change_nothing_leaves_nothing(waiting: Engine):
    before = verify(waiting).events
    with pytest.raises(BadInput, match="would change"):
        change(waiting, str(LETTER.fields["body"]))
    assert (verify(waiting).events, load_piece(waiting, "letter").piece.revision) == (before, 1)


def test_hostile_words_are_words(waiting: Engine):
    hostile = "<script>alert(1)</script> {% raw %} '; DROP TABLE pieces; -- \x00\u202e"
    made = change(waiting, hostile)
    assert load_piece(waiting, "letter").piece.fields["body"] == hostile
    assert made.piece.content_hash == made.content_hash


@one_engine
def test_where_nobody_is_listed_the_editor_is_an_author_all_the_same(waiting: Engine):
    lender: Lender = LENDER
    change(waiting, by="Anyone At All", lender=lender)
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(waiting, by="anyone at all")
