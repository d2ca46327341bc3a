"""Law 1 attacked: in no order of acts does anything go out without a live approval of exactly those bytes.

A second, simpler book of what should hold is kept beside the gate. Every hand-over is compared with it, and
so is every refusal: a gate that let nothing through would fail as well.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.database import open_database
from approvals.decisions import approve, reject
from approvals.deliveries import publications
from approvals.expiry import expire_approved, supersede_pending
from approvals.releases import SqlLedger, releases_due
from campaign.errors import Refused
from campaign.piece import Piece
from campaign.release import Release
from tests.approvals.gate import (
    AT,
    WRITER,
    Rules,
    a_piece,
    by_hand,
    gate_of,
    recall_live,
    start,
    submit,
    with_rate,
)

TEXTS = ("Talk with us.", "The best loan.", "Approval guaranteed.", "rate")
PEOPLE = (WRITER, " wren  HALE ", "Ruth Calder", "Iris Boyd")
SLOTS = ("file", "r1", "r2")
LIVE = ("approved", "released", "published")
EDITS = (
    "UPDATE pieces SET noun = replace(noun, 'us.', 'us!') WHERE {row}",
    "UPDATE pieces SET noun = replace(noun, '6.125%', '5.125%') WHERE {row}",
    "UPDATE pieces SET noun = replace(noun, 'Wren Hale', 'Nobody') WHERE {row}",
    "UPDATE pieces SET content_hash = 'x' WHERE {row}",
    "UPDATE pieces SET placement_id = 'everyone.email' WHERE {row}",
    "UPDATE pieces SET status = 'approved' WHERE {row}",
    "UPDATE pieces SET status = 'pending' WHERE {row}",
    "DELETE FROM findings WHERE {row}",
    "DELETE FROM decisions WHERE {row}",
)


@dataclass
class Known:
    """What should hold of one revision, kept by the test alone."""

    piece: Piece
    pack: str
    seen: set[str]
    status: str
    valid_until: datetime | None = None
    approved_hash: str = ""
    approved_by: str = ""
    edited: bool = False


@dataclass
class Out:
    """One hand-over to a channel: from here it counts as public."""

    key: str
    content_hash: str


@dataclass
class Claimed:
    release: Release
    slot: str
    books: SqlLedger = field(repr=False)


class Gate(RuleBasedStateMachine):
    """People, rules, clocks, publishers and a vandal, in any order."""

    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "vallum.db"
        shutil.copy(self.template, path)
        self.engine: Engine = open_database(f"sqlite:///{path}")
        self.pack, self.at = Rules(), AT
        self.book: dict[tuple[str, int], Known] = {}
        self.held: list[Release] = []
        self.claims: list[Claimed] = []
        self.out: list[Out] = []
        start(self.engine)
        self.books = self._ledger()
        for text in TEXTS:
            self.draft(text)
            self.clear(text)
        self.collect()

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    @rule(text=st.sampled_from(TEXTS))
    def draft(self, text: str) -> None:
        """A new piece."""
        self._write(f"piece-{len(self.book)}", 1, text)

    @precondition(lambda self: self.book)
    @rule(data=st.data(), text=st.sampled_from(TEXTS))
    def edit(self, data: st.DataObject, text: str) -> None:
        """An edit, even by a person, makes a new revision that is screened again."""
        name = data.draw(st.sampled_from(sorted({name for name, _ in self.book})))
        self._write(name, max(revision for known, revision in self.book if known == name) + 1, text)

    def _write(self, name: str, revision: int, text: str) -> None:
        until = self.at + timedelta(hours=3) if text == "rate" else None
        piece = with_rate(name, valid_until=until) if until else a_piece(name, body=text)
        piece = piece.model_copy(update={"revision": revision})
        status = submit(self.engine, piece, self.pack)
        for (other, _), known in self.book.items():
            if other == name and known.status not in ("released", "published", "expired", "recalled"):
                known.status = "superseded"
        seen = self._judge(piece)
        expected = "blocked" if any(found.startswith("block") for found in seen) else "pending"
        assert status == expected
        self.book[name, revision] = Known(piece, self.pack.version, seen, expected, until)

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), by=st.sampled_from(PEOPLE))
    def approve(self, data: st.DataObject, by: str) -> None:
        self._approve(data.draw(st.sampled_from(self._waiting())), by)

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def approve_whatever(self, data: st.DataObject) -> None:
        """Also what is blocked, decided, published or gone."""
        self._approve(data.draw(st.sampled_from(sorted({name for name, _ in self.book}))), "Ruth Calder")

    def _approve(self, name: str, by: str) -> None:
        latest = self._latest(name)
        try:
            decision = approve(gate_of(self.engine, self.pack), name, by=by, at=self.at)
        except Refused:
            assert not self._may_approve(latest, by)
            return
        assert self._may_approve(latest, by), "an approval that should have been refused"
        assert decision.content_hash == latest.piece.content_hash
        latest.status, latest.pack = "approved", self.pack.version
        latest.approved_hash, latest.approved_by = decision.content_hash, by

    @rule(text=st.sampled_from(TEXTS))
    def clear(self, text: str) -> None:
        """The plain way: written, and approved by someone else."""
        self.draft(text)
        self._approve(f"piece-{len(self.book) - 1}", "Ruth Calder")

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted({name for name, _ in self.book})))
        latest = self._latest(name)
        try:
            reject(gate_of(self.engine, self.pack), name, by="Ruth Calder", reason="Too long.", at=self.at)
        except Refused:
            assert latest.edited or latest.status != "pending"
            return
        assert not latest.edited
        assert latest.status == "pending"
        latest.status = "rejected"

    @rule(act=st.sampled_from([supersede_pending, expire_approved, recall_live]))
    def take_back(self, act: object) -> None:
        before, after = {
            supersede_pending: (("pending", "blocked"), "superseded"),
            expire_approved: (("approved",), "expired"),
            recall_live: (("released", "published"), "recalled"),
        }[act]  # type: ignore[index]
        act(self.engine, "run-1", reason="the rate moved", at=self.at)  # type: ignore[operator]
        for known in self.book.values():
            if known.status in before:
                known.status = after

    @precondition(lambda self: self.book)
    @rule(data=st.data(), edit=st.sampled_from(EDITS))
    def vandalise(self, data: st.DataObject, edit: str) -> None:
        """Someone with the database open changes a row."""
        name, revision = data.draw(st.sampled_from(sorted(self.book)))
        row = f"piece_id = '{name}' AND revision = {revision}"
        before = self._rows(row)
        by_hand(self.engine, edit.format(row=row))
        if self._rows(row) != before:
            self.book[name, revision].edited = True

    @rule(
        word=st.sampled_from(["Talk", "best", "loan", "rate"]), severity=st.sampled_from(["blocks", "warns"])
    )
    def change_rules(self, word: str, severity: str) -> None:
        blocks, warns = set(self.pack.blocks), set(self.pack.warns)
        (blocks if severity == "blocks" else warns).add(word)
        number = int(self.pack.version.rsplit("-", 1)[1]) + 1
        self.pack = Rules(f"pack-{number}", blocks, warns)
        self.books = self._ledger()

    @rule(hours=st.integers(1, 2))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule()
    def collect(self) -> None:
        """A publisher takes what is due; it may keep it for long."""
        for release in releases_due(self.engine):
            if release not in self.held:
                self.held.append(release)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), slot=st.sampled_from(SLOTS), forged=st.booleans())
    def claim(self, data: st.DataObject, slot: str, forged: bool, among: list[Release] | None = None) -> None:
        release = data.draw(st.sampled_from(among or self.held))
        if forged:
            words = release.piece.fields | {"body": "Rates from 3%."}
            release = release.model_copy(update={"piece": release.piece.model_copy(update={"fields": words})})
        known = self._of(release)
        objected = forged or not self._may_go_out(known)
        try:
            taken = self.books.claim(release, slot, at=self.at)
        except Refused:
            assert objected, "a live approval was refused"
            if not forged and known.status in LIVE:
                known.status = "expired"
            return
        assert not objected, "a dead approval was claimed"
        if taken and known.status == "approved":
            known.status = "released"
        assert taken is not (self._key(release, slot) in {out.key for out in self.out})
        if taken:
            self.claims.append(Claimed(release, slot, self.books))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), killed=st.booleans())
    def hand_over(self, data: st.DataObject, killed: bool) -> None:
        """The channel gets it here; a publisher killed right after leaves no record of its own."""
        claimed = data.draw(st.sampled_from(self.claims))
        self.claims.remove(claimed)
        known, key = self._of(claimed.release), self._key(claimed.release, claimed.slot)
        done = key in {out.key for out in self.out}
        may = self._may_go_out(known)
        try:
            self.books.submitting(claimed.release, claimed.slot, at=self.at)
        except Refused:
            assert done or not may, "a live approval was stopped at the door"
            if not may and known.status in LIVE:
                known.status = "expired"
            return
        assert may, "something went out without a live approval"
        assert not done, "something went out twice"
        assert claimed.release.piece.content_hash == known.approved_hash == known.piece.content_hash
        assert known.approved_by in PEOPLE[2:]
        self.out.append(Out(key, known.approved_hash))
        if not killed:
            self.books.deliver(claimed.release, claimed.slot, target="sent", at=self.at)
            known.status = "published" if known.status == "released" else known.status

    @rule(data=st.data(), slot=st.sampled_from(SLOTS), killed=st.booleans())
    def publish(self, data: st.DataObject, slot: str, killed: bool) -> None:
        """The plain way: collected, claimed and handed over at once."""
        self.collect()
        live = [release for release in self.held if self._of(release).status in LIVE]
        if live:
            self.claim(data, slot, False, among=live)
        if self.claims:
            self.hand_over(data, killed)

    @rule()
    def restart(self) -> None:
        """Every process ends and starts again."""
        url = self.engine.url.render_as_string(hide_password=False)
        self.engine.dispose()
        self.engine = open_database(url)
        self.books = self._ledger()

    @invariant()
    def what_was_recorded_went_out_once(self) -> None:
        if not hasattr(self, "engine"):
            return
        recorded = [made.key for made in publications(self.engine)]
        went_out = [out.key for out in self.out]
        assert len(set(recorded)) == len(recorded)
        assert set(recorded) <= set(went_out)
        assert len(set(went_out)) == len(went_out)

    @invariant()
    def the_log_stands(self) -> None:
        if hasattr(self, "engine"):
            assert verify(self.engine).verified

    def _ledger(self) -> SqlLedger:
        return SqlLedger(gate_of(self.engine, self.pack))

    def _judge(self, piece: Piece) -> set[str]:
        return {f"{found.severity} {found.rule}" for found in self.pack.screen(piece, self.at)}

    def _latest(self, name: str) -> Known:
        return [known for (piece, _), known in sorted(self.book.items()) if piece == name][-1]

    def _waiting(self) -> list[str]:
        return [name for (name, _), known in sorted(self.book.items()) if known.status == "pending"]

    def _of(self, release: Release) -> Known:
        return self.book[release.piece.piece_id, release.piece.revision]

    def _may_approve(self, known: Known, by: str) -> bool:
        """Also keeps what a newer screen finds, which a refused approval leaves behind."""
        author = by.strip().casefold().startswith("wren")
        stale = known.valid_until is not None and known.valid_until < self.at
        if known.edited or known.status != "pending" or author or stale:
            return False
        fresh = self._judge(known.piece)
        if known.pack == self.pack.version or fresh <= known.seen:
            return True
        known.seen, known.pack = fresh, self.pack.version
        if any(found.startswith("block") for found in fresh):
            known.status = "blocked"
        return False

    def _may_go_out(self, known: Known) -> bool:
        stale = known.valid_until is not None and known.valid_until < self.at
        if known.edited or known.status not in LIVE or stale:
            return False
        fresh = self._judge(known.piece)
        if any(found.startswith("block") for found in fresh):
            return False
        return known.pack == self.pack.version or fresh <= known.seen

    def _rows(self, row: str) -> list[tuple[object, ...]]:
        tables = ("pieces", "findings", "decisions")
        with self.engine.connect() as connection:
            return [
                tuple(found)
                for table in tables
                for found in connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {row}")
            ]

    @staticmethod
    def _key(release: Release, slot: str) -> str:
        return f"{release.release_id}/{slot}"


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A migrated database to copy for every example."""
    Gate.template = tmp_path_factory.mktemp("law") / "vallum.db"
    open_database(f"sqlite:///{Gate.template}").dispose()


Gate.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestGate = Gate.TestCase
