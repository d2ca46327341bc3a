"""Everything that moves around the gate: rules, rates, licences, people, leave, the clock, the kill switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from approvals import switch
from approvals.delegating import delegate, end_delegation
from approvals.expiry import expire_approved, supersede_pending
from approvals.filters import Filter
from approvals.recalls import recall
from tests.approvals.gate import recall_live
from tests.laws.gate_decisions import Deciding
from tests.laws.gate_model import LIVE, Known, Leave
from tests.laws.gate_pieces import PICK, RUNNING, attempt
from tests.laws.gate_world import DECIDING, PEOPLE, ROLES, RULES, SPEAKER, WORDS

NEW_ROLES = ("marketer", "loan_officer", "compliance", "admin", "gone", "as before")

TAKEN_BACK: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {
    "superseded": (supersede_pending, ("pending", "returned", "withdrawn", "blocked")),
    "expired": (expire_approved, ("approved", "approved_conditionally")),
    "recalled": (recall_live, ("released", "published")),
}
"""Where a revision stands afterwards -> what brings it there, and from where."""


class Changes(Deciding):
    """The world and what stops all of it."""

    @rule(word=st.sampled_from(WORDS), severity=st.sampled_from(["blocks", "warns"]))
    def change_rules(self, word: str, severity: str) -> None:
        """A rule comes, or goes again: the older pack is in force once more."""
        words = self.world.blocks if severity == "blocks" else self.world.warns
        words ^= {word}

    @rule(offered=st.sampled_from([None, 6.125, 6.5, 6.5]), survey=st.sampled_from([None, 5.9, 6.3]))
    def rates_move(self, offered: float | None, survey: float | None) -> None:
        self.world.offered, self.world.survey = offered, survey

    @rule()
    def licence_lapses_or_is_renewed(self) -> None:
        self.world.licensed = not self.world.licensed

    @rule(name=st.sampled_from([*ROLES]), role=st.sampled_from(NEW_ROLES))
    def role_changes(self, name: str, role: str) -> None:
        """Somebody does other work, leaves, or comes back as they were."""
        self.world.roles.pop(name, None)
        if role != "gone":
            self.world.roles[name] = ROLES[name] if role == "as before" else role

    @precondition(lambda self: self._approvers())
    @rule(pick=PICK, gone=st.booleans())
    def approver_goes(self, pick: int, gone: bool) -> None:
        """One of those who approved something leaves, or decides nothing any more."""
        approvers = self._approvers()
        self.role_changes(approvers[pick % len(approvers)], "gone" if gone else "marketer")

    def _approvers(self) -> list[str]:
        stands = [one for one in self.book.revisions.values() if one.status in (*LIVE, "pending")]
        return sorted({given.by for one in stands for given in one.given} & self.world.roles.keys())

    @precondition(lambda self: self.world.roles != ROLES)
    @rule()
    def everyone_is_back(self) -> None:
        """The roster of before, so that later acts have somebody to do them."""
        self.world.roles = dict(ROLES)

    @rule(name=st.sampled_from([*RULES]))
    def lender_asks_otherwise(self, name: str) -> None:
        """A rule of approval is added, or dropped."""
        self.world.active ^= {name}

    @rule(hours=st.sampled_from([1, 1, 2, 4, 26, -1, -3]))
    def clock(self, hours: int) -> None:
        """Forward, and back."""
        self.world.at += timedelta(hours=hours)

    @precondition(lambda self: self.standing("pending"))
    @rule(pick=PICK)
    def wait_too_long(self, pick: int) -> None:
        """What shows a rate is approved when the rate may no longer be shown."""
        self.clock(6)
        self.ask_approval(self.any_of(pick, self.standing("pending")), "Ruth Calder")

    @rule(
        absent=st.sampled_from([*ROLES]), stand_in=st.sampled_from(PEOPLE), by=st.sampled_from(PEOPLE),
        days=st.sampled_from([-1, 0, 1]),
    )  # fmt: skip
    def go_on_leave(self, absent: str, stand_in: str, by: str, days: int) -> None:
        starts, until = self.world.today, self.world.today + timedelta(days=days)
        listed = {absent, stand_in, by} <= self.world.roles.keys()
        may = listed and self._arranges(by, absent) and absent != stand_in and days >= 0
        gate, at = self.world.gate(self.engine), self.world.at
        made = attempt(
            lambda: delegate(
                gate, absent=absent, stand_in=stand_in, starts=starts, until=until, by=by, at=at, reason="Away."
            ),
            may,
        )  # fmt: skip
        if made is not None:
            self.book.leaves.append(Leave(absent, stand_in, starts, until))

    @precondition(lambda self: self.book.leaves)
    @rule(pick=PICK, by=st.sampled_from(PEOPLE))
    def come_back(self, pick: int, by: str) -> None:
        leave = self.book.leaves[pick % len(self.book.leaves)]
        between = (leave.absent, leave.stand_in)
        may = by in self.world.roles and self._arranges(by, leave.absent)
        gate, at = self.world.gate(self.engine), self.world.at
        ended = attempt(
            lambda: end_delegation(gate, absent=between[0], stand_in=between[1], by=by, at=at), may
        )
        if ended is not None:
            self.book.leaves = [one for one in self.book.leaves if (one.absent, one.stand_in) != between]

    def _arranges(self, by: str, absent: str) -> bool:
        return by == absent or self.book.has_role(by, self.world, "admin")

    @rule(by=st.sampled_from(PEOPLE))
    def pause(self, by: str) -> None:
        may = self.book.has_role(by, self.world, *RUNNING) and not self.book.paused
        gate, at = self.world.gate(self.engine), self.world.at
        if attempt(lambda: switch.pause(gate, by=by, at=at, reason="Something is wrong."), may) is not None:
            self.book.paused = True

    @precondition(lambda self: self.book.paused)
    @rule(by=st.sampled_from(PEOPLE))
    def resume(self, by: str) -> None:
        may = self.book.has_role(by, self.world, "compliance", "admin")
        gate, at = self.world.gate(self.engine), self.world.at
        attempt(lambda: switch.resume(gate, by=by, at=at), may)
        self.book.paused = not may

    @precondition(lambda self: self.book.paused)
    @rule()
    def go_on(self) -> None:
        """The plain way back, where there is anybody to go it."""
        by = next((name for name in ROLES if self.book.has_role(name, self.world, "admin")), "Ann Stray")
        self.resume(by)

    @precondition(lambda self: self._out())
    @rule(
        by=st.sampled_from(DECIDING),
        which=st.sampled_from(["all", "channel", "rate", "speaker", "state", "piece"]),
    )
    def recall(self, by: str, which: str) -> None:
        wanted = {
            "all": Filter(), "channel": Filter(channel="linkedin"), "rate": Filter(claim="rate"),
            "speaker": Filter(originator=SPEAKER), "state": Filter(state="ID"), "piece": Filter(piece="piece-0"),
        }[which]  # fmt: skip
        meant = [one for one in self._out() if _is_meant(one, which)]
        sure = [one for one in meant if not one.edited]  # the others are found by what their rows say now
        may = bool(meant) and self.book.has_role(by, self.world, *RUNNING)
        gate, at = self.world.gate(self.engine), self.world.at
        if not sure and any(one.edited for one in self.book.revisions.values()):
            return
        made = attempt(
            lambda: recall(gate, wanted, by=by, at=at, reason="It is wrong.", take_down=_no_file), may
        )
        if made is not None:
            found = {(one.piece_id, one.revision) for one in made.receipts}
            expected = {(one.piece.piece_id, one.piece.revision) for one in sure}
            edited = {name for name, one in self.book.revisions.items() if one.edited}
            assert found - edited == expected
            for known in sure:
                known.status = "recalled"

    def _out(self) -> list[Known]:
        return [one for one in self.book.revisions.values() if one.status in ("released", "published")]

    @rule(after=st.sampled_from([*TAKEN_BACK]))
    def take_back(self, after: str) -> None:
        """What replanning does, with nobody asked."""
        act, before = TAKEN_BACK[after]
        act(self.engine, "run-1", reason="the rate moved", at=self.world.at)
        for known in self.book.revisions.values():
            if known.status in before:
                known.status = after


def _is_meant(known: Known, which: str) -> bool:
    told = {
        "all": True,
        "channel": known.piece.channel == "linkedin",
        "rate": known.shows_rate,
        "speaker": known.speaker == SPEAKER,
        "state": "ID" in known.piece.states,
        "piece": known.piece.piece_id == "piece-0",
    }
    return told[which]


def _no_file(delivered: str) -> str:
    raise AssertionError(f"no search ad is in this machine, yet {delivered} was to be taken down")
