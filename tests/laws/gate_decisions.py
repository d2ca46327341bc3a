"""Approvals, rejections and returns by anyone, each held to what the book beside the gate expects of it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from approvals import decisions
from campaign.condition import Condition
from tests.laws.gate_model import Given, Known, band, enough, lost_role, writers
from tests.laws.gate_pieces import PICK, PieceActs, attempt
from tests.laws.gate_world import AUTHORS, DECIDING, KINDS

BANDS = ((6.0, 6.25, "offered"), (6.4, 6.9, "offered"), (5.5, 6.0, "survey"))


class Deciding(PieceActs):
    """Who decides what, and what a decision leaves behind."""

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(DECIDING))
    def approve(self, pick: int, by: str) -> None:
        """Also what is blocked, decided, published or gone."""
        self.ask_approval(self.any_of(pick), by)

    @precondition(lambda self: self.standing("pending"))
    @rule(pick=PICK, by=st.sampled_from(DECIDING))
    def approve_what_waits(self, pick: int, by: str) -> None:
        self.ask_approval(self.any_of(pick, self.standing("pending")), by)

    @rule(kind=st.sampled_from(KINDS), author=st.sampled_from(AUTHORS))
    def clear(self, kind: str, author: str) -> None:
        """The plain way: written, and approved by as many others as it takes."""
        self.draft(kind, author)
        for by in ("Sam Ott", "Ruth Calder", "Lou Field", "Ada Stone"):
            self.ask_approval(self.any_of(-1), by)

    @precondition(lambda self: self.standing("pending"))
    @rule(
        pick=PICK,
        by=st.sampled_from(DECIDING),
        shape=st.sampled_from(BANDS),
        hours=st.sampled_from([-1, 2, 6]),
    )
    def approve_conditionally(self, pick: int, by: str, shape: tuple[float, float, str], hours: int) -> None:
        low, high, measure = shape
        condition = band(low, high, hours, measure, self.world.at)
        self.ask_approval(self.any_of(pick, self.standing("pending")), by, condition)

    def ask_approval(self, latest: Known, by: str, condition: Condition | None = None) -> None:
        gate, name, at = self.world.gate(self.engine), latest.piece.piece_id, self.world.at
        may = self.expect_approval(latest, by, condition)
        made = attempt(lambda: decisions.approve(gate, name, by=by, at=at, condition=condition), may)
        if made is not None:
            assert made.content_hash == latest.piece.content_hash
            given = Given(made.by, made.role, made.stands_in_for or made.by, at, condition)
            self.take_approval(latest, given, made.settles)

    def expect_approval(self, latest: Known, by: str, condition: Condition | None) -> bool:
        """Whether an approval has to succeed; what a refused one leaves behind is noted in the book."""
        own = latest if condition is None else None
        if latest.status != "pending" or not self.book.has_role(
            by, self.world, "compliance", "admin", of=own
        ):
            return False
        acting = {one for one, _ in self.book.places(by, self.world)}
        late = condition is not None and condition.before <= self.world.at
        if late or self.book.altered(latest) or acting & writers(latest.piece):
            return False
        if latest.worn_out(self.world.at):
            return False
        if latest.pack != self.world.version and not self.world.judge(latest.piece) <= latest.seen:
            self.keep_screen(latest)
            return False
        if self.book.blocked(latest.seen, latest, self.world.at):
            latest.status = "blocked"  # a waiver ran out while it waited
            return False
        return not lost_role(latest.given, self.world) and bool(self.book.seats(by, latest, self.world))

    def take_approval(self, latest: Known, given: Given, settles: bool) -> None:
        """Note an approval that was given."""
        assert (given.role, given.under) in self.book.seats(given.by, latest, self.world)
        latest.given.append(given)
        assert settles == enough(latest, self.world), "the wrong number of approvals was enough"
        if settles:
            held = any(one.condition for one in latest.given)
            latest.status = "approved_conditionally" if held else "approved"
            latest.pack_approved = self.world.version

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(DECIDING), to=st.sampled_from(["rejected", "returned"]))
    def turn_down(self, pick: int, by: str, to: str) -> None:
        latest = self.any_of(pick)
        act = decisions.reject if to == "rejected" else decisions.return_for_changes
        gate, name = self.world.gate(self.engine), latest.piece.piece_id
        may = self.expect_no(latest, by)
        if attempt(lambda: act(gate, name, by=by, reason="Too long.", at=self.world.at), may) is not None:
            latest.status = to

    def expect_no(self, latest: Known, by: str) -> bool:
        """Whether a rejection or a return has to succeed."""
        stands = latest.status == "pending" and not self.book.altered(latest)
        return stands and self.book.has_role(by, self.world, "compliance", "admin", of=latest)
