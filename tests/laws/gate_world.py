"""The world around the gate in the law's own machine: people, rules, rates, licences and a clock that all move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from approvals.gate import Gate
from campaign.approval_rules import ApprovalRule
from campaign.channel import Channel
from campaign.finding import Finding, Severity
from campaign.lender import Lender, Person
from campaign.piece import Piece, Speaker
from campaign.rates import RateOffer, RateSheet
from tests.approvals.gate import AT, LENDER, a_piece, with_rate

ROLES = {
    "Ruth Calder": "compliance",
    "Sam Ott": "compliance",
    "Ada Stone": "admin",
    "Lou Field": "loan_officer",
    "Pat Reed": "loan_officer",
    "Max Orr": "marketer",
}
PEOPLE = (*ROLES, "Ann Stray")
"""Everyone who tries, the last of them in vain: nobody of that name is listed."""
DECIDING = ("Ruth Calder", "Ruth Calder", "Sam Ott", "Ada Stone", *PEOPLE)
"""The same, with those who often may at the front of the crowd."""
COMPLIANCE = ("Ruth Calder", "Sam Ott", "Ruth Calder", "Sam Ott", "Ada Stone", "Max Orr", "Pat Reed")
AUTHORS = ("house writer", "house writer", "Sam Ott", "Ruth Calder", " ruth  CALDER", "Max Orr")
"""Some of them decide on other days; one of them is spelled in two ways."""
SPEAKER = "Lou Field"
SHOWN_RATE = "6.125%"
TEXTS = ("Talk with us.", "The best loan.", "Approval guaranteed.", f"Today {SHOWN_RATE} note rate.")
KINDS = ("plain", "plain", "warned", "blocked", "rate", "rate", "named", "licensed")
WORDS = ("Talk", "best", "guaranteed", "Today")
RULES = {
    "pairs": ApprovalRule(name="pairs", claims=("rate",), people=2),
    "named": ApprovalRule(name="named", channels=(Channel.LINKEDIN,), roles=("loan_officer", "compliance")),
    "warned": ApprovalRule(name="warned", severity=Severity.WARN, roles=("compliance",)),
    "strict": ApprovalRule(name="strict", roles=("admin",), people=2),
}
Found = tuple[str, str]
"""A rule and its severity."""


def draft_of(name: str, kind: str, author: str, at: datetime) -> Piece:
    """A first draft of one of the `KINDS`."""
    written: dict[str, Any] = {"authors": (author,), "claims": ()}
    if kind == "rate":
        piece = with_rate(name, valid_until=at + timedelta(hours=5), rate=SHOWN_RATE)
        return piece.model_copy(update={"authors": (author,)})
    if kind == "named":
        speaker = Speaker(name=SPEAKER, nmls="2000001")
        return a_piece(name, channel="linkedin", originator=speaker, **written)
    if kind == "licensed":
        return a_piece(name, states=("ID",), **written)
    return a_piece(name, body=TEXTS[("plain", "warned", "blocked").index(kind)], **written)


@dataclass
class World:
    """Everything that acts of the gate are given, as plain values that a test can change.

    Attributes:
        roles: who is listed now, and as what. active: names of the approval rules in force.
        blocks, warns: words. licensed: whether the licence for Idaho holds.
        offered, survey: percent, None where it is not known.
    """

    at: datetime = AT
    roles: dict[str, str] = field(default_factory=lambda: dict(ROLES))
    active: set[str] = field(default_factory=lambda: {"pairs", "named"})
    blocks: set[str] = field(default_factory=lambda: {"guaranteed"})
    warns: set[str] = field(default_factory=lambda: {"best"})
    licensed: bool = True
    offered: float | None = None
    survey: float | None = None

    @property
    def version(self) -> str:
        """The rule pack's, which says what its rules are: going back is the older pack again."""
        return f"pack {' '.join(sorted(self.blocks))} / {' '.join(sorted(self.warns))}"

    @property
    def today(self) -> date:
        return self.at.astimezone(LENDER.zone).date()

    @property
    def lender(self) -> Lender:
        people = [Person.model_validate({"name": name, "role": role}) for name, role in self.roles.items()]
        asked = tuple(rule for name, rule in RULES.items() if name in self.active)
        return LENDER.model_copy(update={"people": tuple(people), "approvals": asked})

    @property
    def sheet(self) -> RateSheet | None:
        if self.offered is None:
            return None
        offer = RateOffer(
            row=2, product="conventional", term_months=360, rate=self.offered, points=0, fees_usd=1895,
            apr=self.offered + 0.1, example_amount_usd=400_000, lock_days=45,
            effective_at=AT - timedelta(days=30), expires_at=AT + timedelta(days=300),
        )  # fmt: skip
        return RateSheet(sheet_id=f"sheet {self.offered}", source="new.csv", offers=(offer,))

    def gate(self, engine: Engine) -> Gate:
        """The gate as the world stands now; what moves later does not move in it."""
        blocks, warns, licensed = frozenset(self.blocks), frozenset(self.warns), self.licensed

        def screen(piece: Piece, _at: datetime) -> tuple[Finding, ...]:
            return tuple(_finding(*found) for found in sorted(judged(piece, blocks, warns, licensed)))

        return Gate(engine, self.lender, _Pack(self.version), screen, self.sheet, self.survey)

    def judge(self, piece: Piece) -> frozenset[Found]:
        """What the rules in force find in a piece."""
        return judged(piece, frozenset(self.blocks), frozenset(self.warns), self.licensed)


@dataclass(frozen=True)
class _Pack:
    version: str


def judged(piece: Piece, blocks: frozenset[str], warns: frozenset[str], licensed: bool) -> frozenset[Found]:
    body = str(piece.fields["body"])
    found = {(f"test.{word.casefold()}", "block") for word in blocks if word in body}
    found |= {(f"test.{word.casefold()}", "warn") for word in warns if word in body}
    if piece.states and not licensed:
        found.add(("licence.lapsed", "block"))
    return frozenset(found)


def _finding(rule: str, severity: str) -> Finding:
    return Finding(
        rule=rule, severity=Severity(severity), citation="12 CFR 1026.24", field="body", message="It says so.",
        fix="Leave it out.",
    )  # fmt: skip
