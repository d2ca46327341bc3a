"""Who must approve what: the `[[approvals]]` tables of lender.toml, and what they come to for one piece."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from campaign.brief import Audience
from campaign.channel import Channel
from campaign.claim import ClaimKind
from campaign.finding import Finding, Severity
from campaign.lender_settings import Role
from campaign.noun import Noun
from campaign.piece import Piece

ApprovingRole = Literal["loan_officer", "compliance", "admin"]
DECIDING_ROLES: tuple[Role, ...] = ("compliance", "admin")
"""Of whom one approves what no rule speaks of."""


class Requirement(Noun):
    """What one piece needs before it may go out.

    Attributes:
        roles: each must be among the approvers, each answered for by another person.
        people: how many different people, at least.
        hours: business hours within which it should be decided, None where there is no limit.
        rules: names of the rules it comes from, in the order of lender.toml.
    """

    roles: tuple[Role, ...] = ()
    people: int = 1
    hours: float | None = None
    rules: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """What it asks for, for people: `2 people, among them compliance and loan officer`."""
        count = "one person" if self.people == 1 else f"{self.people} people"
        if not self.roles:
            return f"{count} with the role compliance or admin"
        return f"{count}, among them {' and '.join(role.replace('_', ' ') for role in self.roles)}"


class ApprovalRule(Noun):
    """One rule of who approves what. What it does not name, it does not ask about.

    Attributes:
        name: how people call it.
        channels, audiences: of the piece.
        severity: a finding at least as grave stands on the piece.
        rules: ids of findings, with `*` (`regz.*`).
        claims: kinds of value that the piece shows (`rate`, `apr`, `payment` ...), or that every recipient's
            rendering fills in; bare text, whose values nobody knows, counts as showing them.
        spend_usd_over: the placement's budget is above this many dollars.
        roles: which roles must approve. people: how many different people.
        hours: business hours within which to decide.
    """

    name: str = Field(min_length=1)
    channels: tuple[Channel, ...] = ()
    audiences: tuple[Audience, ...] = ()
    severity: Severity | None = None
    rules: tuple[str, ...] = ()
    claims: tuple[ClaimKind, ...] = ()
    spend_usd_over: float | None = Field(default=None, ge=0)
    roles: tuple[ApprovingRole, ...] = ()
    people: int = Field(default=1, ge=1, le=5)
    hours: float | None = Field(default=None, gt=0, le=2000)

    def applies(self, piece: Piece, findings: Iterable[Finding], spend_usd: float | None) -> bool:
        """Whether it speaks of a piece.

        Args:
            spend_usd: the placement's budget in dollars; None is not known, and counts as above any line.
        """
        found = tuple(findings)
        shown = {binding.slot for binding in piece.bindings}
        kinds = {claim.kind for claim in piece.claims or () if claim.slot in shown}
        kinds |= {one.kind for one in piece.ranges}
        grave = list(Severity)
        asked = (
            not self.channels or piece.channel in self.channels,
            not self.audiences or piece.audience in self.audiences,
            self.severity is None
            or any(grave.index(one.severity) <= grave.index(self.severity) for one in found),
            not self.rules or any(fnmatchcase(one.rule, wanted) for one in found for wanted in self.rules),
            not self.claims or piece.claims is None or bool(kinds & set(self.claims)),
            self.spend_usd_over is None or spend_usd is None or spend_usd > self.spend_usd_over,
        )
        return all(asked)


def requirement(
    rules: Iterable[ApprovalRule],
    piece: Piece,
    findings: Iterable[Finding],
    *,
    spend_usd: float | None = None,
) -> Requirement:
    """What the rules that apply ask for together: every role, the most people, the shortest time.

    The loan officer asked for is the one in whose name the piece speaks; nobody where it speaks in none.
    """
    found = tuple(findings)
    applying = [rule for rule in rules if rule.applies(piece, found, spend_usd)]
    nobody = {"loan_officer"} if piece.originator is None else set()
    roles = tuple(dict.fromkeys(role for rule in applying for role in rule.roles if role not in nobody))
    hours = [rule.hours for rule in applying if rule.hours is not None]
    return Requirement(
        roles=roles,
        people=max([1, len(roles), *(rule.people for rule in applying)]),
        hours=min(hours, default=None),
        rules=tuple(rule.name for rule in applying),
    )
