"""Who may answer, about what, and what an answer binds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from approvals import runs
from approvals.audit import verify
from approvals.judgement import newly_found
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from approvals.store import submit as submit_screened
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused, UnknownName
from campaign.finding import Finding, Severity
from tests.approvals.gate import (
    AT,
    LATER,
    LENDER,
    STAFFED,
    Rules,
    a_piece,
    approve,
    by_hand,
    reject,
    start,
    status_of,
    submit,
    with_rate,
)


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """One pending piece."""
    start(engine)
    submit(engine, a_piece())
    return engine


def test_an_approval_binds_bytes_rules_and_rates(waiting: Engine):
    decision = approve(waiting, reason="Clear and exact.")
    stored = load_piece(waiting, "letter")
    assert stored.status is Status.APPROVED
    assert stored.decision == decision
    assert decision.content_hash == stored.piece.content_hash
    assert (decision.pack_version, decision.sheet_id) == ("pack-1", "s1")
    assert (decision.by, decision.at, decision.reason) == ("Ruth Calder", AT, "Clear and exact.")
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by) == ("piece.approved", "Ruth Calder")
    assert told.details["content_hash"] == decision.content_hash


def test_an_approval_makes_one_release(waiting: Engine):
    assert releases_due(waiting) == ()
    approve(waiting)
    (release,) = releases_due(waiting)
    assert release.content_hash == load_piece(waiting, "letter").content_hash
    assert release.approved_by == "Ruth Calder"


@pytest.mark.parametrize("name", ["Wren Hale", "wren  hale", " WREN HALE ", "Ｗren Hale"])
def test_an_author_cannot_approve(waiting: Engine, name: str):
    with pytest.raises(NotPermitted) as stopped:
        approve(waiting, by=name)
    assert (
        str(stopped.value) == "Cannot approve `letter rev 1`: you wrote this revision. Ask another approver."
    )
    assert status_of(waiting) is Status.PENDING
    assert releases_due(waiting) == ()


def test_every_author_of_a_revision_is_an_author(engine: Engine):
    start(engine)
    submit(engine, a_piece(authors=("model x", "Ruth Calder", "Wren Hale")))
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(engine)


def test_an_author_may_turn_their_own_piece_down(waiting: Engine):
    reject(waiting, by="Wren Hale")
    assert status_of(waiting) is Status.REJECTED


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "Ann Stray",
            "`Ann Stray` is not among the people of lender.toml. Have an admin add a `[[people]]` table.",
        ),
        (
            "max orr",
            "Cannot {verb} `letter rev 1`: `Max Orr` has the role marketer. Ask `Ruth Calder` or `Sam Ott` or `Ada Stone`.",
        ),
    ],
)
def test_where_people_are_listed_only_compliance_and_admin_decide(waiting: Engine, name: str, said: str):
    for answer, verb in ((approve, "approve"), (reject, "reject")):
        with pytest.raises(NotPermitted) as stopped:
            answer(waiting, by=name, lender=STAFFED)
        assert str(stopped.value) == said.format(verb=verb)
    approve(waiting, by="ruth calder", lender=STAFFED)


def test_where_nobody_listed_may_decide_the_remedy_says_so(waiting: Engine):
    marketers = tuple(person for person in STAFFED.people if person.role == "marketer")
    lender = STAFFED.model_copy(update={"people": marketers})
    with pytest.raises(NotPermitted, match=r"Give someone the role admin or compliance in lender\.toml"):
        approve(waiting, by="Max Orr", lender=lender)


@pytest.mark.parametrize("by", ["", "  ", "\n", "42"])
def test_nobody_cannot_decide(waiting: Engine, by: str):
    with pytest.raises(BadInput, match="names nobody"):
        approve(waiting, by=by)
    with pytest.raises(BadInput, match="names nobody"):
        reject(waiting, by=by)
    assert status_of(waiting) is Status.PENDING


@pytest.mark.parametrize("reason", ["", "   ", "\t\n", "...", "—"])
def test_a_rejection_needs_a_reason(waiting: Engine, reason: str):
    with pytest.raises(BadInput, match="needs a reason"):
        reject(waiting, reason=reason)
    assert status_of(waiting) is Status.PENDING


def test_a_rejection_keeps_its_reason_and_makes_no_release(waiting: Engine):
    assert reject(waiting, reason="Too long.\nPlease shorten.").reason == "Too long. Please shorten."
    assert releases_due(waiting) == ()
    with pytest.raises(Refused, match="it is rejected, not pending"):
        approve(waiting)


def test_a_revision_is_decided_once(waiting: Engine):
    approve(waiting)
    for again in (approve, reject):
        with pytest.raises(Refused, match="it is approved, not pending"):
            again(waiting)


def test_an_unknown_piece_is_bad_input(waiting: Engine):
    with pytest.raises(UnknownName, match="Did you mean `letter`"):
        approve(waiting, "leter")


def test_a_blocked_piece_cannot_be_approved(engine: Engine):
    start(engine)
    submit(engine, a_piece(body="guaranteed"))
    with pytest.raises(Refused) as stopped:
        approve(engine)
    assert str(stopped.value) == (
        "Cannot approve `letter rev 1`: `test.guaranteed` blocks it. Leave guaranteed out."
    )


def test_a_blocked_piece_made_pending_by_hand_cannot_be_approved(engine: Engine):
    start(engine)
    submit(engine, a_piece(body="guaranteed"))
    by_hand(engine, "UPDATE pieces SET status = 'pending'")
    with pytest.raises(Refused, match="its record says pending and the audit log says blocked"):
        approve(engine)


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM findings",
        "UPDATE findings SET noun = replace(noun, 'Says', 'Said')",
        "UPDATE findings SET noun = replace(noun, '\"warn\"', '\"info\"')",
    ],
)
def test_findings_edited_by_hand_stop_an_approval(engine: Engine, edit: str):
    start(engine)
    submit(engine, a_piece(body="The best loan."))
    by_hand(engine, edit)
    with pytest.raises(Refused, match="its findings are not those the audit log recorded"):
        approve(engine)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE pieces SET noun = replace(noun, 'Talk', 'Walk')",
        "UPDATE pieces SET noun = replace(noun, 'Wren Hale', 'Someone')",
        "UPDATE pieces SET content_hash = 'x'",
    ],
)
def test_a_record_edited_while_it_waits_cannot_be_approved(waiting: Engine, edit: str):
    by_hand(waiting, edit)
    with pytest.raises(Refused, match="its stored record was changed after it was screened"):
        approve(waiting)
    assert status_of(waiting) is Status.PENDING


def test_a_value_that_no_longer_holds_stops_an_approval(engine: Engine):
    start(engine)
    submit(engine, with_rate("rate", valid_until=LATER))
    with pytest.raises(NotInForce) as stopped:
        approve(engine, "rate", at=LATER + timedelta(seconds=1))
    assert str(stopped.value) == (
        "Cannot approve `rate rev 1`: its `rate` (6.125%) held until 2026-02-26 19:00 UTC. Run `vallum replan`."
    )
    approve(engine, "rate", at=LATER)


def test_a_claim_that_stands_nowhere_in_the_piece_does_not_age_it(engine: Engine):
    start(engine)
    piece = with_rate("rate", valid_until=LATER)
    submit(engine, piece.model_copy(update={"bindings": ()}))
    approve(engine, "rate", at=LATER + timedelta(days=9))


def test_the_same_rules_are_not_asked_again(waiting: Engine):
    rules = Rules()
    approve(waiting, rules=rules)
    assert rules.asked == 0


def test_newer_rules_that_find_nothing_new_let_an_approval_through(waiting: Engine):
    newer = Rules(version="pack-2")
    assert approve(waiting, rules=newer).pack_version == "pack-2"
    assert newer.asked == 1


def test_newer_rules_that_block_stop_it_and_keep_what_they_found(waiting: Engine):
    newer = Rules(version="pack-2", blocks={"Talk"})
    with pytest.raises(
        Refused, match=r"the rules changed since it was screened, and `test.Talk` now finds: Says Talk"
    ):
        approve(waiting, rules=newer)
    stored = load_piece(waiting, "letter")
    assert stored.status is Status.BLOCKED
    assert stored.pack_version == "pack-2"
    assert [finding.rule for finding in stored.findings] == ["test.Talk"]
    assert [event.event for event in history(waiting, "letter")][-2:] == ["piece.rescreened", "piece.blocked"]
    assert verify(waiting).verified


def test_newer_rules_that_warn_have_to_be_seen_first(waiting: Engine):
    newer = Rules(version="pack-2", warns={"Talk"})
    with pytest.raises(Refused, match="Look at it again with `vallum show letter`"):
        approve(waiting, rules=newer)
    assert status_of(waiting) is Status.PENDING
    assert load_piece(waiting, "letter").verdict == "warn"
    assert approve(waiting, rules=newer).pack_version == "pack-2"


def test_info_is_no_news_and_blocks_come_before_warnings():
    def found(rule: str, severity: Severity) -> Finding:
        return Finding(rule=rule, severity=severity, citation="c", field="body", message="m")

    known = (found("a", Severity.WARN),)
    fresh = (
        found("a", Severity.WARN),
        found("b", Severity.INFO),
        found("c", Severity.WARN),
        found("d", Severity.BLOCK),
    )
    assert [finding.rule for finding in newly_found(known, fresh)] == ["d", "c"]
    assert newly_found(known, (found("a", Severity.BLOCK),))[0].severity is Severity.BLOCK


def test_a_refused_approval_leaves_no_trace(waiting: Engine):
    events = verify(waiting).events
    with pytest.raises(NotPermitted):
        approve(waiting, by="Wren Hale")
    assert verify(waiting).events == events


def test_an_approval_with_the_policy_engine_itself(engine: Engine):
    """The real rules, over a piece as bare as can be: what blocks at screening is what stops the approval."""
    from policies.engine import screen
    from policies.packs import load_pack

    pack = load_pack()
    start(engine)
    bare = a_piece("bare", body="Everyone is guaranteed approval at 5.9%.")
    findings = screen(bare, LENDER, pack, at=AT)
    status = submit_screened(
        engine, bare, run_id="run-1", placement_id="p", master_id="m", segment="s", angle="a", findings=findings,
        pack_version=pack.version, sheet_id="s1", survey_rate=None, lender=LENDER, at=AT,
    )  # fmt: skip
    assert status is Status.BLOCKED
    assert runs.get_run(engine, "run-1").status == "planning"
