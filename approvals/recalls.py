"""Recall: what is live is taken back at once, by filter, with a receipt per channel or a clear instruction.

No further slot of a recalled release can be claimed from the moment this commits. What a channel shows
already is taken down there: by a file where the channel takes one, else by a person who is told what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import Engine, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from approvals.audit import record
from approvals.database import reading, writing
from approvals.deciding import release_id as pass_name
from approvals.decisions import reason_for
from approvals.deliveries import DeliveryState
from approvals.desk_records import ReceiptRow
from approvals.filters import Filter, conditions
from approvals.gate import Gate
from approvals.people import who_is
from approvals.permissions import Action, permit
from approvals.pieces import read_noun
from approvals.records import DeliveryRow, PieceRow, ReleaseRow
from approvals.runs import find_run
from approvals.screens import GATE
from approvals.statuses import Status, move, title
from campaign.channel import Channel
from campaign.errors import BadInput, Refused
from campaign.noun import Noun

LIVE = (Status.RELEASED, Status.PUBLISHED)
TakeDown = Callable[[str], str]
"""Given where a file went out, writes the one that takes it back, and says where."""


class Receipt(Noun):
    """What became of one release that was recalled.

    Attributes:
        kind: `stopped` where nothing had gone out, `file` where a file takes it down, `instruction` where a
            person has to.
        went_out: deliveries that were made before. target: the file, empty where there is none.
        said: one or two sentences for the person who has to see to it.
    """

    recall_id: str
    release_id: str
    piece_id: str
    revision: int
    channel: str
    kind: Literal["stopped", "file", "instruction"]
    went_out: int
    target: str = ""
    said: str


class Recall(Noun):
    """One recall with its receipts."""

    recall_id: str
    filter: str
    by: str
    at: datetime
    reason: str
    receipts: tuple[Receipt, ...]


def live(engine: Engine, wanted: Filter) -> tuple[str, ...]:
    """Titles of what a recall by this filter would take back, in the order they came."""
    with reading(engine) as session:
        return tuple(title(row.piece_id, row.revision) for row in session.exec(_query(wanted)))


def recall(gate: Gate, wanted: Filter, *, by: str, at: datetime, reason: str, take_down: TakeDown) -> Recall:
    """Take back everything live that a filter finds: all of it or nothing, in one transaction.

    Args:
        wanted: of its `statuses` only those that are live count.
        take_down: writes the file that takes a file back (of `publishing.take_down`).

    Raises:
        NotPermitted: they may not. BadInput: no reason. Refused: nothing live fits.
    """
    why = reason_for("recall", reason, "what is live")
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        rows = session.exec(_query(wanted)).all()
        if not rows:
            raise Refused(f"Nothing live fits: {_of_live(wanted).in_words}.", "See `vallum ledger`.")
        permit(actor, Action.RECALL, Status(rows[0].status), f"{len(rows)} pieces")
        return _taken_back(session, rows, wanted, actor.name, why, at, take_down)


def recall_run(
    engine: Engine, run_id: str, *, reason: str, at: datetime, take_down: TakeDown, channel: str | None = None
) -> tuple[Receipt, ...]:
    """Take back everything of a run that is live, in one channel or in all: a newer plan answers for it.

    Returns:
        A receipt for each release; none where nothing is live.

    Raises:
        UnknownName: there is no such run.
    """
    wanted = Filter(run=run_id, channel=channel)
    with writing(engine) as session:
        find_run(session, run_id)
        rows = session.exec(_query(wanted)).all()
        if not rows:
            return ()
        return _taken_back(session, rows, wanted, GATE, reason, at, take_down).receipts


def _taken_back(
    session: Session,
    rows: Sequence[PieceRow],
    wanted: Filter,
    by: str,
    why: str,
    at: datetime,
    take_down: TakeDown,
) -> Recall:
    """Take each row back, and write down that it was done."""
    asked = _of_live(wanted).in_words
    named = "\n".join([asked, at.isoformat(), *(f"{row.piece_id} {row.revision}" for row in rows)])
    recall_id = sha256(named.encode()).hexdigest()[:16]
    receipts = tuple(_take_back(session, row, recall_id, by, why, at, take_down) for row in rows)
    details = {"filter": asked, "pieces": len(rows), "reason": why, "id": recall_id}
    subject = f"recall {recall_id}"
    record(session, event="recall.made", subject=subject, by=by, at=at, details=details)
    return Recall(recall_id=recall_id, filter=asked, by=by, at=at, reason=why, receipts=receipts)


def receipts_of(engine: Engine, piece_id: str) -> tuple[Receipt, ...]:
    """Receipts of a piece's recalls, oldest first."""
    query = (
        select(ReceiptRow)
        .join(ReleaseRow, col(ReleaseRow.release_id) == col(ReceiptRow.release_id))
        .where(ReleaseRow.piece_id == piece_id)
        .order_by(col(ReceiptRow.at), col(ReleaseRow.revision))
    )
    with reading(engine) as session:
        return tuple(read_noun(Receipt, row.noun, row.release_id) for row in session.exec(query))


def _take_back(
    session: Session,
    row: PieceRow,
    recall_id: str,
    by: str,
    why: str,
    at: datetime,
    take_down: TakeDown,
) -> Receipt:
    of_piece = (ReleaseRow.piece_id == row.piece_id, ReleaseRow.revision == row.revision)
    release = session.exec(select(ReleaseRow).where(*of_piece)).one_or_none()
    if release is None:  # somebody took it out, or wrote `published` where nothing was: the rest is recalled
        made = _lost(row, recall_id)
    else:
        made = _receipt(session, row, recall_id, release.release_id, take_down)
        noun = made.model_dump_json()
        session.add(ReceiptRow(recall_id=recall_id, release_id=made.release_id, at=at, noun=noun))
    move(
        session, row.piece_id, row.revision, expected=Status(row.status), to=Status.RECALLED, by=by, at=at,
        reason=why, details={"recall": recall_id, "receipt": made.said},
    )  # fmt: skip
    return made


def _lost(row: PieceRow, recall_id: str) -> Receipt:
    """What can be said of something live that has no release."""
    return Receipt(
        recall_id=recall_id, release_id=pass_name(row.piece_id, row.revision, row.content_hash),
        piece_id=row.piece_id, revision=row.revision, channel=row.channel, kind="instruction", went_out=0,
        said="Its release is missing from the records: run `vallum audit verify`, and look at the channel.",
    )  # fmt: skip


def _receipt(
    session: Session, row: PieceRow, recall_id: str, release_id: str, take_down: TakeDown
) -> Receipt:
    states = {DeliveryState.DELIVERED.value: 0, DeliveryState.SUBMITTING.value: 0}
    counted = select_columns(col(DeliveryRow.state), func.count()).group_by(col(DeliveryRow.state))
    states |= dict(session.execute(counted.where(col(DeliveryRow.release_id) == release_id)).all())
    out, doubt = states[DeliveryState.DELIVERED.value], states[DeliveryState.SUBMITTING.value]
    delivered = (DeliveryRow.release_id == release_id, DeliveryRow.state == DeliveryState.DELIVERED.value)
    targets = session.exec(select(DeliveryRow.target).where(*delivered).limit(1)).all()
    kind, said, target = _consequence(row.channel, out, doubt, targets, take_down)
    return Receipt(
        recall_id=recall_id, release_id=release_id, piece_id=row.piece_id, revision=row.revision,
        channel=row.channel, kind=kind, went_out=out, target=target, said=said,
    )  # fmt: skip


def _consequence(
    channel: str, out: int, doubt: int, targets: Sequence[str], take_down: TakeDown
) -> tuple[Literal["stopped", "file", "instruction"], str, str]:
    """What a channel can still do about what it has."""
    if not out and not doubt:
        return "stopped", "Nothing had gone out, and nothing more can.", ""
    if channel == Channel.EMAIL:
        letters = "1 letter is out" if out == 1 else f"{out} letters are out"
        doubtful = f" In doubt are {doubt} more: look them up at the mail server." if doubt else ""
        said = f"{letters} and cannot be unsent; no more will go.{doubtful} Write to those who have it."
        return "instruction", said, ""
    if channel == Channel.GOOGLE_SEARCH and targets:
        try:
            path = take_down(targets[0])
        except BadInput as error:
            return "instruction", str(error), ""
        said = (
            f"Import `{path}` in Google Ads Editor and post it; throw `{targets[0]}` away if it was not "
            "imported yet."
        )
        return "file", said, path
    if channel == Channel.GOOGLE_SEARCH:
        said = (
            "Its import file was being written: throw it away if it lies in the folder, or take the ad down."
        )
        return "instruction", said, ""
    return "instruction", f"Take it down at {channel.replace('_', ' ')} by hand, and note the time.", ""


def _query(wanted: Filter) -> SelectOfScalar[PieceRow]:
    return select(PieceRow).where(*conditions(_of_live(wanted))).order_by(col(PieceRow.row_id))


def _of_live(wanted: Filter) -> Filter:
    return wanted.model_copy(update={"statuses": LIVE})
