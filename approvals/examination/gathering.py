"""Everything the gate knows of a piece, gathered for an examiner: every revision, and what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel, col, select

from approvals.acts import Remark
from approvals.audit import AuditEvent, events_of
from approvals.desk_records import ReceiptRow, RemarkRow
from approvals.disposal import DISPOSED
from approvals.evidence import contradiction, waivers_subject
from approvals.gate import Gate
from approvals.kept import Kept, events_by_revision, kept_of
from approvals.last_shown import last_shown
from approvals.pieces import StoredPiece, read_noun, stored_piece
from approvals.recalls import Receipt
from approvals.records import DeliveryRow, PieceRow, ReleaseRow, WithheldRow
from approvals.retention import KINDS, RecordKind, Retention, keep_until
from approvals.runs import Run, find_run
from approvals.settings_log import licenses_among, settings_events
from campaign.moment import end_of_day
from campaign.release import Withheld

_AT_ONCE = 400
_OUT = ("delivered", "submitting")


class Delivery(NamedTuple):
    """One slot of a release: a file, or a mailbox by its hash; where its evidence is."""

    key: str
    slot: str
    state: str
    at: datetime
    target: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision with all that is known of it.

    Attributes:
        stored: as the gate keeps it. events: its own, and those of its release. contradiction: how its
            records contradict the log, empty where they agree.
        release_id: empty where nothing was released. deliveries, withheld, receipts: what became of it.
        remarks: what people said. shown: last moment it can have been seen, None where it never was.
        retention: by kind of record. licenses: as they stood when it first went out, by postal code.
    """

    stored: StoredPiece
    events: tuple[AuditEvent, ...]
    contradiction: str
    release_id: str
    deliveries: tuple[Delivery, ...]
    withheld: tuple[Withheld, ...]
    receipts: tuple[Receipt, ...]
    remarks: tuple[Remark, ...]
    shown: datetime | None
    retention: Mapping[RecordKind, Retention]
    licenses: Mapping[str, Mapping[str, str]]

    @property
    def disposed(self) -> AuditEvent | None:
        """The event of its disposal, None while its content is kept."""
        return next((event for event in self.events if event.event == DISPOSED), None)

    @property
    def states(self) -> Mapping[str, int]:
        """How many deliveries stand where."""
        return dict(sorted(Counter(one.state for one in self.deliveries).items()))

    @property
    def went_out(self) -> tuple[datetime, ...]:
        """Moments at which something of it went out, or may have."""
        return tuple(sorted(one.at for one in self.deliveries if one.state in _OUT))

    @property
    def kept_until(self) -> date:
        """Until when the last of its records is kept."""
        return max(one.until for one in self.retention.values())


@dataclass(frozen=True, slots=True)
class Dossier:
    """One piece: its run, its revisions in order, and the waivers that were given for it."""

    piece_id: str
    run: Run
    revisions: tuple[Revision, ...]
    waivers: tuple[AuditEvent, ...]

    @property
    def published(self) -> Revision:
        """The revision that was published last, or else the latest one."""
        return next((one for one in reversed(self.revisions) if one.deliveries), self.revisions[-1])

    @property
    def kept_until(self) -> date:
        """Until when the last of its records is kept."""
        return max(one.kept_until for one in self.revisions)


def gather(gate: Gate, session: Session, rows: Sequence[PieceRow]) -> Iterator[Dossier]:
    """A dossier for each piece, in the order of its rows; a few hundred revisions are read at once.

    Args:
        rows: as `scope.rows_in` gives them: the revisions of a piece stand together.

    Raises:
        Unreadable: a record was changed beyond reading. Refused: an event of the log was changed.
    """
    runs: dict[str, Run] = {}
    for part in _parts(rows):
        desk = _Desk.of(gate, session, part)
        by_piece: defaultdict[str, list[PieceRow]] = defaultdict(list)
        for row in part:
            by_piece[row.piece_id].append(row)
            if row.run_id not in runs:
                kept = find_run(session, row.run_id)
                runs[row.run_id] = Run.model_validate_json(kept.noun).model_copy(
                    update={"status": kept.status}
                )
        for piece_id, revisions in by_piece.items():
            yield Dossier(
                piece_id,
                runs[revisions[-1].run_id],
                tuple(desk.revision(row, runs[row.run_id]) for row in revisions),
                events_of(session, [waivers_subject(piece_id)]),
            )


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is kept beside some revisions, read once for all of them."""

    gate: Gate
    session: Session
    kept: Mapping[tuple[str, int], Kept]
    events: Mapping[tuple[str, int], tuple[AuditEvent, ...]]
    releases: Mapping[tuple[str, int], str]
    settings: Sequence[AuditEvent]
    beside: Mapping[type[SQLModel], Mapping[str, Sequence[Any]]]

    @classmethod
    def of(cls, gate: Gate, session: Session, rows: Sequence[PieceRow]) -> _Desk:
        names = sorted({row.piece_id for row in rows})
        released = _rows(session, ReleaseRow, "piece_id", names)
        releases = {
            (one.piece_id, one.revision): one.release_id for part in released.values() for one in part
        }
        ids = sorted(releases.values())
        beside: dict[type[SQLModel], Mapping[str, Sequence[Any]]] = {
            table: _rows(session, table, "release_id", ids)
            for table in (DeliveryRow, WithheldRow, ReceiptRow)
        }
        beside[RemarkRow] = _rows(session, RemarkRow, "piece_id", names)
        kept, events = kept_of(session, rows), events_by_revision(session, rows)
        return cls(gate, session, kept, events, releases, settings_events(session), beside)

    def revision(self, row: PieceRow, run: Run) -> Revision:
        key = (row.piece_id, row.revision)
        release_id = self.releases.get(key, "")
        stored = stored_piece(self.session, row, self.kept[key])
        own = self.events.get(key, ())
        events = self._with_release(own, release_id)
        deliveries = tuple(self._deliveries(release_id))
        out = sorted(one.at for one in deliveries if one.state in _OUT)
        ends = end_of_day(run.brief.ends, self.gate.lender.zone)
        shown = last_shown(row.channel, out, ends=ends, events=events)
        return Revision(
            stored=stored,
            events=events,
            contradiction=_contradiction(self.session, row, self.kept[key], own),
            release_id=release_id,
            deliveries=deliveries,
            withheld=tuple(
                read_noun(Withheld, one.noun, release_id) for one in self._of(WithheldRow, release_id)
            ),
            receipts=tuple(
                read_noun(Receipt, one.noun, release_id) for one in self._of(ReceiptRow, release_id)
            ),
            remarks=tuple(self._remarks(row)),
            shown=shown,
            retention={kind: keep_until(stored, self.gate.lender, shown, records=(kind,)) for kind in KINDS},
            licenses=licenses_among(self.settings, out[0]) if out else {},
        )

    def _with_release(self, own: tuple[AuditEvent, ...], release_id: str) -> tuple[AuditEvent, ...]:
        of_release = events_of(self.session, [release_id]) if release_id else ()
        return tuple(sorted((*own, *of_release), key=lambda one: one.seq))

    def _deliveries(self, release_id: str) -> Iterator[Delivery]:
        for one in sorted(self._of(DeliveryRow, release_id), key=lambda one: one.key):
            slot = one.key.removeprefix(f"{release_id}/")
            yield Delivery(one.key, slot, one.state, one.changed_at, one.target)

    def _remarks(self, row: PieceRow) -> Iterator[Remark]:
        for one in self._of(RemarkRow, row.piece_id):
            if one.revision == row.revision:
                yield read_noun(Remark, one.noun, row.piece_id)

    def _of(self, table: type[SQLModel], name: str) -> Sequence[Any]:
        return self.beside[table].get(name, ())


def _contradiction(session: Session, row: PieceRow, kept: Kept, events: tuple[AuditEvent, ...]) -> str:
    """How a record contradicts the log; that of a disposed one is known to be empty."""
    if any(event.event == DISPOSED for event in events):
        return ""
    return contradiction(session, row, kept, events)


def _rows(session: Session, table: Any, column: str, names: Sequence[str]) -> Mapping[str, Sequence[Any]]:
    """Rows of a table by one of their columns, in the order they were written."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    order = [col(one) for one in table.__table__.primary_key]
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        for row in session.exec(select(table).where(col(getattr(table, column)).in_(part)).order_by(*order)):
            found[getattr(row, column)].append(row)
    return found


def _parts(rows: Sequence[PieceRow]) -> Iterator[Sequence[PieceRow]]:
    """A few hundred rows at a time, never parting the revisions of a piece."""
    part: list[PieceRow] = []
    for row in rows:
        if len(part) >= _AT_ONCE and part[-1].piece_id != row.piece_id:
            yield part
            part = []
        part.append(row)
    if part:
        yield part
