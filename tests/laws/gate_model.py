"""A second, simpler book of what may go out, kept beside the gate by the law's machine alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from campaign.condition import Condition
from campaign.moment import end_of_day
from campaign.piece import Piece
from tests.approvals.gate import LENDER
from tests.laws.gate_world import SHOWN_RATE, Found, World

LIVE = ("approved", "approved_conditionally", "released", "published")
GIVES_WAY = ("pending", "blocked", "returned", "withdrawn", "approved", "approved_conditionally", "rejected")
"""Where a newer revision takes the older one's place; what has gone out stays what it was."""


@dataclass(frozen=True)
class Given:
    """One approval: by whom, in which role, in whose place."""

    by: str
    role: str
    under: str
    at: datetime
    condition: Condition | None = None


@dataclass
class Exempted:
    """A waiver. `standing`: its row is there; `changed`: someone changed that row by hand."""

    piece: str
    content: str
    rule: str
    by: str
    issued: date
    until: date
    revoked: bool = False
    standing: bool = True
    changed: bool = False

    @property
    def key(self) -> tuple[str, str, str, str, date, date]:
        """What makes two waivers the same one."""
        return self.piece, self.content, self.rule, self.by, self.issued, self.until

    def holds(self, at: datetime) -> bool:
        begun = self.issued <= at.astimezone(LENDER.zone).date()
        return self.standing and not self.revoked and begun and at <= end_of_day(self.until, LENDER.zone)


@dataclass
class Leave:
    absent: str
    stand_in: str
    starts: date
    until: date


@dataclass
class Known:
    """What should hold of one revision.

    Attributes:
        pack, seen: of the last screen that was kept. pack_approved: of the approval that settled it.
        edited: someone changed its record by hand, so nothing may come of it any more.
    """

    piece: Piece
    status: str
    pack: str
    seen: frozenset[Found]
    given: list[Given] = field(default_factory=list)
    pack_approved: str = ""
    edited: bool = False

    @property
    def shows_rate(self) -> bool:
        return any(binding.slot == "rate" for binding in self.piece.bindings)

    @property
    def speaker(self) -> str:
        return self.piece.originator.name if self.piece.originator else ""

    def worn_out(self, at: datetime) -> bool:
        held = [claim.valid_until for claim in self.piece.claims or () if claim.valid_until]
        return self.shows_rate and any(until < at for until in held)


@dataclass
class Book:
    """Every revision, waiver and leave, and whether publishing is paused."""

    revisions: dict[tuple[str, int], Known] = field(default_factory=dict)
    waivers: dict[str, Exempted] = field(default_factory=dict)
    leaves: list[Leave] = field(default_factory=list)
    paused: bool = False

    def latest(self, name: str) -> Known:
        return [known for (piece, _), known in sorted(self.revisions.items()) if piece == name][-1]

    def places(self, name: str, world: World) -> list[tuple[str, str]]:
        """Names someone may act under now, their own first, each with its role; none for strangers."""
        if name not in world.roles:
            return []
        filled = [
            leave.absent
            for leave in self.leaves
            if leave.stand_in == name
            and leave.absent in world.roles
            and leave.starts <= world.today <= leave.until
        ]
        return [(one, world.roles[one]) for one in dict.fromkeys([name, *filled])]

    def has_role(self, name: str, world: World, *roles: str, of: Known | None = None) -> bool:
        """Whether someone has one of some roles, or is the loan officer a piece speaks for."""
        places = self.places(name, world)
        own = of is not None and ("loan_officer", of.speaker) in {(role, one) for one, role in places}
        return own or any(role in roles for _, role in places)

    def altered(self, known: Known) -> bool:
        """Whether its record, or a waiver of its content, was changed by hand."""
        return known.edited or any(
            one.standing and (one.revoked or one.changed) for one in self._waivers_of(known)
        )

    def standing(self, found: frozenset[Found], known: Known, at: datetime) -> frozenset[Found]:
        """Findings that no waiver takes away."""
        waived = {one.rule for one in self._waivers_of(known) if one.holds(at)}
        return frozenset(one for one in found if one[0] not in waived)

    def blocked(self, found: frozenset[Found], known: Known, at: datetime) -> bool:
        return any(severity == "block" for _, severity in self.standing(found, known, at))

    def seats(self, name: str, known: Known, world: World) -> set[tuple[str, str]]:
        """(role, name acted under) in which someone's approval would count now."""
        roles, people = asked(known, world)
        used = {person for one in known.given for person in (one.by, one.under)}
        if name in used:
            return set()
        missing = roles - {one.role for one in known.given}
        room = not roles or people - len(known.given) > len(missing)
        wanted = missing | ({"compliance", "admin"} if room else set())
        return {
            (role, under)
            for under, role in self.places(name, world)
            if role in wanted and under not in used and (role != "loan_officer" or under == known.speaker)
        }

    def why_not_out(self, known: Known, world: World) -> tuple[list[str], list[str]]:
        """Every reason why nothing of a revision may go out now: those that end its approval, and others."""
        if known.status not in LIVE:
            return [], [known.status]
        voiding = [reason for reason, holds in self._voiding(known, world) if holds]
        waiting = ["paused"] if self.paused else []
        waiting += ["approved later"] if any(one.at > world.at for one in known.given) else []
        if known.status == "approved_conditionally":
            for condition in (one.condition for one in known.given if one.condition):
                rate = world.offered if condition.measure == "offered" else world.survey
                if world.at >= condition.before:
                    voiding.append("too late")
                elif rate is None or not condition.low <= rate <= condition.high:
                    waiting.append("not in the band")
        return voiding, waiting

    def _voiding(self, known: Known, world: World) -> Iterator[tuple[str, bool]]:
        yield "edited", self.altered(known)
        yield "a role was lost", lost_role(known.given, world)
        yield "more people are asked for", not enough(known, world)
        yield "worn out", known.worn_out(world.at)
        gone = world.offered is not None and f"{world.offered:.3f}%" != SHOWN_RATE
        yield "no longer offered", known.shows_rate and gone
        fresh = self.standing(world.judge(known.piece), known, world.at)
        yield "blocked", any(severity == "block" for _, severity in fresh)
        yield "news", known.pack_approved != world.version and not fresh <= known.seen

    def _waivers_of(self, known: Known) -> list[Exempted]:
        named = (known.piece.piece_id, known.piece.content_hash)
        return [one for one in self.waivers.values() if (one.piece, one.content) == named]


def writers(piece: Piece) -> set[str]:
    """Everyone who wrote a part of it, each name as the lender spells it."""
    return {" ".join(author.title().split()) for author in piece.authors}


def asked(known: Known, world: World) -> tuple[set[str], int]:
    """Roles and number of people that the lender's rules ask for."""
    roles: set[str] = set()
    people = 1
    if "pairs" in world.active and known.shows_rate:
        people = 2
    if "named" in world.active and known.piece.channel == "linkedin":
        roles |= {"loan_officer", "compliance"} if known.speaker else {"compliance"}
    if "warned" in world.active and known.seen:
        roles |= {"compliance"}
    if "strict" in world.active:
        roles, people = roles | {"admin"}, 2
    return roles, max(people, len(roles), 1)


def enough(known: Known, world: World) -> bool:
    roles, people = asked(known, world)
    return roles <= {one.role for one in known.given} and len({one.by for one in known.given}) >= people


def lost_role(given: Sequence[Given], world: World) -> bool:
    return any(one.by not in world.roles or world.roles.get(one.under) != one.role for one in given)


def band(low: float, high: float, hours: int, measure: str, at: datetime) -> Condition:
    before = at + timedelta(hours=hours)
    return Condition.model_validate({"measure": measure, "low": low, "high": high, "before": before})
