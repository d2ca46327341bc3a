"""Publishers of every kind: prompt, slow, killed, with a pass they kept for long or made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from approvals.deliveries import publications
from approvals.releases import SqlLedger, releases_due
from campaign.errors import Refused
from campaign.release import Release
from tests.laws.gate_batches import Batches
from tests.laws.gate_model import LIVE, Known, writers
from tests.laws.gate_pieces import PICK

SLOTS = ("file", "r1", "r2")
ENDINGS = ("delivered", "delivered", "killed", "postponed", "abandoned")
FORGERIES = ({"approved_by": "Nobody"}, {"placement_id": "everyone.email"}, {"content_hash": "0" * 64})


@dataclass
class Claimed:
    release: Release
    slot: str
    books: SqlLedger = field(repr=False)


class Publishers(Batches):
    """Collecting, claiming, handing over, dying on the way."""

    held: list[Release]
    claims: list[Claimed]
    deliveries: dict[str, str]
    out: list[str]
    closed: set[str]

    @rule()
    def collect(self) -> None:
        """A publisher takes what is due; it may keep it for long."""
        due = releases_due(self.engine)
        found = {release.release_id for release in due if not self._of(release).edited}
        wanted = {
            _release_id(known)
            for known in self.book.revisions.values()
            if known.status in LIVE and not known.edited
        }
        assert found == wanted - self.closed
        self.held += [release for release in due if release not in self.held]

    @precondition(lambda self: self.held)
    @rule(pick=PICK, slot=st.sampled_from(SLOTS), forgery=st.sampled_from([None, None, "words", *range(3)]))
    def claim(self, pick: int, slot: str, forgery: str | int | None, among: Sequence[Release] = ()) -> None:
        releases = among or self.held
        release = _forged(releases[pick % len(releases)], forgery)
        books = SqlLedger(self.world.gate(self.engine))
        if self._asked(release, lambda: books.claim(release, slot, at=self.world.at), forgery is not None):
            known, key = self._of(release), _key(release, slot)
            taken = self.deliveries.get(key) in (None, "claimed", "postponed")
            assert self._answer is taken
            if taken:
                self.deliveries[key] = "claimed"
                known.status = "released" if known.status.startswith("approved") else known.status
                self.claims.append(Claimed(release, slot, books))

    @precondition(lambda self: self.claims)
    @rule(pick=PICK, ending=st.sampled_from(ENDINGS))
    def hand_over(self, pick: int, ending: str) -> None:
        """The channel gets it here; a publisher killed right after leaves no record of its own."""
        claimed = self.claims.pop(pick % len(self.claims))
        release, slot = claimed.release, claimed.slot
        known, key = self._of(release), _key(release, slot)
        books = SqlLedger(self.world.gate(self.engine))  # what was claimed before is asked of the rules now
        taken = self.deliveries[key] == "claimed"
        went = self._asked(release, lambda: books.submitting(release, slot, at=self.world.at), not taken)
        if not went:
            return
        assert not self.book.paused, "something went out while publishing was paused"
        assert key not in self.out, "something went out twice"
        assert release.piece.content_hash == known.piece.content_hash
        assert known.given, "something went out that nobody approved"
        assert not {one.by for one in known.given} & writers(known.piece)
        self.deliveries[key] = "submitting"
        if ending in ("postponed", "abandoned"):
            act = books.postpone if ending == "postponed" else books.abandon
            act(release, slot, reason="the server said no", at=self.world.at)
            self.deliveries[key] = ending
            return
        self.out.append(key)
        if ending == "delivered":
            books.deliver(release, slot, target="sent", at=self.world.at)
            self.deliveries[key] = ending
            known.status = "published" if known.status == "released" else known.status
            self.closed |= {release.release_id} if slot == "file" else set()

    @rule(pick=PICK, slot=st.sampled_from(SLOTS), ending=st.sampled_from(ENDINGS))
    def publish(self, pick: int, slot: str, ending: str) -> None:
        """The plain way: collected, claimed and handed over at once, a few releases in a round."""
        self.collect()
        for place in range(3):
            live = [release for release in self.held if self._of(release).status in LIVE]
            if live:
                self.claim(pick + place, slot, None, among=live)
            if self.claims:
                self.hand_over(-1, ending)

    def _asked(self, release: Release, act: Callable[[], object], barred: object) -> bool:
        """Claim or hand over; whatever the gate answers has to be what the book says."""
        known = self._of(release)
        voiding, waiting = self.book.why_not_out(known, self.world)
        before = known.status
        refusal, barred = "", "not for this one" if barred else ""
        try:
            self._answer = act()
        except Refused as refused:
            refusal = str(refused)
        if not refusal:
            assert [*voiding, *waiting, barred] == [""], "something went through that may not"
            return True
        assert voiding or waiting or barred, f"a live approval was refused: {refusal}"
        if not known.edited:
            known.status = self._status(known)
            ended = known.status == "expired" and bool(voiding)
            assert known.status == before or ended, "an approval ended that still holds"
            assert ended or waiting or barred, f"an approval that is void goes on: {voiding}"
        return False

    def all_that_may_goes_out(self) -> None:
        """At the end: everything that is due goes, unless the book knows why not."""
        self.collect()
        for place, release in enumerate(self.held):
            if _key(release, "last") not in self.deliveries:
                self.claim(place, "last", None)
        while self.claims:
            self.hand_over(0, "delivered")
        recorded = [made.key for made in publications(self.engine)]
        assert len({*recorded}) == len(recorded)
        assert {*recorded} <= {*self.out}
        assert len({*self.out}) == len(self.out)

    def _of(self, release: Release) -> Known:
        return self.book.revisions[release.piece.piece_id, release.piece.revision]

    def _status(self, known: Known) -> str:
        with self.engine.connect() as connection:
            query = f"SELECT status FROM pieces WHERE {_row_of(known)}"
            return str(connection.exec_driver_sql(query).scalar_one())


def _forged(release: Release, how: str | int | None) -> Release:
    """A release as it is, or with something else in it."""
    if how is None:
        return release
    if how == "words":
        words = release.piece.fields | {"body": "Rates from 3%."}
        return release.model_copy(update={"piece": release.piece.model_copy(update={"fields": words})})
    return release.model_copy(update=FORGERIES[int(how)])


def _key(release: Release, slot: str) -> str:
    return f"{release.release_id}/{slot}"


def _release_id(known: Known) -> str:
    return f"{known.piece.piece_id}.r{known.piece.revision}.{known.piece.content_hash[:12]}"


def _row_of(known: Known) -> str:
    return f"piece_id = '{known.piece.piece_id}' AND revision = {known.piece.revision}"
