"""Many decisions at once, with the digest of what waits and with one that is out of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from approvals.bulk import batch_of, decide_batch
from approvals.filters import Filter
from tests.laws.gate_changes import Changes
from tests.laws.gate_model import Given, Known, band
from tests.laws.gate_pieces import PICK, attempt
from tests.laws.gate_world import DECIDING

_COLUMNS = "piece_id, revision, content_hash, class_key, pack_version, verdict, rules"


@dataclass
class Looked:
    """A list that somebody has before them, and what the rows said then.

    Attributes:
        kind: what every member of a class had in common when it was opened; None for a plain filter.
    """

    wanted: Filter
    where: str
    digest: str
    shown: list[tuple[Any, ...]]
    kind: object


class Batches(Changes):
    """Looking at a list, and deciding it now or much later."""

    looked: list[Looked]
    misplaced: set[tuple[str, int]]

    @precondition(lambda self: self.standing("pending"))
    @rule(pick=PICK, which=st.sampled_from(["class", "class", "run", "channel", "clean"]))
    def look(self, pick: int, which: str) -> None:
        kind = None
        wanted, where = {
            "run": (Filter(run="run-1"), "run_id = 'run-1'"),
            "channel": (Filter(channel="email"), "channel = 'email'"),
            "clean": (Filter(verdict="pass"), "verdict = 'pass'"),
            "class": (Filter(), ""),
        }[which]
        if which == "class":
            first = self.any_of(pick, self.standing("pending"))
            name = f"piece_id = '{first.piece.piece_id}' AND revision = {first.piece.revision}"
            key = self._select("class_key", name)[0][0]
            wanted, where, kind = Filter(class_key=key), f"class_key = '{key}'", self._kind_of(key)
            if kind is None:
                return
        shown = self._select(_COLUMNS, f"status = 'pending' AND {where}")
        batch = batch_of(self.engine, wanted)
        assert batch.pieces == tuple(row[0] for row in shown)
        self.looked.append(Looked(wanted, where, batch.digest, shown, kind))

    @precondition(lambda self: self.standing("pending"))
    @rule(pick=PICK, by=st.sampled_from(DECIDING), answer=st.sampled_from(["approve", "approve", "return"]))
    def look_and_decide(self, pick: int, by: str, answer: Any) -> None:
        """A class opened and answered at once."""
        self.look(pick, "class")
        self.decide_what_was_shown(-1, by, answer, conditional=False, again=True)

    @precondition(lambda self: self.looked)
    @rule(
        pick=PICK, by=st.sampled_from(DECIDING), answer=st.sampled_from(["approve", "approve", "reject", "return"]),
        conditional=st.sampled_from([False, False, True]), again=st.booleans(),
    )  # fmt: skip
    def decide_what_was_shown(self, pick: int, by: str, answer: Any, conditional: bool, again: bool) -> None:
        one = self.looked[pick % len(self.looked)] if not again else self.looked[-1]
        now = self._select(_COLUMNS, f"status = 'pending' AND {one.where}")
        condition = (
            band(6.0, 6.25, 4, "offered", self.world.at) if conditional and answer == "approve" else None
        )
        gate, at = self.world.gate(self.engine), self.world.at
        roles = {"compliance", "admin"} | ({"loan_officer"} if condition is None else set())
        able = any(role in roles for _, role in self.book.places(by, self.world))
        may = bool(now) and now == one.shown and able
        expected: dict[tuple[str, int], bool] = {}
        if may:
            for piece_id, revision, *_ in now:
                known = self.book.revisions[piece_id, revision]
                expected[piece_id, revision] = self._expected(known, one.kind, by, answer, condition)
        done = attempt(
            lambda: decide_batch(
                gate, one.wanted, answer, digest=one.digest, by=by, at=at, reason="All alike.", condition=condition
            ),
            may,
        )  # fmt: skip
        if done is None:
            return
        decided = {(made.piece_id, made.revision) for made in done.decided}
        assert decided == {name for name, wanted in expected.items() if wanted}
        assert len(done.refused) == len(expected) - len(decided)
        for made in done.decided:
            known = self.book.revisions[made.piece_id, made.revision]
            assert made.content_hash == known.piece.content_hash
            if answer == "approve":
                given = Given(made.by, made.role, made.stands_in_for or made.by, at, condition)
                self.take_approval(known, given, made.settles)
            else:
                known.status = "rejected" if answer == "reject" else "returned"

    def _kind_of(self, key: str) -> object:
        """What the members of a class have in common; None where only a vandal would know."""
        members = self._select("piece_id, revision", f"class_key = '{key}'")
        true = [self.book.revisions[name] for name in members if name not in self.misplaced]
        kinds = {_kind(known) for known in true if not known.edited}
        assert len(kinds) <= 1, "pieces of two kinds share a class"
        return next(iter(kinds), "nobody's" if key == "a class" else None)

    def _expected(self, known: Known, kind: object, by: str, answer: str, condition: Any) -> bool:
        """Whether one member is decided; one that is of another class by now is not."""
        if kind is not None and not known.edited and _kind(known) != kind:
            return False
        if known.edited:
            return False
        return (
            self.expect_approval(known, by, condition) if answer == "approve" else self.expect_no(known, by)
        )

    def _select(self, columns: str, where: str) -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM pieces WHERE {where} ORDER BY row_id"
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


def _kind(known: Known) -> object:
    """What makes two pieces of this machine alike: words, values, findings, and in whose name."""
    piece = known.piece
    return (
        piece.channel, str(piece.fields), str(piece.claims) if known.shows_rate else "", known.speaker, known.seen
    )  # fmt: skip
