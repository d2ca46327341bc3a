"""Counts kept beside every move are what counting anew would say, whatever happened in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine, text

from approvals import acts, decisions, waivers
from approvals.bulk import batch_of, decide_batch
from approvals.class_keys import class_key
from approvals.database import open_database, reading
from approvals.editing import edit
from approvals.expiry import expire_approved, supersede_pending
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import load, waiver_name
from approvals.queue import WAITING, counts, listing
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import BadInput, Refused
from tests.approvals.gate import AT, LENDER, Rules, a_piece, gate_of, ledger, recall_live, start, submit

RUNS = ("run-1", "run-2")
WORDS = ("Talk with us.", "The best loan.", "Approval guaranteed.", "The best is guaranteed.")
PACKS = (
    Rules(),
    Rules(version="pack-2", warns={"Talk"}),
    Rules(version="pack-3", blocks={"loan"}),
    Rules(version="pack-4", blocks=set(), warns=set()),
)
Tallies = dict[tuple[str, str, str, str], int]


def kept_tallies(engine: Engine) -> Tallies:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT run_id, channel, verdict, status, n FROM tallies")).all()
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows if row[4]}


def counted_tallies(engine: Engine) -> Tallies:
    grouped = "SELECT run_id, channel, verdict, status, count(*) FROM pieces GROUP BY 1, 2, 3, 4"
    with engine.connect() as connection:
        rows = connection.execute(text(grouped)).all()
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def classes_are_right(engine: Engine) -> None:
    """Every class has as many open members as it says, and is told of by one of its own."""
    open_ones: dict[str, Counter[str]] = {}
    of_class: dict[int, str] = {}
    with engine.connect() as connection:
        for row in connection.execute(text("SELECT row_id, class_key, status FROM pieces")):
            of_class[row.row_id] = row.class_key
            open_ones.setdefault(row.class_key, Counter())[row.status] += 1
        for row in connection.execute(text("SELECT class_key, first_row, pending, blocked FROM classes")):
            found = open_ones.get(row.class_key, Counter())
            assert (row.pending, row.blocked) == (found["pending"], found["blocked"]), row
            if row.pending or row.blocked:
                members = [row_id for row_id, key in of_class.items() if key == row.class_key]
                assert row.first_row == min(members), row
        named = set(connection.execute(text("SELECT class_key FROM classes")).scalars())
    assert {key for key, found in open_ones.items() if found["pending"] or found["blocked"]} <= named


def keys_are_right(engine: Engine) -> None:
    """What is listed of a revision is what it would be listed as."""
    with reading(engine) as session:
        for item in listing(engine, Filter(statuses=())):
            stored = load(session, item.piece, item.revision)
            if item.status in WAITING:
                key = class_key(stored.piece, stored.findings, run_id=stored.run_id, lender=LENDER, at=AT)
                assert item.class_key == key
                assert item.rules == tuple(dict.fromkeys(one.rule for one in stored.findings))


def all_is_right(engine: Engine) -> None:
    assert kept_tallies(engine) == counted_tallies(engine)
    classes_are_right(engine)
    keys_are_right(engine)
    told = counts(engine)
    by_status: Counter[str] = Counter()
    by_verdict: Counter[str] = Counter()
    for (_, _, verdict, status), number in counted_tallies(engine).items():
        by_status[status] += number
        if status in WAITING:
            by_verdict[verdict] += number
    assert told.by_status == by_status
    assert told.by_verdict == by_verdict
    assert told.pending == by_status["pending"]


class Desk(RuleBasedStateMachine):
    """Agents, people, rules and publishers at work on two runs, in any order; some of it is refused."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "vallum.db"
        shutil.copy(self.template, path)
        self.engine = open_database(f"sqlite:///{path}")
        self.pack, self.names = PACKS[0], 0
        for run in RUNS:
            start(self.engine, run)
            self.submit(run, WORDS[0], "email")

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    @rule(run=st.sampled_from(RUNS), words=st.sampled_from(WORDS), channel=st.sampled_from(["email", "meta"]))
    def submit(self, run: str, words: str, channel: str) -> None:
        self.names += 1
        piece = a_piece(f"piece-{self.names}", body=words, channel=channel)
        submit(self.engine, piece, self.pack, run_id=run)

    @rule(pack=st.sampled_from(PACKS))
    def change_the_rules(self, pack: Rules) -> None:
        self.pack = pack

    @rule(data=st.data(), words=st.sampled_from(WORDS))
    def edit(self, data: st.DataObject, words: str) -> None:
        name = self._piece(data)
        with suppress(BadInput):  # nothing would change
            self._try(lambda: edit(self._gate(), name, {"body": words}, by="Max Orr", at=AT))

    @rule(data=st.data(), answer=st.sampled_from(["approve", "reject", "return"]))
    def decide(self, data: st.DataObject, answer: str) -> None:
        name = self._piece(data)
        if answer == "approve":
            self._try(lambda: decisions.approve(self._gate(), name, by="Ruth Calder", at=AT))
        elif answer == "reject":
            self._try(lambda: decisions.reject(self._gate(), name, by="Ruth Calder", at=AT, reason="Longer."))
        else:
            self._try(
                lambda: decisions.return_for_changes(
                    self._gate(), name, by="Ruth Calder", at=AT, reason="Longer."
                )
            )

    @rule(run=st.sampled_from(RUNS))
    def decide_a_run(self, run: str) -> None:
        wanted = Filter(run=run)
        digest = batch_of(self.engine, wanted).digest
        self._try(
            lambda: decide_batch(self._gate(), wanted, "approve", digest=digest, by="Ruth Calder", at=AT)
        )

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        name = self._piece(data)
        self._try(lambda: acts.withdraw(self._gate(), name, by="Max Orr", at=AT, reason="Not now."))

    @rule(data=st.data())
    def screen_anew(self, data: st.DataObject) -> None:
        self._try(lambda: acts.rescreen(self._gate(), self._piece(data), by="Ruth Calder", at=AT))

    @rule(data=st.data(), word=st.sampled_from(["guaranteed", "best", "loan"]), days=st.integers(0, 3))
    def waive(self, data: st.DataObject, word: str, days: int) -> None:
        name, until = self._piece(data), (AT + timedelta(days=days)).date()
        with reading(self.engine) as session:
            found = {one.rule for one in load(session, name).findings}
        if f"test.{word}" in found:
            self._try(
                lambda: waivers.waive(
                    self._gate(), name, f"test.{word}", reason="It quotes an award.", until=until,
                    by="Ruth Calder", at=AT,
                )
            )  # fmt: skip

    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        with reading(self.engine) as session:
            given = [waiver_name(one) for one in load(session, self._piece(data)).waivers]
        if given:
            self._try(lambda: waivers.revoke(self._gate(), given[0], reason="No.", by="Ruth Calder", at=AT))

    @precondition(lambda self: releases_due(self.engine))
    @rule(out=st.booleans())
    def publish(self, out: bool) -> None:
        books, release = ledger(self.engine, self.pack), releases_due(self.engine)[0]

        def carry_out() -> None:
            if books.claim(release, "r1", at=AT) and out:
                books.submitting(release, "r1", at=AT)
                books.deliver(release, "r1", target="letter", at=AT)

        self._try(carry_out)

    @rule(run=st.sampled_from(RUNS), how=st.sampled_from([supersede_pending, expire_approved, recall_live]))
    def take_back(self, run: str, how: Callable[..., int]) -> None:
        how(self.engine, run, reason="the rate moved", at=AT)

    @invariant()
    def counts_are_right(self) -> None:
        if hasattr(self, "engine"):
            all_is_right(self.engine)

    def _gate(self) -> Gate:
        return gate_of(self.engine, self.pack)

    def _piece(self, data: st.DataObject) -> str:
        return f"piece-{data.draw(st.integers(1, self.names), label='piece')}"

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(Refused):
            act()


@pytest.fixture(autouse=True)
def _template(migrated_file: Path) -> None:
    Desk.template = migrated_file


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_counts_follow_a_piece_through_its_life(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    submit(engine, a_piece("loud", body="guaranteed"))
    all_is_right(engine)
    steps: list[Callable[[], object]] = [
        lambda: waivers.waive(
            gate_of(engine), "loud", "test.guaranteed", reason="It quotes an award.", until=AT.date(),
            by="Ruth Calder", at=AT,
        ),
        lambda: acts.rescreen(gate_of(engine, PACKS[1]), "letter", by="Ruth Calder", at=AT),
        lambda: decisions.approve(gate_of(engine, PACKS[1]), "letter", by="Ruth Calder", at=AT),
        lambda: ledger(engine, PACKS[1]).claim(releases_due(engine)[0], "r1", at=AT),
        lambda: recall_live(engine, "run-1", reason="the rate moved", at=AT),
        lambda: edit(gate_of(engine), "letter", {"body": "Write to us."}, by="Max Orr", at=AT),
    ]  # fmt: skip
    for step in steps:
        step()
        all_is_right(engine)
    assert counts(engine).by_status == {"pending": 2, "recalled": 1}


def test_counts_are_kept_in_the_transaction_that_moves(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    before = kept_tallies(engine)
    with pytest.raises(Refused):
        decisions.approve(gate_of(engine), "letter", by="Wren Hale", at=AT)
    assert kept_tallies(engine) == before

    class Ends(Rules):
        def screen(self, piece: object, at: object) -> tuple[()]:
            raise SystemExit

    with pytest.raises(SystemExit):
        edit(gate_of(engine, Ends()), "letter", {"body": "Write."}, by="Max Orr", at=AT)
    assert kept_tallies(engine) == before
    all_is_right(engine)
    assert counts(engine).by_status == {Status.PENDING: 1}
