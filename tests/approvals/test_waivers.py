"""Waivers: who may let which finding pass, for which bytes, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.database import reading
from approvals.delegating import delegate
from approvals.editing import edit
from approvals.evidence import waivers_subject
from approvals.pieces import history, load_piece, noun_hash, waiver_name
from approvals.queue import counts, listing
from approvals.statuses import Status
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.finding import Finding, Severity
from campaign.piece import Piece
from campaign.waiver import Waiver
from policies.engine import FAILS_CLOSED
from tests.approvals.gate import (
    AT,
    LENDER,
    STAFFED,
    WRITER,
    Rules,
    a_piece,
    gate_of,
    start,
    status_of,
    submit,
)
from tests.approvals.waiving import DAY, RULE, TODAY, approve, claim, revoked, waived
from tests.databases import one_engine


def test_a_waiver_lets_a_piece_wait_again_with_its_finding_shown(blocked: Engine):
    made = waived(blocked)
    assert made.content == load_piece(blocked, "letter").piece.content_hash
    assert (made.by, made.issued, made.until, made.piece) == ("Sam Ott", TODAY, TODAY + DAY, "letter")
    stored = load_piece(blocked, "letter")
    assert stored.status is Status.PENDING
    assert [one.rule for one in stored.findings] == [RULE, "test.best"], "what was found stays found"
    assert stored.waivers == (made,)
    (line,) = listing(blocked)
    assert (line.status, line.verdict) == (Status.PENDING, "warn")
    assert counts(blocked).by_verdict == {"warn": 1}
    told = history(blocked, "letter")[-1]
    assert (told.event, told.details["reason"]) == ("piece.pending", f"`{RULE}` was waived")
    assert verify(blocked).verified


def test_the_log_holds_who_why_and_until_when(blocked: Engine):
    from approvals.audit import events_of

    made = waived(blocked)
    with reading(blocked) as session:
        (told,) = events_of(session, [waivers_subject("letter")])
    assert (told.event, told.by) == ("waiver.given", "Sam Ott")
    assert told.details == {
        "waiver": noun_hash(made.model_dump_json()), "id": waiver_name(made), "rule": RULE,
        "reason": "It quotes the statute.", "until": "2026-02-27", "content_hash": made.content,
    }  # fmt: skip


def test_what_was_waived_can_be_approved_and_goes_out(blocked: Engine):
    waived(blocked)
    approve(blocked)
    assert claim(blocked)
    assert status_of(blocked) is Status.RELEASED


@one_engine
def test_one_of_two_blocks_waived_leaves_the_other(engine: Engine):
    start(engine)
    rules = Rules(blocks={"guaranteed", "best"}, warns=set())
    submit(engine, a_piece(body="The best is guaranteed."), rules)
    waived(engine)
    assert status_of(engine) is Status.BLOCKED
    waived(engine, "test.best")
    assert status_of(engine) is Status.PENDING


# who


@one_engine
@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Max Orr", "`Max Orr` has the role marketer"),
        ("Ada Stone", "`Ada Stone` has the role admin"),
        ("Lou Field", "`Lou Field` has the role loan officer"),
        ("Ann Stray", "`Ann Stray` is not among the people"),
        (WRITER, "Cannot waive anything of `letter rev 1`: you wrote part of it."),
        (" wren  HALE ", "you wrote part of it"),
    ],
)
def test_only_compliance_waives_and_nobody_their_own_words(blocked: Engine, by: str, said: str):
    before = verify(blocked).events
    with pytest.raises(NotPermitted, match=said):
        waived(blocked, by=by)
    assert (verify(blocked).events, status_of(blocked)) == (before, Status.BLOCKED)


def away(engine: Engine, absent: str, stand_in: str) -> None:
    delegate(
        gate_of(engine, lender=STAFFED), absent=absent, stand_in=stand_in, starts=TODAY, until=TODAY,
        by="Ada Stone", at=AT,
    )  # fmt: skip


@one_engine
def test_a_stand_in_of_compliance_waives_unless_whose_place_they_take_wrote_it(blocked: Engine):
    away(blocked, WRITER, "Lou Field")
    with pytest.raises(NotPermitted, match=f"`{WRITER}`, in whose place you act, wrote part of it"):
        waived(blocked, by="Lou Field")
    away(blocked, "Ruth Calder", "Max Orr")
    assert waived(blocked, by="Max Orr").by == "Max Orr"


@one_engine
def test_where_nobody_is_listed_the_author_waives_nothing_all_the_same(blocked: Engine):
    with pytest.raises(NotPermitted, match="you wrote part of it"):
        waived(blocked, by=WRITER, lender=LENDER)
    assert waived(blocked, by="Anyone Else", lender=LENDER).by == "Anyone Else"


# what


@one_engine
@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"rule": "regz.apr"}, BadInput, "`regz.apr` found nothing in `letter rev 1`. Its findings are of"),
        ({"reason": ""}, BadInput, "This waiver cannot stand: its reason"),
        ({"reason": "too short"}, BadInput, r"its reason \(`too short`\) is too short. Give a reason of ten"),
        ({"reason": "  \n         "}, BadInput, "is too short"),
        ({"until": TODAY - DAY}, BadInput, "A waiver until 2026-02-25 would be over already"),
        ({"until": TODAY + 367 * DAY}, BadInput, "A waiver until 2027-02-28 is too long"),
    ],
)
def test_a_waiver_without_a_finding_a_reason_or_an_end_is_none(
    blocked: Engine, more: dict[str, Any], error: type[Exception], said: str
):
    before = verify(blocked).events
    with pytest.raises(error, match=said):
        waived(blocked, **more)
    assert (verify(blocked).events, status_of(blocked)) == (before, Status.BLOCKED)


@one_engine
@pytest.mark.parametrize(
    ("rule", "citation"),
    [("engine.failed", "12 CFR 1026.24"), ("engine.unreadable", FAILS_CLOSED), ("regz.apr", FAILS_CLOSED)],
)
def test_a_rule_that_could_not_finish_cannot_be_waived(engine: Engine, rule: str, citation: str):
    class Broken(Rules):
        def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
            return (
                Finding(
                    rule=rule, severity=Severity.BLOCK, citation=citation, field="body",
                    message="It could not be read.",
                ),
            )  # fmt: skip

    start(engine)
    submit(engine, a_piece(), Broken())
    with pytest.raises(Refused, match=r"could not finish .* so there is no judgement to waive"):
        waived(engine, rule)
    assert status_of(engine) is Status.BLOCKED


@one_engine
def test_an_engine_finding_is_not_waived_by_a_waiver_that_is_there_all_the_same(engine: Engine):
    """As in a database that someone with a pen got at: the judgement itself takes no such waiver."""
    from approvals.judgement import open_findings

    finding = Finding(
        rule="regz.apr", severity=Severity.BLOCK, citation=FAILS_CLOSED, field="body", message="m"
    )
    start(engine)
    submit(engine, a_piece())
    stored = load_piece(engine, "letter")
    made = Waiver(
        rule="regz.apr", piece="letter", content=stored.content_hash, reason="It is plainly true.",
        by="Sam Ott", issued=TODAY, until=TODAY,
    )  # fmt: skip
    assert open_findings((finding,), stored.model_copy(update={"waivers": (made,)}), LENDER, AT) == (finding,)


def test_the_same_waiver_is_given_once_and_again_after_it_was_revoked(blocked: Engine):
    made = waived(blocked)
    before = verify(blocked).events
    with pytest.raises(Refused, match=f"`{RULE}` is waived so in `letter` already. There is nothing to do"):
        waived(blocked)
    assert verify(blocked).events == before
    revoked(blocked, made)
    assert status_of(blocked) is Status.BLOCKED
    assert waived(blocked) == made
    assert status_of(blocked) is Status.PENDING
    approve(blocked)
    assert claim(blocked)


@one_engine
def test_a_longer_waiver_may_follow(blocked: Engine):
    waived(blocked, until=TODAY)
    waived(blocked, until=TODAY + 9 * DAY)
    later = AT + 5 * DAY
    assert approve(blocked, at=later).settles
    assert claim(blocked, later)


# for which bytes


def test_a_waiver_holds_for_one_content_and_not_for_the_next(blocked: Engine):
    waived(blocked)
    made = edit(
        gate_of(blocked, lender=STAFFED), "letter", {"body": "The best is guaranteed!"}, by="Max Orr", at=AT
    )
    assert (made.status, made.waivers) == (Status.BLOCKED, ())
    back = edit(
        gate_of(blocked, lender=STAFFED), "letter", {"body": "The best is guaranteed."}, by="Max Orr", at=AT
    )
    assert len(back.waivers) == 1, "the same bytes, of the same piece, are what was waived"


@one_engine
def test_a_waiver_of_one_piece_says_nothing_of_another_with_the_same_words(blocked: Engine):
    waived(blocked)
    submit(blocked, a_piece("twin", body="The best is guaranteed."))
    assert load_piece(blocked, "twin").waivers == ()
    assert status_of(blocked, "twin") is Status.BLOCKED
