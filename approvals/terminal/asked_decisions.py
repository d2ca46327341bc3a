"""Decisions as the terminal asks for them: about pieces by name, or about all that a filter finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from approvals import decisions
from approvals.bulk import batch_of, decide_batch, waiting
from approvals.deciding import Answer as Asked
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import load_piece
from approvals.terminal import views
from campaign.answer import Answer
from campaign.condition import Condition
from campaign.errors import BadInput, Refused
from campaign.moment import parse_moment
from campaign.release import Decision


@dataclass(frozen=True, slots=True)
class AskedDecision:
    """One answer, and how it is to be given.

    Attributes:
        answer, by, at, reason, condition: as `decisions` takes them.
        dry_run: only say what would be decided. digest: of the batch as it was shown, None for as it is now.
    """

    answer: Asked
    by: str
    at: datetime
    reason: str = ""
    condition: Condition | None = None
    dry_run: bool = False
    digest: str | None = None


def decide(
    gate: Gate, asked: AskedDecision, pieces: Sequence[str], wanted: Filter, *, as_json: bool
) -> Answer:
    """Decide, or say what would be decided.

    Args:
        pieces: ids; where there are none, `wanted` says which.

    Raises:
        BadInput: neither says which, or both do; else as one piece or a batch does.
    """
    if not pieces:
        return _all_that_fit(gate, asked, wanted, as_json)
    if wanted != Filter() or asked.digest is not None:
        raise BadInput(
            "Pieces are named, and options that find pieces are given besides.", "Give the one or the other."
        )
    return _each(gate, asked, tuple(dict.fromkeys(pieces)), as_json)


def condition_of(gate: Gate, band: str, measure: str, before: str | None) -> Condition | None:
    """The condition that options give; None where they give none.

    Raises:
        BadInput: a part of it is missing, or it makes no sense.
    """
    if not band and before is None and measure == "offered":
        return None
    low, _, high = band.partition("-")
    if not band or before is None:
        raise BadInput("A conditional approval needs a band and a deadline.", "Give --if-rate and --before.")
    try:
        return Condition.model_validate(
            {"measure": measure, "low": low, "high": high, "before": parse_moment(before, gate.lender.zone)}
        )
    except ValidationError as error:
        raise BadInput(
            f"`{band}` of `{measure}` is no condition.", "Write `--if-rate 6.00-6.25 --measure offered`."
        ) from error


def _each(gate: Gate, asked: AskedDecision, pieces: Sequence[str], as_json: bool) -> Answer:
    """Ask about each piece; a name that does not exist stops everything before anything is decided."""
    titles = [load_piece(gate.engine, piece_id).title for piece_id in pieces]
    if asked.dry_run:
        document = {"would": asked.answer, "would_decide": titles}
        return Answer(document, lambda: [f"Would {asked.answer} {', '.join(titles)}."], as_json)
    decided: list[Decision] = []
    refused: list[tuple[str, str, str]] = []
    for piece_id in pieces:
        try:
            decided.append(_answer(gate, asked, piece_id))
        except Refused as stopped:
            refused.append((piece_id, stopped.fact, stopped.remedy))
    return views.decision_answer(decided, refused, as_json=as_json)


def _answer(gate: Gate, asked: AskedDecision, piece_id: str) -> Decision:
    if asked.answer == "approve":
        return decisions.approve(
            gate, piece_id, by=asked.by, at=asked.at, reason=asked.reason, condition=asked.condition
        )
    turn_down = decisions.reject if asked.answer == "reject" else decisions.return_for_changes
    return turn_down(gate, piece_id, by=asked.by, at=asked.at, reason=asked.reason)


def _all_that_fit(gate: Gate, asked: AskedDecision, wanted: Filter, as_json: bool) -> Answer:
    """Decide all that a filter finds; an empty filter finds nothing, since nobody means the whole queue."""
    if wanted == Filter():
        raise BadInput("Nothing says which pieces.", "Name pieces, or a --class, --run or another filter.")
    batch = batch_of(gate.engine, wanted)
    if asked.dry_run:
        return views.batch_answer(batch, waiting(wanted).in_words, asked.answer, as_json=as_json)
    done = decide_batch(
        gate, wanted, asked.answer, digest=asked.digest or batch.digest, by=asked.by, at=asked.at,
        reason=asked.reason, condition=asked.condition,
    )  # fmt: skip
    refused = [(one.piece_id, one.fact, one.remedy) for one in done.refused]
    return views.decision_answer(done.decided, refused, as_json=as_json)
