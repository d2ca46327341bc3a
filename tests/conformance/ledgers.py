"""A ledger in memory, whole and real, that conformance tests hand to transports, and one that dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from campaign.errors import NotInForce, Refused
from campaign.piece import Piece
from campaign.release import Publication, Release

AT = datetime(2026, 2, 26, 17, 0, tzinfo=UTC)


class MemoryLedger:
    """Keeps the protocol's promises in a dict: `claimed` may be claimed again, `submitting` never.

    Attributes:
        states: key -> claimed, submitting, delivered or abandoned. reasons: key -> why it did not go out.
        publications: by key.
        void: why the approval no longer holds; empty while it does.
        valid_claims: how many more claims are granted before the approval lapses; None for all.
    """

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.publications: dict[str, Publication] = {}
        self.void = ""
        self.valid_claims: int | None = None

    def claim(self, release: Release, slot: str, *, at: datetime) -> bool:
        assert at.tzinfo is not None
        if self.valid_claims == 0:
            self.void = "the rate moved"
        self._check(release)
        if self.valid_claims is not None:
            self.valid_claims -= 1
        key = f"{release.release_id}/{slot}"
        if self.states.get(key, "claimed") != "claimed":
            return False
        self.states[key] = "claimed"
        return True

    def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
        self._check(release)
        self._move(release, slot, "submitting", {"claimed"})

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        key = self._move(release, slot, "delivered", {"submitting", "delivered"})
        made = Publication(
            key=key,
            release_id=release.release_id,
            channel=release.piece.channel,
            placement_id=release.placement_id,
            target=target,
            at=at,
        )
        return self.publications.setdefault(key, made)

    def postpone(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        self.reasons[self._move(release, slot, "claimed", {"claimed", "submitting"})] = reason

    def abandon(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        self.reasons[self._move(release, slot, "abandoned", {"claimed", "submitting"})] = reason

    def in_doubt(self) -> list[str]:
        """Keys whose delivery began and never came to an answer."""
        return [key for key, state in self.states.items() if state == "submitting"]

    def _check(self, release: Release) -> None:
        if self.void:
            raise NotInForce(f"Cannot publish `{release.release_id}`: {self.void}.", "Run `vallum replan`.")

    def _move(self, release: Release, slot: str, to: str, expected: set[str]) -> str:
        key = f"{release.release_id}/{slot}"
        if self.states.get(key) not in expected:
            raise Refused(f"`{key}` is {self.states.get(key)}, not {sorted(expected)}.")
        self.states[key] = to
        return key


class Killed(SystemExit):
    """The process ended here."""


class FaultyLedger:
    """A ledger whose process dies just before or just after one of its calls.

    Args:
        inner: the ledger that survives.
        dies_at: which moment, counted from 0 over `moments` (before and after each call).
    """

    def __init__(self, inner: MemoryLedger, dies_at: int) -> None:
        self._inner, self._moments, self._dies_at = inner, 0, dies_at

    @property
    def moments(self) -> int:
        """Moments passed."""
        return self._moments

    def _moment(self) -> None:
        if self._moments == self._dies_at:
            raise Killed
        self._moments += 1

    def _through(self, call: Callable[[], object]) -> object:
        self._moment()
        answer = call()
        self._moment()
        return answer

    def claim(self, release: Release, slot: str, *, at: datetime) -> bool:
        return bool(self._through(lambda: self._inner.claim(release, slot, at=at)))

    def submitting(self, release: Release, slot: str, *, at: datetime) -> None:
        self._through(lambda: self._inner.submitting(release, slot, at=at))

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        made = self._through(lambda: self._inner.deliver(release, slot, target=target, at=at))
        assert isinstance(made, Publication)
        return made

    def postpone(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        self._through(lambda: self._inner.postpone(release, slot, reason=reason, at=at))

    def abandon(self, release: Release, slot: str, *, reason: str, at: datetime) -> None:
        self._through(lambda: self._inner.abandon(release, slot, reason=reason, at=at))


def release_of(piece: Piece, *, placement_id: str = "rate_review.email") -> Release:
    """A pass for a piece, as the gate would write it."""
    return Release(
        release_id=f"{piece.piece_id}.r{piece.revision}.{piece.content_hash[:12]}",
        piece=piece,
        content_hash=piece.content_hash,
        placement_id=placement_id,
        run_id="run-1",
        approved_by="Ruth Calder",
        approved_at=AT,
        pack_version="0123456789ab",
        sheet_id="sheet-1",
    )


def every_moment(run: Callable[[int], bool]) -> Iterator[int]:
    """Moments at which `run(moment)` died, until one run lives to its end."""
    moment = 0
    while run(moment):
        yield moment
        moment += 1
