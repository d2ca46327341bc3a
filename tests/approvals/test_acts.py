"""What people do besides deciding: withdraw, hand over, remark, have the rules read a piece again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from approvals import acts, decisions
from approvals.acts import LONGEST_REMARK, remarks_of
from approvals.audit import verify
from approvals.editing import edit
from approvals.filters import Filter
from approvals.pieces import history, load_piece, noun_hash
from approvals.queue import listing
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.condition import Condition
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused, UnknownName
from campaign.finding import Finding
from campaign.piece import Piece
from tests.approvals.gate import (
    AT,
    LATER,
    STAFFED,
    Rules,
    a_piece,
    approve,
    by_hand,
    gate_of,
    ledger,
    status_of,
    submit,
)
from tests.databases import one_engine


def withdraw(engine: Engine, by: str = "Max Orr", reason: str = "Not this week.") -> None:
    acts.withdraw(gate_of(engine, lender=STAFFED), "letter", by=by, at=AT, reason=reason)


# withdraw

STANDS: dict[str, Callable[[Engine], object]] = {
    "pending": lambda engine: None,
    "blocked": lambda engine: acts.rescreen(
        gate_of(engine, Rules(version="pack-2", blocks={"Talk"})), "letter", by="Ruth Calder", at=AT
    ),
    "returned": lambda engine: decisions.return_for_changes(
        gate_of(engine), "letter", by="Ruth Calder", at=AT, reason="Shorter."
    ),
    "approved": approve,
    "approved_conditionally": lambda engine: approve(
        engine, condition=Condition(low=6, high=7, before=LATER)
    ),
}


@one_engine
@pytest.mark.parametrize("stands", list(STANDS))
def test_what_nothing_came_of_can_be_withdrawn(waiting: Engine, stands: str):
    STANDS[stands](waiting)
    assert status_of(waiting) == stands
    due = releases_due(waiting)
    withdraw(waiting, reason="Not\nthis   week.")
    assert status_of(waiting) is Status.WITHDRAWN
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by, told.details["reason"]) == (
        "piece.withdrawn", "Max Orr", "Not this week.",
    )  # fmt: skip
    assert releases_due(waiting) == ()
    assert verify(waiting).verified
    for release in due:
        with pytest.raises(NotInForce, match="its piece is withdrawn"):
            ledger(waiting).claim(release, "file", at=AT)


@one_engine
def test_the_speaker_withdraws_what_is_in_their_name(waiting: Engine):
    withdraw(waiting, by="lou field")
    assert status_of(waiting) is Status.WITHDRAWN


@one_engine
def test_what_is_out_or_withdrawn_is_not_withdrawn(waiting: Engine):
    approve(waiting)
    ledger(waiting).claim(releases_due(waiting)[0], "file", at=AT)
    with pytest.raises(Refused, match="Cannot withdraw `letter rev 1`: it is released"):
        withdraw(waiting)
    submit(waiting, a_piece(revision=2))
    withdraw(waiting)
    with pytest.raises(Refused, match="it is withdrawn"):
        withdraw(waiting)


def test_a_withdrawn_piece_is_decided_by_nobody_and_edited_by_many(waiting: Engine):
    withdraw(waiting)
    with pytest.raises(Refused, match="it is withdrawn, not pending"):
        approve(waiting)
    made = edit(gate_of(waiting), "letter", {"body": "Write to us."}, by="Max Orr", at=AT)
    assert (made.status, made.piece.revision) == (Status.PENDING, 2)
    assert status_of(waiting, revision=1) is Status.SUPERSEDED


@one_engine
@pytest.mark.parametrize("reason", ["", "  ", "—", "...\n"])
def test_withdrawing_needs_a_reason_and_says_so(waiting: Engine, reason: str):
    with pytest.raises(BadInput) as stopped:
        withdraw(waiting, reason=reason)
    assert str(stopped.value) == "Withdrawing `letter` needs a reason. Say why it is taken out."
    assert status_of(waiting) is Status.PENDING


# assign


def assign(engine: Engine, to: str, by: str = "Max Orr") -> str:
    return acts.assign(gate_of(engine, lender=STAFFED), "letter", to=to, by=by, at=AT)


def test_a_piece_is_handed_to_someone_and_found_on_their_desk(waiting: Engine):
    assert assign(waiting, " ruth  CALDER ") == "Ruth Calder"
    for typed in ("Ruth Calder", "RUTH calder"):
        assert [item.piece for item in listing(waiting, Filter(assignee=typed))] == ["letter"]
    assert listing(waiting, Filter(assignee="Max Orr")) == ()
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by, told.details) == (
        "piece.assigned", "Max Orr", {"to_person": "Ruth Calder"},
    )  # fmt: skip
    assert assign(waiting, "Max Orr", by="Ruth Calder") == "Max Orr"
    assert load_piece(waiting, "letter").assignee == "max orr"
    assert assign(waiting, "  ") == ""
    assert load_piece(waiting, "letter").assignee == ""
    assert verify(waiting).verified


@one_engine
def test_a_piece_is_handed_to_nobody_whom_the_lender_does_not_know(waiting: Engine):
    with pytest.raises(NotPermitted, match="`Ann Stray` is not among the people"):
        assign(waiting, "Ann Stray")
    assert load_piece(waiting, "letter").assignee == ""


@one_engine
def test_a_new_revision_is_on_nobodys_desk(waiting: Engine):
    assign(waiting, "Ruth Calder")
    made = edit(gate_of(waiting), "letter", {"body": "Write to us."}, by="Max Orr", at=AT)
    assert made.assignee == ""


@one_engine
def test_being_on_a_desk_binds_nobody_else(waiting: Engine):
    """Who looks at it is help, not permission: anyone who may decides."""
    assign(waiting, "Max Orr", by="Ruth Calder")
    assert approve(waiting, lender=STAFFED).by == "Ruth Calder"
    with pytest.raises(Refused, match="Cannot assign `letter rev 1`: it is approved"):
        assign(waiting, "Ruth Calder")


# remarks


def remark(engine: Engine, words: str, by: str = "Lou Field") -> acts.Remark:
    return acts.remark(gate_of(engine, lender=STAFFED), "letter", words, by=by, at=AT)


def test_remarks_are_kept_as_said_in_order_and_with_their_revision(waiting: Engine):
    hostile = "<script>alert(1)</script>\n{{ 7*7 }} '; DROP TABLE pieces; -- \u202e\U0001f3e0"
    remark(waiting, f"  {hostile}\n\n")
    edit(gate_of(waiting), "letter", {"body": "Write to us."}, by="Max Orr", at=AT)
    remark(waiting, "Better.", by="max orr")
    assert [(one.by, one.revision, one.words) for one in remarks_of(waiting, "letter")] == [
        ("Lou Field", 1, hostile),
        ("Max Orr", 2, "Better."),
    ]
    assert remarks_of(waiting, "other") == ()


def test_the_log_holds_the_hash_of_a_remark(waiting: Engine):
    made = remark(waiting, "Not my words.")
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by) == ("piece.remarked", "Lou Field")
    assert told.details == {"remark": noun_hash(made.model_dump_json())}


@one_engine
@pytest.mark.parametrize("words", ["", " \n\t ", "x" * (LONGEST_REMARK + 1)])
def test_nothing_and_too_much_are_no_remarks(waiting: Engine, words: str):
    before = verify(waiting).events
    with pytest.raises(BadInput, match=f"A remark needs 1 to {LONGEST_REMARK} characters; this one has"):
        remark(waiting, words)
    assert (verify(waiting).events, remarks_of(waiting, "letter")) == (before, ())
    assert remark(waiting, "x" * LONGEST_REMARK)


@one_engine
def test_a_remark_on_nothing_is_unknown(waiting: Engine):
    with pytest.raises(UnknownName, match="Did you mean `letter`"):
        acts.remark(gate_of(waiting), "leter", "Well.", by="Max Orr", at=AT)


# screening again


def rescreen(engine: Engine, rules: Rules) -> Status:
    return acts.rescreen(gate_of(engine, rules, STAFFED), "letter", by="Ruth Calder", at=AT)


def test_the_rules_in_force_read_it_and_what_they_find_is_kept(waiting: Engine):
    assert rescreen(waiting, Rules(version="pack-2", warns={"Talk"})) is Status.PENDING
    stored = load_piece(waiting, "letter")
    assert (stored.pack_version, [one.rule for one in stored.findings]) == ("pack-2", ["test.Talk"])
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by, told.details["was"]) == ("piece.rescreened", "Ruth Calder", "pack-1")
    (line,) = listing(waiting)
    assert (line.verdict, line.rules) == ("warn", ("test.Talk",))
    assert [item.piece for item in listing(waiting, Filter(rule="test.Talk"))] == ["letter"]


def test_a_piece_goes_where_the_rules_put_it_and_back(waiting: Engine):
    assert rescreen(waiting, Rules(version="pack-2", blocks={"Talk"})) is Status.BLOCKED
    with pytest.raises(Refused, match=r"`test\.Talk` blocks it"):
        approve(waiting, lender=STAFFED)
    assert rescreen(waiting, Rules(version="pack-3")) is Status.PENDING
    assert load_piece(waiting, "letter").findings == ()
    assert listing(waiting, Filter(rule="test.Talk", statuses=())) == ()
    assert approve(waiting, rules=Rules(version="pack-3"), lender=STAFFED).settles
    assert verify(waiting).verified


@one_engine
def test_rules_that_find_the_same_change_nothing_but_which_they_are(waiting: Engine):
    key = load_piece(waiting, "letter").class_key
    rescreen(waiting, Rules(version="pack-2"))
    stored = load_piece(waiting, "letter")
    assert (stored.class_key, stored.pack_version, stored.status) == (key, "pack-2", Status.PENDING)


@one_engine
@pytest.mark.parametrize(
    "by_pen",
    [
        "UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk')",
        "UPDATE pieces SET pack_version = 'pack-9'",
        "UPDATE pieces SET placement_id = 'movers.email'",
        "UPDATE pieces SET status = 'blocked'",
    ],
)
def test_a_new_screen_does_not_clean_what_was_changed_by_hand(waiting: Engine, by_pen: str):
    by_hand(waiting, by_pen)
    before = verify(waiting).events
    with pytest.raises(Refused, match="Cannot screen `letter rev 1` again: "):
        rescreen(waiting, Rules(version="pack-2"))
    assert verify(waiting).events == before


@one_engine
def test_a_rule_that_reads_the_clock_is_asked_at_the_moment_of_asking(waiting: Engine):
    class Stale(Rules):
        def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
            self.blocks = {"Talk"} if at > AT else set()
            return super().screen(piece, at)

    gate = gate_of(waiting, Stale(), STAFFED)
    assert acts.rescreen(gate, "letter", by="Ruth Calder", at=AT) is Status.PENDING
    later = AT + timedelta(seconds=1)
    assert acts.rescreen(gate, "letter", by="Ruth Calder", at=later) is Status.BLOCKED
