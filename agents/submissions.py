"""Bringing what was written into the queue: rendered, screened, and only where it is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents import assignments, copywriting
from approvals import queue, runs, store
from approvals.statuses import Status

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.store import StoredPiece
    from campaign.piece import Piece

REVISABLE = (Status.BLOCKED, Status.REJECTED)


def submit_written(street: Street, run_id: str, rounds: Mapping[str, int]) -> int:
    """Render, screen and submit every master written since the last screening.

    Only new pieces and revisions of blocked or rejected ones are submitted, so that a revised master
    never takes the place of a sibling that a person is reading or has approved. Repeating it does nothing.

    Args:
        street: the opened services.
        run_id: the run.
        rounds: master id -> the round it was last written in.

    Returns:
        How many pieces were submitted.
    """
    run = runs.get_run(street.engine, run_id)
    current = _latest(queue.queue(street.engine, run_id=run_id, statuses=tuple(Status)))
    prices = street.prices(run_id)
    count = 0
    for master in store.masters_of(street.engine, run_id):
        placement, segment = assignments.placement(street.engine, run_id, master.placement_id)
        for rendered in copywriting.pieces_of(
            master, placement, segment, lender=street.lender, sheet=prices, at=street.at
        ):
            piece = _named(rendered, run_id, current)
            if not _is_new(current.get(piece.piece_id), rounds[master.master_id]):
                continue
            store.submit(
                street.engine,
                piece,
                run_id=run_id,
                placement_id=master.placement_id,
                master_id=master.master_id,
                segment=segment.name,
                angle=master.angle,
                findings=street.screen(piece, street.at),
                pack_version=street.pack.version,
                sheet_id=street.sheet.sheet_id,
                survey_rate=run.survey_rate,
                lender=street.lender,
                at=street.at,
                round=rounds[master.master_id],
            )
            count += 1
    return count


def _latest(everything: tuple[StoredPiece, ...]) -> dict[str, StoredPiece]:
    latest: dict[str, StoredPiece] = {}
    for item in everything:
        known = latest.get(item.piece.piece_id)
        if known is None or item.piece.revision > known.piece.revision:
            latest[item.piece.piece_id] = item
    return latest


def _named(piece: Piece, run_id: str, current: Mapping[str, StoredPiece]) -> Piece:
    """The piece under its name in the queue: its run's short mark first, so that runs never share a name."""
    piece_id = f"{run_id.rsplit('-', 1)[-1]}.{piece.piece_id}"
    before = current.get(piece_id)
    revision = before.piece.revision + 1 if before else 1
    return piece.model_copy(update={"piece_id": piece_id, "revision": revision})


def _is_new(before: StoredPiece | None, round_written: int) -> bool:
    return before is None or (before.status in REVISABLE and before.round < round_written)
