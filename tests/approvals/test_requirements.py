"""Who has to approve what: every set of rules against every order of people, and what a rule asks about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import runs
from approvals.database import reading
from approvals.people import Actor
from approvals.pieces import StoredPiece, load_piece
from approvals.releases import releases_due
from approvals.requirements import Requirements, seat_to_approve, unmet
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule, Requirement
from campaign.channel import Channel
from campaign.errors import NotInForce, NotPermitted, Refused
from campaign.finding import Severity
from campaign.plan import ChannelPlan, Placement
from campaign.release import Decision
from tests.approvals.approvers import approve
from tests.approvals.gate import (
    AT,
    LATER,
    LOU,
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
