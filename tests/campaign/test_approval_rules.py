"""What each key of an `[[approvals]]` table asks about, and what several tables come to together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.approval_rules import ApprovalRule, Requirement, requirement
from campaign.claim import Binding, Claim, Provenance, SlotRange
from campaign.errors import Unreadable
from campaign.finding import Finding, Severity
from campaign.lender import parse_lender
from campaign.piece import Piece, Speaker

LOU = Speaker(name="Lou Field")
SHEET = Provenance(source="rate_sheet", reference="sheet s1 row 3")


def piece(**more: Any) -> Piece:
    more.setdefault("claims", ())
    return Piece(piece_id="letter", channel=more.pop("channel", "email"), fields={"body": "At 6%."}, **more)


def shown(kind: str, *, bound: bool = True) -> dict[str, Any]:
    claim = Claim.model_validate({"slot": "number", "kind": kind, "text": "6%", "provenance": SHEET})
    binding = Binding(field="body", start=3, end=5, slot="number")
    return {"claims": (claim,), "bindings": (binding,) if bound else ()}


def found(rule: str, severity: Severity) -> Finding:
    return Finding(rule=rule, severity=severity, citation="12 CFR 1026.24", field="body", message="m")


def applies(
    written: dict[str, Any], about: Piece, findings: Sequence[Finding] = (), spend: float | None = None
) -> bool:
    return ApprovalRule.model_validate({"name": "Rule", **written}).applies(about, findings, spend)


WARNED = (found("regz.trigger_terms", Severity.WARN),)
BLOCKED = (found("udaap.guaranteed", Severity.BLOCK),)
NOTED = (found("house.tone", Severity.INFO),)


@pytest.mark.parametrize(
    ("written", "about", "findings", "wanted"),
    [
        ({}, piece(), (), True),
        ({"channels": ["email"]}, piece(), (), True),
        ({"channels": ["meta", "linkedin"]}, piece(), (), False),
        ({"audiences": ["consumer"]}, piece(), (), True),
        ({"audiences": ["partner"]}, piece(), (), False),
        ({"severity": "info"}, piece(), (), False),
        ({"severity": "info"}, piece(), NOTED, True),
        ({"severity": "warn"}, piece(), NOTED, False),
        ({"severity": "warn"}, piece(), WARNED, True),
        ({"severity": "warn"}, piece(), BLOCKED, True),  # waived, or it would not wait
        ({"severity": "block"}, piece(), WARNED, False),
        ({"rules": ["regz.*"]}, piece(), WARNED, True),
        ({"rules": ["regz.*"]}, piece(), BLOCKED, False),
        ({"rules": ["udaap.guaranteed"]}, piece(), BLOCKED, True),
        ({"rules": ["udaap.guarantee"]}, piece(), BLOCKED, False),
        ({"rules": ["*"]}, piece(), (), False),
        ({"claims": ["rate", "apr"]}, piece(**shown("rate")), (), True),
        ({"claims": ["rate"]}, piece(**shown("payment")), (), False),
        ({"claims": ["rate"]}, piece(**shown("rate", bound=False)), (), False),
        ({"claims": ["rate"]}, piece(), (), False),
        # two conditions of one rule must both hold
        ({"channels": ["email"], "severity": "warn"}, piece(), (), False),
        ({"channels": ["email"], "severity": "warn"}, piece(), WARNED, True),
    ],
)
def test_a_rule_asks_about_what_it_names(
    written: dict[str, Any], about: Piece, findings: Sequence[Finding], wanted: bool
):
    assert applies(written, about, findings) is wanted


def test_a_number_that_every_recipient_is_shown_is_shown():
    """A letter with everyone's own rate in it shows rates, though the approved text holds none."""
    ranges = (
        SlotRange(
            slot="own_rate", kind="rate", formula="the rate of this borrower", source="loans", low=5, high=8
        ),
    )
    assert applies({"claims": ["rate"]}, piece(ranges=ranges))
    assert not applies({"claims": ["saving"]}, piece(ranges=ranges))


def test_what_bare_text_shows_nobody_knows_so_it_counts():
    assert applies({"claims": ["rate"]}, piece(claims=None))


@pytest.mark.parametrize(
    ("spend", "wanted"), [(4999.99, False), (5000, False), (5000.01, True), (None, True)]
)
def test_money_counts_above_the_line_and_where_nobody_knows_how_much_it_is(spend: float | None, wanted: bool):
    assert applies({"spend_usd_over": 5000}, piece(), spend=spend) is wanted
    assert applies({"spend_usd_over": 0}, piece(), spend=0.0) is False


def test_without_any_rule_one_person_is_enough():
    asked = requirement((), piece(), ())
    assert asked == Requirement()
    assert asked.in_words == "one person with the role compliance or admin"


def test_rules_add_up_to_every_role_the_most_people_and_the_shortest_time():
    rules = (
        ApprovalRule(name="All", hours=16),
        ApprovalRule(name="Ads", channels=("meta",), roles=("admin",), people=4),
        ApprovalRule(name="Letters", channels=("email",), roles=("compliance",), hours=8, people=2),
        ApprovalRule(name="Named", roles=("loan_officer", "compliance"), hours=24),
    )
    asked = requirement(rules, piece(originator=LOU), ())
    assert asked == Requirement(
        roles=("compliance", "loan_officer"), people=2, hours=8, rules=("All", "Letters", "Named")
    )
    assert asked.in_words == "2 people, among them compliance and loan officer"


def test_where_a_piece_speaks_in_nobodys_name_no_loan_officer_is_asked_and_nobody_in_their_place():
    both = (ApprovalRule(name="Both", roles=("loan_officer", "compliance")),)
    assert requirement(both, piece(originator=LOU), ()).people == 2
    assert requirement(both, piece(), ()) == Requirement(roles=("compliance",), people=1, rules=("Both",))
    alone = (ApprovalRule(name="Alone", roles=("loan_officer",)),)
    assert requirement(alone, piece(), ()) == Requirement(rules=("Alone",))
    pairs = (ApprovalRule(name="Pairs", roles=("loan_officer",), people=2),)
    assert requirement(pairs, piece(), ()).people == 2


ROLES = ("loan_officer", "compliance", "admin")
RULES = st.builds(
    ApprovalRule,
    name=st.sampled_from(["A", "B", "C"]),
    channels=st.sampled_from([(), ("email",), ("meta",)]),
    severity=st.sampled_from([None, *Severity]),
    claims=st.sampled_from([(), ("rate",)]),
    spend_usd_over=st.sampled_from([None, 1000.0]),
    roles=st.sampled_from([found for size in range(4) for found in combinations(ROLES, size)]),
    people=st.integers(1, 5),
    hours=st.sampled_from([None, 4.0, 24.0]),
)


@given(
    rules=st.lists(RULES, max_size=5),
    more=RULES,
    about=st.sampled_from([piece(), piece(originator=LOU), piece(**shown("rate")), piece(channel="meta")]),
    findings=st.sampled_from([(), WARNED, BLOCKED, (*NOTED, *WARNED)]),
    spend=st.sampled_from([None, 500.0, 1500.0]),
)
def test_another_rule_never_asks_for_less(
    rules: list[ApprovalRule],
    more: ApprovalRule,
    about: Piece,
    findings: tuple[Finding, ...],
    spend: float | None,
):
    before = requirement(rules, about, findings, spend_usd=spend)
    after = requirement([*rules, more], about, findings, spend_usd=spend)
    assert set(before.roles) <= set(after.roles)
    assert before.people <= after.people
    assert after.hours == before.hours or after.hours is not None
    assert (after.hours or 10_000) <= (before.hours or 10_000)
    assert after.people >= max(1, len(after.roles))
    assert about.originator is not None or "loan_officer" not in after.roles
    worse = requirement(rules, about, (*findings, *BLOCKED), spend_usd=spend)
    assert set(before.roles) <= set(worse.roles), "a graver finding never takes a role away"
    unknown = requirement(rules, about, findings, spend_usd=None)
    assert set(before.roles) <= set(unknown.roles), "not knowing the spend never takes a role away"


HEAD = """[lender]
name = "Elm Street Company"
nmls = "1234567"
address = "1 Elm Street, Boise, ID 83702"
"""


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[[people]]\nname = "Ann Lee"\nrole = "owner"', r"lender.toml:7: `people.0.role`"),
        ('[[approvals]]\nname = "A"\nroles = ["owner"]', r"lender.toml:7: `approvals.0.roles.0`"),
        ('[[approvals]]\nname = "A"\nroles = ["marketer"]', r"`approvals.0.roles.0`"),
        ('[[approvals]]\nname = "A"\npeople = 0', r"lender.toml:7: `approvals.0.people`"),
        ('[[approvals]]\nname = "A"\nperson = 2', r"`approvals.0.person` is no key of lender.toml"),
        ('[[approvals]]\nname = "A"\nchannels = ["fax"]', r"`approvals.0.channels.0`"),
        ('[[approvals]]\nname = "A"\nclaims = ["luck"]', r"`approvals.0.claims.0`"),
        ("[[approvals]]\npeople = 2", r"`approvals.0.name` is missing"),
        (
            '[[people]]\nname = "Ann Lee"\nrole = "marketer"\n[[people]]\nname = "ann  LEE"\nrole = "admin"',
            r"lender.toml:9: `people.1.name`: `ann  LEE` is listed twice",
        ),
    ],
)
def test_a_role_or_rule_that_nobody_knows_is_refused_with_its_line(table: str, says: str):
    """An unknown role is nobody, and two people of one name would be whoever comes last."""
    with pytest.raises(Unreadable, match=says):
        parse_lender(HEAD + table + "\n")
