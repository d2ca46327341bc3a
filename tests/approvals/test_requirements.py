"""Who has to approve what: every set of rules against every order of people, and what ends an approval later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import acts, decisions, runs
from approvals.audit import verify
from approvals.database import reading
from approvals.delegating import delegate, end_delegation
from approvals.people import Actor
from approvals.pieces import StoredPiece, history, load_piece
from approvals.releases import releases_due
from approvals.requirements import Requirements, no_longer, seat_to_approve, unmet
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule, Requirement
from campaign.channel import Channel
from campaign.errors import NotInForce, NotPermitted, Refused
from campaign.finding import Severity
from campaign.lender import Lender, Person
from campaign.plan import ChannelPlan, Placement
from campaign.release import Decision
from tests.approvals.gate import (
    AT,
    LATER,
    LENDER,
    LOU,
    PEOPLE,
    WRITER,
    Rules,
    a_piece,
    by_hand,
    gate_of,
    ledger,
    staffed,
    start,
    status_of,
    submit,
    with_rate,
)
from tests.databases import one_engine


def approve(engine: Engine, by: str, lender: Lender, rules: Rules | None = None, **more: Any) -> Decision:
    return decisions.approve(gate_of(engine, rules, lender), "letter", by=by, at=more.pop("at", AT), **more)


def away(engine: Engine, absent: str, stand_in: str) -> None:
    delegate(
        gate_of(engine, lender=staffed()), absent=absent, stand_in=stand_in, starts=AT.date(),
        until=AT.date(), by="Ada Stone", at=AT,
    )  # fmt: skip


# the whole product, apart from any database

CAST: dict[str, tuple[tuple[str, str], ...]] = {
    "Ruth Calder": (("Ruth Calder", "compliance"),),
    "Sam Ott": (("Sam Ott", "compliance"),),
    "Ada Stone": (("Ada Stone", "admin"),),
    "Lou Field": (("Lou Field", "loan_officer"),),
    "Pat Reed": (("Pat Reed", "loan_officer"), ("Ruth Calder", "compliance")),
    "Max Orr": (("Max Orr", "marketer"), ("Lou Field", "loan_officer"), ("Ada Stone", "admin")),
}
"""Person -> the names they may act under, each with its role; Pat and Max take others' places."""


def actor(name: str) -> Actor:
    (own, role), *others = CAST[name]
    return Actor.model_validate({"name": own, "role": role, "stand_ins": tuple(others)})


def stored(spoken: bool) -> StoredPiece:
    piece = a_piece(originator=LOU if spoken else None)
    return StoredPiece(
        piece=piece, status=Status.PENDING, run_id="r", placement_id="p", master_id="m", segment="s", angle="a",
        pack_version="1", sheet_id="s", submitted_at=AT, content_hash=piece.content_hash,
    )  # fmt: skip


def one_more(name: str, asked: Requirement, given: list[tuple[str, str, str]], spoken: bool) -> set[str]:
    """Roles in which someone's approval would count, thought out anew.

    Args:
        given: who approved before, under which name, in which role.
    """
    used = {person for who, under, _ in given for person in (who, under)}
    if name in used:
        return set()
    missing = set(asked.roles) - {role for _, _, role in given}
    room = asked.people - len(given) > len(missing) or not asked.roles
    can: set[str] = set()
    for under, role in CAST[name]:
        if under in used or (role == "loan_officer" and not (spoken and under == "Lou Field")):
            continue
        if role in missing or (room and role in {"compliance", "admin"}):
            can.add(role)
    return can


def orders() -> Iterator[tuple[str, ...]]:
    for size in (1, 2, 3):
        yield from permutations(CAST, size)


@pytest.mark.parametrize("people", [1, 2, 3])
@pytest.mark.parametrize("spoken", [True, False], ids=["in_a_name", "in_nobodys_name"])
def test_every_order_of_people_under_every_set_of_rules(people: int, spoken: bool):
    named = ("loan_officer", "compliance", "admin") if spoken else ("compliance", "admin")
    asked_sets = [roles for size in range(len(named) + 1) for roles in permutations(named, size)]
    about, settled = stored(spoken), 0
    for roles in asked_sets:
        asked = Requirement.model_validate({"roles": roles, "people": max(people, len(roles), 1)})
        for order in orders():
            settled += _goes_as_it_should(order, asked, about, spoken)
    assert settled > 100, "a gate that let nobody through would have passed"


def _goes_as_it_should(order: tuple[str, ...], asked: Requirement, about: StoredPiece, spoken: bool) -> bool:
    given: list[Decision] = []
    known: list[tuple[str, str, str]] = []
    for name in order:
        can = one_more(name, asked, known, spoken)
        try:
            seat = seat_to_approve(actor(name), asked, given, about)
        except NotPermitted:
            assert not can, (order, asked, name)
            return False
        assert seat.role in can, (order, asked, name, seat)
        under = seat.stands_in_for or name
        assert (under, seat.role) in CAST[name]
        known.append((name, under, str(seat.role)))
        given.append(
            Decision(
                piece_id="letter", revision=1, answer="approve", by=name, role=seat.role,
                stands_in_for=seat.stands_in_for, at=AT, content_hash="h", pack_version="1", sheet_id="s",
            )
        )  # fmt: skip
        if not unmet(asked, given):
            _enough(known, asked)
            return True
    assert len(known) < asked.people or set(asked.roles) - {role for _, _, role in known}
    return False


def _enough(known: list[tuple[str, str, str]], asked: Requirement) -> None:
    """What has to be true of any set of approvals that lets a piece out."""
    names = [person for who, under, _ in known for person in {who, under}]
    assert len(names) == len(set(names)), "nobody counts twice, in person or in absence"
    assert len(known) >= asked.people
    assert set(asked.roles) <= {role for _, _, role in known}
    assert {under for _, under, role in known if role == "loan_officer"} <= {"Lou Field"}
    assert "marketer" not in {role for _, _, role in known}


# at the gate

PAIR = ApprovalRule(name="Pairs", people=2)
NAMED = ApprovalRule(name="Named", roles=("loan_officer", "compliance"))


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """One pending piece that speaks in Lou Field's name."""
    start(engine)
    submit(engine, a_piece(originator=LOU))
    return engine


def test_the_first_of_two_approvals_is_kept_and_lets_nothing_out(waiting: Engine):
    first = approve(waiting, "Ruth Calder", staffed(PAIR), reason="Exact.")
    assert (first.settles, first.role) == (False, "compliance")
    assert status_of(waiting) is Status.PENDING
    assert releases_due(waiting) == ()
    kept = load_piece(waiting, "letter")
    assert kept.endorsements == (first,)
    assert kept.decision is None
    last = approve(waiting, "Ada Stone", staffed(PAIR))
    assert last.settles
    assert [one.by for one in load_piece(waiting, "letter").approvals] == ["Ruth Calder", "Ada Stone"]
    assert [event.event for event in history(waiting, "letter")][-2:] == ["piece.endorsed", "piece.approved"]
    assert verify(waiting).verified
    (release,) = releases_due(waiting)
    assert ledger(waiting, lender=staffed(PAIR)).claim(release, "file", at=AT)


@one_engine
@pytest.mark.parametrize("again", ["Ruth Calder", " ruth  CALDER "])
def test_one_person_is_not_two(waiting: Engine, again: str):
    approve(waiting, "Ruth Calder", staffed(PAIR))
    before = verify(waiting).events
    with pytest.raises(NotPermitted) as stopped:
        approve(waiting, again, staffed(PAIR))
    assert str(stopped.value) == (
        "Cannot approve `letter rev 1`: you approved it already. "
        "It needs 2 people with the role compliance or admin."
    )
    assert verify(waiting).events == before


def test_somebody_and_their_stand_in_are_not_two(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    approve(waiting, "Ruth Calder", staffed(PAIR))
    with pytest.raises(NotPermitted, match="it needs the approval of another person"):
        approve(waiting, "Pat Reed", staffed(PAIR))


@one_engine
def test_a_stand_in_and_whose_place_they_took_are_not_two(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    assert approve(waiting, "Pat Reed", staffed(PAIR)).stands_in_for == "Ruth Calder"
    with pytest.raises(NotPermitted, match="you approved it already"):
        approve(waiting, "Ruth Calder", staffed(PAIR))
    assert approve(waiting, "Sam Ott", staffed(PAIR)).settles


@one_engine
def test_one_stand_in_of_two_people_is_one(waiting: Engine):
    away(waiting, "Ruth Calder", "Pat Reed")
    away(waiting, "Ada Stone", "Pat Reed")
    approve(waiting, "Pat Reed", staffed(PAIR))
    with pytest.raises(NotPermitted, match="you approved it already"):
        approve(waiting, "Pat Reed", staffed(PAIR))


@one_engine
def test_a_stand_in_of_two_takes_the_place_that_is_still_empty(waiting: Engine):
    away(waiting, "Ruth Calder", "Max Orr")
    away(waiting, "Sam Ott", "Max Orr")
    approve(waiting, "Ruth Calder", staffed(PAIR))
    made = approve(waiting, "Max Orr", staffed(PAIR))
    assert (made.settles, made.stands_in_for) == (True, "Sam Ott")


@one_engine
def test_a_loan_officer_answers_for_their_own_name_only(waiting: Engine):
    with pytest.raises(NotPermitted, match="and it is not in their name"):
        approve(waiting, "Pat Reed", staffed(NAMED))
    approve(waiting, "Ruth Calder", staffed(NAMED))
    with pytest.raises(NotPermitted, match="it needs the approval of loan officer"):
        approve(waiting, "Sam Ott", staffed(NAMED))
    assert approve(waiting, "Lou Field", staffed(NAMED)).settles


@one_engine
def test_standing_in_for_another_loan_officer_does_not_fill_the_named_ones_place(waiting: Engine):
    """Ruth acts for Pat; the piece is in Lou's name, so she is compliance here and nothing else."""
    away(waiting, "Pat Reed", "Ruth Calder")
    assert approve(waiting, "Ruth Calder", staffed(NAMED)).role == "compliance"
    away(waiting, "Sam Ott", "Pat Reed")
    with pytest.raises(NotPermitted, match="it needs the approval of loan officer"):
        approve(waiting, "Pat Reed", staffed(NAMED))


@one_engine
def test_the_named_loan_officers_stand_in_answers_in_their_place(waiting: Engine):
    away(waiting, "Lou Field", "Pat Reed")
    made = approve(waiting, "Pat Reed", staffed(NAMED))
    assert (made.role, made.stands_in_for) == ("loan_officer", "Lou Field")


@one_engine
def test_where_nobody_is_named_compliance_alone_is_enough(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    assert approve(engine, "Ruth Calder", staffed(NAMED)).settles


@one_engine
def test_a_loan_officers_approval_counts_only_where_a_rule_asks_for_it(waiting: Engine):
    with pytest.raises(NotPermitted, match="It needs one person with the role compliance or admin"):
        approve(waiting, "Lou Field", staffed())


@one_engine
@pytest.mark.parametrize("authors", [("Ruth Calder",), (WRITER, "model x", "ruth  CALDER")])
def test_whoever_wrote_a_part_approves_nothing_of_it(engine: Engine, authors: tuple[str, ...]):
    start(engine)
    submit(engine, a_piece(authors=authors))
    for lender in (staffed(), staffed(PAIR), LENDER):
        with pytest.raises(NotPermitted, match="you wrote this revision"):
            approve(engine, "Ruth Calder", lender)


@one_engine
def test_an_author_approves_nothing_through_anybodys_place(engine: Engine):
    start(engine)
    submit(engine, a_piece(authors=("Max Orr",)))
    away(engine, "Ruth Calder", "Max Orr")
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(engine, "Max Orr", staffed())


@one_engine
def test_nobody_approves_in_an_authors_place(engine: Engine):
    start(engine)
    submit(engine, a_piece(authors=("Ruth Calder",)))
    away(engine, "Ruth Calder", "Sam Ott")
    with pytest.raises(NotPermitted) as stopped:
        approve(engine, "Sam Ott", staffed())
    assert stopped.value.fact == (
        "Cannot approve `letter rev 1`: `Ruth Calder`, in whose place you act, wrote it."
    )


@one_engine
def test_a_no_says_in_which_role_and_in_whose_place(waiting: Engine):
    away(waiting, "Lou Field", "Max Orr")
    made = decisions.reject(
        gate_of(waiting, lender=staffed()), "letter", by="Max Orr", at=AT, reason="Not my words."
    )
    assert (made.role, made.stands_in_for) == ("loan_officer", "Lou Field")


# what a rule asks about, in the queue

TWO = {"roles": ("compliance",), "people": 2}


@one_engine
@pytest.mark.parametrize(
    ("rule", "piece", "asked"),
    [
        (ApprovalRule(name="R", severity=Severity.WARN, **TWO), a_piece(body="The best."), 2),
        (ApprovalRule(name="R", severity=Severity.WARN, **TWO), a_piece(), 1),
        (ApprovalRule(name="R", rules=("test.*",), **TWO), a_piece(body="The best."), 2),
        (ApprovalRule(name="R", claims=("rate",), **TWO), with_rate("letter", valid_until=LATER), 2),
        (ApprovalRule(name="R", claims=("apr",), **TWO), with_rate("letter", valid_until=LATER), 1),
        (ApprovalRule(name="R", channels=(Channel.EMAIL,), **TWO), a_piece(), 2),
        (ApprovalRule(name="R", channels=(Channel.META,), **TWO), a_piece(), 1),
        (ApprovalRule(name="R", audiences=("partner",), **TWO), a_piece(), 1),
        (ApprovalRule(name="R", audiences=("partner",), **TWO), a_piece(audience="partner"), 2),
        (ApprovalRule(name="R", spend_usd_over=5000, **TWO), a_piece(), 2),  # no plan: nobody knows
    ],
)
def test_a_rule_that_speaks_of_a_piece_asks_for_its_people(
    engine: Engine, rule: ApprovalRule, piece: Any, asked: int
):
    start(engine)
    submit(engine, piece)
    assert approve(engine, "Ruth Calder", staffed(rule)).settles is (asked == 1)
    if asked == 2:
        assert approve(engine, "Sam Ott", staffed(rule)).settles


def plan(budget: float, placement_id: str = "owners.email") -> ChannelPlan:
    placed = Placement(
        placement_id=placement_id, segment_id="owners", segment="Owners", channel=Channel.EMAIL,
        format="email.letter", goal="application", cadence="once", budget_usd=budget, theme="rate_review",
        states=("CA",), expected_leads=(1, 2, 3),
    )  # fmt: skip
    return ChannelPlan(
        placements=(placed,), budget_usd=10_000, rate_assumption=6.1, attribution_days=90, mind="house"
    )


OVER = ApprovalRule(name="Money", spend_usd_over=5000, people=2)


@one_engine
@pytest.mark.parametrize(("budget", "settles"), [(5000, True), (5000.01, False)])
def test_the_budget_is_that_of_the_pieces_own_placement(waiting: Engine, budget: float, settles: bool):
    runs.save_plan(waiting, "run-1", plan(budget), at=AT)
    assert approve(waiting, "Ruth Calder", staffed(OVER)).settles is settles


@one_engine
def test_a_placement_that_the_plan_does_not_know_counts_as_dear(waiting: Engine):
    runs.save_plan(waiting, "run-1", plan(10, "movers.email"), at=AT)
    assert not approve(waiting, "Ruth Calder", staffed(OVER)).settles


def test_a_plan_made_cheaper_by_hand_lets_nobody_approve(waiting: Engine):
    runs.save_plan(waiting, "run-1", plan(9000), at=AT)
    by_hand(waiting, "UPDATE runs SET plan = replace(plan, '9000.0', '4000.0')")
    with pytest.raises(Refused, match="The placements of run `run-1` are not what the audit log recorded"):
        approve(waiting, "Ruth Calder", staffed(OVER))
    assert approve(waiting, "Ruth Calder", staffed()).settles, "where no rule asks, nobody looks"


def test_a_plan_changed_by_hand_after_approval_holds_what_a_rule_asks_about(waiting: Engine):
    runs.save_plan(waiting, "run-1", plan(4000), at=AT)
    approve(waiting, "Ruth Calder", staffed(OVER))
    by_hand(waiting, "UPDATE runs SET plan = replace(plan, '4000.0', '3000.0')")
    (release,) = releases_due(waiting)
    with pytest.raises(NotInForce, match="what it needs cannot be said"):
        ledger(waiting, lender=staffed(OVER)).claim(release, "file", at=AT)
    assert status_of(waiting) is Status.APPROVED


# after the approval


def claim(engine: Engine, lender: Lender, rules: Rules | None = None) -> bool:
    (release,) = releases_due(engine)
    return ledger(engine, rules, lender).claim(release, "file", at=LATER)


def without(*names: str, **roles: str) -> Lender:
    """The lender's record once somebody left, or changed their role (`Ruth_Calder="marketer"`)."""
    moved = {name.replace("_", " "): role for name, role in roles.items()}
    people = [
        Person.model_validate({"name": one.name, "role": moved.get(one.name, one.role)})
        for one in PEOPLE
        if one.name not in names
    ]
    return LENDER.model_copy(update={"people": tuple(people)})


@one_engine
@pytest.mark.parametrize(
    "since",
    [without("Ruth Calder"), without(Ruth_Calder="marketer"), without(Ruth_Calder="admin")],
    ids=["gone", "marketer", "admin"],
)
def test_a_role_taken_away_after_an_approval_voids_it(waiting: Engine, since: Lender):
    approve(waiting, "Ruth Calder", staffed())
    with pytest.raises(NotInForce, match="`Ruth Calder`, who approved it, may no longer do so"):
        claim(waiting, since)
    assert status_of(waiting) is Status.EXPIRED
    told = history(waiting, "letter")[-1]
    assert told.event == "piece.expired"
    assert told.details["reason"] == "`Ruth Calder`, who approved it, may no longer do so"
    assert verify(waiting).verified


@one_engine
def test_somebody_elses_role_is_nobodys_concern(waiting: Engine):
    approve(waiting, "Ruth Calder", staffed())
    assert claim(waiting, without("Sam Ott", "Max Orr"))


@one_engine
@pytest.mark.parametrize(
    ("since", "stands"),
    [
        ((PAIR,), False),
        ((ApprovalRule(name="Head", roles=("admin",)),), False),
        ((ApprovalRule(name="Named", roles=("loan_officer",)),), False),
        ((ApprovalRule(name="Ads", channels=(Channel.META,), people=3),), True),
        ((ApprovalRule(name="Same", roles=("compliance",)),), True),
        ((), True),
    ],
)
def test_rules_made_stricter_after_an_approval_void_it(
    waiting: Engine, since: tuple[ApprovalRule, ...], stands: bool
):
    approve(waiting, "Ruth Calder", staffed())
    if stands:
        assert claim(waiting, staffed(*since))
        return
    with pytest.raises(NotInForce, match="the lender's rules now ask for"):
        claim(waiting, staffed(*since))
    assert status_of(waiting) is Status.EXPIRED


@one_engine
def test_rules_made_looser_do_not_complete_what_was_begun(waiting: Engine):
    """Only a person's approval makes a release; a piece with half of what was asked goes on to wait."""
    approve(waiting, "Ruth Calder", staffed(PAIR))
    assert acts.rescreen(gate_of(waiting, lender=staffed()), "letter", by="Ada Stone", at=AT) == "pending"
    assert releases_due(waiting) == ()
    assert approve(waiting, "Ada Stone", staffed()).settles


@one_engine
def test_a_leave_that_is_over_does_not_undo_what_the_stand_in_did(waiting: Engine):
    away(waiting, "Ruth Calder", "Max Orr")
    approve(waiting, "Max Orr", staffed())
    end_delegation(
        gate_of(waiting, lender=staffed()), absent="Ruth Calder", stand_in="Max Orr", by="Ada Stone", at=AT
    )
    assert claim(waiting, staffed())


@one_engine
@pytest.mark.parametrize("since", [without("Ruth Calder"), without("Max Orr")])
def test_an_approval_in_somebodys_place_falls_with_either(waiting: Engine, since: Lender):
    away(waiting, "Ruth Calder", "Max Orr")
    approve(waiting, "Max Orr", staffed())
    with pytest.raises(NotInForce, match="`Max Orr`, who approved it, may no longer do so"):
        claim(waiting, since)


def test_nobody_completes_an_approval_whose_first_half_no_longer_counts(waiting: Engine):
    approve(waiting, "Ruth Calder", staffed(PAIR))
    since = without("Ruth Calder").model_copy(update={"approvals": (PAIR,)})
    before = verify(waiting).events
    with pytest.raises(Refused) as stopped:
        approve(waiting, "Sam Ott", since)
    assert str(stopped.value) == (
        "Cannot approve `letter rev 1`: `Ruth Calder`, who approved it before, may no longer do so. "
        "Have it screened again, which takes that approval away."
    )
    assert verify(waiting).events == before
    acts.rescreen(gate_of(waiting, lender=since), "letter", by="Ada Stone", at=AT)
    approve(waiting, "Sam Ott", since)
    assert approve(waiting, "Ada Stone", since).settles


@one_engine
def test_people_who_decided_before_anybody_was_listed_have_to_be_listed(waiting: Engine):
    approve(waiting, "Anyone At All", LENDER)
    with pytest.raises(NotInForce, match="`Anyone At All`, who approved it, may no longer do so"):
        claim(waiting, staffed())


@pytest.mark.parametrize(
    ("by", "role", "stands_in_for", "gone"),
    [
        ("Ruth Calder", "compliance", "", ""),
        ("ruth calder", "compliance", "", ""),
        ("Ruth Calder", "admin", "", "Ruth Calder"),
        ("Max Orr", "compliance", "Ruth Calder", ""),
        ("Max Orr", "admin", "Ruth Calder", "Max Orr"),
        ("Max Orr", "compliance", "", "Max Orr"),
        ("Ann Stray", "compliance", "Ruth Calder", "Ann Stray"),
        ("Ruth Calder", "", "", "Ruth Calder"),
    ],
)
def test_whose_approval_still_counts(by: str, role: str, stands_in_for: str, gone: str):
    made = Decision(
        piece_id="letter", revision=1, answer="approve", by=by, role=role, stands_in_for=stands_in_for, at=AT,
        content_hash="h", pack_version="1", sheet_id="s",
    )  # fmt: skip
    assert no_longer(staffed(), (made,)) == gone
    assert no_longer(LENDER, (made,)) == ""


# by hand


def forged(engine: Engine, by: str) -> None:
    """An approval written into the database."""
    made = Decision(
        piece_id="letter", revision=1, answer="approve", by=by, role="compliance", settles=False, at=AT,
        content_hash=load_piece(engine, "letter").content_hash, pack_version="pack-1", sheet_id="s1",
    )  # fmt: skip
    by_hand(
        engine,
        'INSERT INTO endorsements (piece_id, revision, "by", noun) VALUES (\'letter\', 1, :by, :noun)',
        by=by.casefold(), noun=made.model_dump_json(),
    )  # fmt: skip


NOT_LOGGED = "its approvals are not those the audit log recorded"


def test_an_approval_inserted_by_hand_counts_for_nothing(waiting: Engine):
    forged(waiting, "Sam Ott")
    before = verify(waiting).events
    with pytest.raises(Refused, match=NOT_LOGGED):
        approve(waiting, "Ruth Calder", staffed(PAIR))
    assert (status_of(waiting), verify(waiting).events) == (Status.PENDING, before)


@one_engine
@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM endorsements",
        "UPDATE endorsements SET noun = replace(noun, 'Ruth Calder', 'Sam Ott')",
        "UPDATE endorsements SET noun = replace(noun, '\"compliance\"', '\"loan_officer\"')",
    ],
)
def test_an_approval_edited_by_hand_stops_the_next_and_the_release(waiting: Engine, edit: str):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    kept = load_piece(waiting, "letter").endorsements[0].model_dump_json()
    by_hand(waiting, edit)
    with pytest.raises(Refused, match=NOT_LOGGED):
        approve(waiting, "Ada Stone", lender)
    by_hand(waiting, "DELETE FROM endorsements")
    by_hand(
        waiting,
        'INSERT INTO endorsements (piece_id, revision, "by", noun) '
        "VALUES ('letter', 1, 'ruth calder', :noun)",
        noun=kept,
    )
    approve(waiting, "Ada Stone", lender)
    by_hand(waiting, edit)
    (release,) = releases_due(waiting)
    with pytest.raises(NotInForce, match=NOT_LOGGED):
        ledger(waiting, lender=lender).claim(release, "file", at=AT)
    assert status_of(waiting) is Status.EXPIRED


# rules that changed in between

NEWS = Rules(version="pack-2", warns={"Talk"})


def test_news_of_a_newer_screen_takes_the_first_approval_away(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    with pytest.raises(Refused, match="the rules changed since it was screened"):
        approve(waiting, "Ada Stone", lender, NEWS)
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Ada Stone", lender, NEWS).settles
    assert approve(waiting, "Ruth Calder", lender, NEWS).settles
    assert claim(waiting, lender, NEWS)


@one_engine
def test_newer_rules_that_find_the_same_leave_the_first_approval(waiting: Engine):
    lender, newer = staffed(PAIR), Rules(version="pack-2")
    approve(waiting, "Ruth Calder", lender)
    assert approve(waiting, "Ada Stone", lender, newer).settles
    assert claim(waiting, lender, newer)


def test_a_screen_asked_for_by_a_person_begins_the_approvals_anew(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    acts.rescreen(gate_of(waiting, NEWS, lender), "letter", by="Ada Stone", at=AT)
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Sam Ott", lender, NEWS).settles
    assert not claimable(waiting)


@one_engine
def test_a_new_revision_begins_the_approvals_anew(waiting: Engine):
    lender = staffed(PAIR)
    approve(waiting, "Ruth Calder", lender)
    submit(waiting, a_piece(revision=2, originator=LOU))
    assert load_piece(waiting, "letter").endorsements == ()
    assert not approve(waiting, "Ada Stone", lender).settles


def claimable(engine: Engine) -> bool:
    return bool(releases_due(engine))


@one_engine
def test_what_a_waived_block_asks_for_is_still_asked_for(engine: Engine):
    """A waiver lets a finding pass; the rule that two people look at such a piece stands."""
    from approvals.waivers import waive

    lender = staffed(ApprovalRule(name="Grave", severity=Severity.BLOCK, people=2))
    start(engine)
    submit(engine, a_piece(body="It is guaranteed."))
    waive(
        gate_of(engine, lender=lender), "letter", "test.guaranteed", reason="It quotes the statute.",
        until=(AT + timedelta(days=3)).date(), by="Sam Ott", at=AT,
    )  # fmt: skip
    assert not approve(engine, "Ruth Calder", lender).settles
    assert approve(engine, "Ada Stone", lender).settles


def test_requirements_are_worked_out_for_pieces_of_several_runs(engine: Engine):
    for run in ("run-1", "run-2"):
        start(engine, run)
        submit(engine, a_piece(f"letter-{run}"), run_id=run)
    runs.save_plan(engine, "run-1", plan(9000), at=AT)
    runs.save_plan(engine, "run-2", plan(100), at=AT)
    with reading(engine) as session:
        needs = Requirements(session, staffed(OVER))
        asked = {
            run: needs.of(load_piece(engine, f"letter-{run}")).people for run in ("run-1", "run-2", "run-1")
        }
    assert asked == {"run-1": 2, "run-2": 1}
