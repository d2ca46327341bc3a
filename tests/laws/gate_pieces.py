"""What people do to pieces besides deciding, each act held to what the book beside the gate expects of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import Engine

from approvals import acts, editing, store, waivers
from approvals.pieces import waiver_name
from campaign.errors import VallumError
from campaign.piece import Piece
from tests.laws.gate_model import GIVES_WAY, Book, Exempted, Known, writers
from tests.laws.gate_world import AUTHORS, COMPLIANCE, DECIDING, KINDS, PEOPLE, TEXTS, World, draft_of

PICK = st.integers(0, 10**6)
REASON = "As the examiner of last spring agreed."
RUNNING = ("marketer", "compliance", "admin")
Made = TypeVar("Made")


def attempt(act: Callable[[], Made], may: bool) -> Made | None:
    """Do something that has to succeed, or to be refused in words; None where it was refused."""
    made, refusal = None, ""
    try:
        made = act()
    except VallumError as refused:
        refusal = str(refused)
    assert "refused a statement" not in refusal, "the database said no where the gate should have"
    assert may or refusal, "what had to be refused was let through"
    assert not may or not refusal, f"what had to be let through was refused: {refusal}"
    return made


class PieceActs(RuleBasedStateMachine):
    """Drafting, editing, withdrawing, waiving, screening again, by anyone at all."""

    engine: Engine
    world: World
    book: Book

    @rule(kind=st.sampled_from(KINDS), author=st.sampled_from(AUTHORS))
    def draft(self, kind: str, author: str) -> None:
        name = f"piece-{len({name for name, _ in self.book.revisions})}"
        self._enter(draft_of(name, kind, author, self.world.at))

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, text=st.sampled_from(TEXTS))
    def write_anew(self, pick: int, text: str) -> None:
        """The copywriter's next revision, whatever became of the last."""
        last = self.any_of(pick).piece
        changes = {"revision": last.revision + 1, "fields": {"body": text}, "bindings": ()}
        self._enter(last.model_copy(update=changes))

    def _enter(self, piece: Piece) -> None:
        gate, at = self.world.gate(self.engine), self.world.at
        status = store.submit(
            self.engine, piece, run_id="run-1", placement_id="owners.email", master_id="owners.email.a",
            segment="Owners", angle="A plain question", findings=gate.screen(piece, at),
            pack_version=gate.pack.version, sheet_id="s1", survey_rate=5.98, lender=gate.lender, at=at,
        )  # fmt: skip
        self._entered(piece, status.value)

    def _entered(self, piece: Piece, status: str) -> None:
        for (name, _), known in self.book.revisions.items():
            if name == piece.piece_id and known.status in GIVES_WAY:
                known.status = "superseded"
        seen = self.world.judge(piece)
        expected = "blocked" if any(severity == "block" for _, severity in seen) else "pending"
        assert status == expected
        self.book.revisions[piece.piece_id, piece.revision] = Known(piece, status, self.world.version, seen)

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(PEOPLE), text=st.sampled_from(TEXTS))
    def edit(self, pick: int, by: str, text: str) -> None:
        latest = self.any_of(pick)
        may = (
            self.book.has_role(by, self.world, *RUNNING, of=latest)
            and latest.status != "superseded"
            and not self.book.altered(latest)
            and latest.piece.fields["body"] != text
        )
        gate, name = self.world.gate(self.engine), latest.piece.piece_id
        made = attempt(lambda: editing.edit(gate, name, {"body": text}, by=by, at=self.world.at), may)
        if made is not None:
            assert writers(made.piece) == {*writers(latest.piece), by}
            assert set(latest.piece.authors) <= set(made.piece.authors)
            assert (made.piece.fields["body"], made.decision) == (text, None)
            self._entered(made.piece, made.status.value)

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(PEOPLE))
    def withdraw(self, pick: int, by: str) -> None:
        latest = self.any_of(pick)
        stands = latest.status in ("blocked", "pending", "returned", "approved", "approved_conditionally")
        may = stands and self.book.has_role(by, self.world, *RUNNING, of=latest)
        gate, name = self.world.gate(self.engine), latest.piece.piece_id
        if not latest.edited:  # one that was may be taken out or not: nothing comes of it either way
            attempt(lambda: acts.withdraw(gate, name, by=by, reason="Not now.", at=self.world.at), may)
            latest.status = "withdrawn" if may else latest.status

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(PEOPLE), to=st.sampled_from([*PEOPLE, ""]))
    def talk(self, pick: int, by: str, to: str) -> None:
        """Remarks and desks; nothing follows from either."""
        latest, gate, at = self.any_of(pick), self.world.gate(self.engine), self.world.at
        name = latest.piece.piece_id
        attempt(lambda: acts.remark(gate, name, "Fine with me.", by=by, at=at), by in self.world.roles)
        may = (
            self.book.has_role(by, self.world, *RUNNING)
            and latest.status in ("blocked", "pending", "returned")
            and (not to or to in self.world.roles)
        )
        if not latest.edited:
            attempt(lambda: acts.assign(gate, name, to=to, by=by, at=at), may)

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, by=st.sampled_from(DECIDING))
    def rescreen(self, pick: int, by: str) -> None:
        latest = self.any_of(pick)
        may = (
            latest.status in ("pending", "blocked")
            and not self.book.altered(latest)
            and self.book.has_role(by, self.world, "compliance", "admin")
        )
        gate, name = self.world.gate(self.engine), latest.piece.piece_id
        status = attempt(lambda: acts.rescreen(gate, name, by=by, at=self.world.at), may)
        if status is not None:
            self.keep_screen(latest)
            assert status == latest.status

    @precondition(lambda self: self._found())
    @rule(pick=PICK, by=st.sampled_from(COMPLIANCE), days=st.sampled_from([-1, 0, 1, 1]))
    def waive(self, pick: int, by: str, days: int) -> None:
        latest, today = self.any_of(pick, self._found()), self.world.today
        rules = sorted({name for name, _ in latest.seen})
        made = Exempted(
            latest.piece.piece_id, latest.piece.content_hash, rules[pick % len(rules)], by, today,
            today + timedelta(days=days),
        )  # fmt: skip
        acting = {one for one, _ in self.book.places(by, self.world)}
        may = (
            self.book.has_role(by, self.world, "compliance")
            and not acting & writers(latest.piece)
            and days >= 0
            and not self.book.altered(latest)
            and not any(one.standing and one.key == made.key for one in self.book.waivers.values())
        )
        gate, until, at = self.world.gate(self.engine), made.until, self.world.at
        given = attempt(
            lambda: waivers.waive(gate, made.piece, made.rule, reason=REASON, until=until, by=by, at=at), may
        )
        if given is not None:
            self.book.waivers[waiver_name(given)] = made
            self.settle(latest)

    @precondition(lambda self: self.book.waivers)
    @rule(pick=PICK, by=st.sampled_from(COMPLIANCE))
    def revoke(self, pick: int, by: str) -> None:
        name = sorted(self.book.waivers)[pick % len(self.book.waivers)]
        waiver, gate = self.book.waivers[name], self.world.gate(self.engine)
        may = waiver.standing and self.book.has_role(by, self.world, "compliance")
        if attempt(lambda: waivers.revoke(gate, name, by=by, reason="A mistake.", at=self.world.at), may):
            waiver.revoked, waiver.standing = True, False
            latest = self.book.latest(waiver.piece)
            if not self.book.altered(latest):
                self.settle(latest)

    def keep_screen(self, latest: Known) -> None:
        """What newer rules find is kept; approvals that were given without it are gone."""
        latest.seen, latest.pack, latest.given = self.world.judge(latest.piece), self.world.version, []
        self.settle(latest)

    def settle(self, latest: Known) -> None:
        """Pending or blocked, by what was found and what is waived."""
        if latest.status in ("pending", "blocked"):
            blocked = self.book.blocked(latest.seen, latest, self.world.at)
            latest.status = "blocked" if blocked else "pending"

    def any_of(self, pick: int, among: Sequence[str] = ()) -> Known:
        """The latest revision of some piece; -1 for the newest."""
        names = among or sorted({name for name, _ in self.book.revisions}, key=lambda name: int(name[6:]))
        return self.book.latest(names[pick % len(names)])

    def standing(self, *statuses: str) -> list[str]:
        """Names of pieces whose latest revision stands somewhere."""
        names = sorted({name for name, _ in self.book.revisions})
        return [name for name in names if self.book.latest(name).status in statuses]

    def _found(self) -> list[str]:
        waits = self.standing("pending", "blocked")
        return [name for name in waits if self.book.latest(name).seen]
