"""Decisions: a person's answer about one revision, binding its bytes, the rules and the rates (law 1).

Approving asks, in one transaction: does it wait, do the stored bytes still stand, may this person answer,
does any rule block it under the rules in force now, does every value in it still hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, and_
from sqlmodel import Session, col, select

from approvals.database import reading, writing
from approvals.deciding import Answer, Deciding
from approvals.gate import Gate
from approvals.people import who_is
from approvals.pieces import find_piece
from approvals.records import DecisionRow, PieceRow
from approvals.requirements import Requirements
from approvals.statuses import title
from campaign.condition import Condition
from campaign.errors import BadInput, Refused
from campaign.release import Decision


def approve(
    gate: Gate,
    piece_id: str,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    condition: Condition | None = None,
    seen: str | None = None,
) -> Decision:
    """Approve the latest revision of a piece; the last approval that it needs makes its release.

    Where the rules are newer than the piece's screen, it is screened again; if that finds a new block or
    warning, the new findings are kept, a blocked piece is blocked, and the approver has to look again.

    Args:
        by: who answers. at: aware datetime.
        condition: a band and a deadline for the realised rate; without it the approval holds at once.
        seen: content hash of what the approver looked at; None takes the latest, whatever it says.

    Returns:
        The decision; `settles` says whether it was the last that the piece needed.

    Raises:
        UnknownName: there is no such piece. BadInput: `by` names nobody.
        NotPermitted: this person wrote it, may not decide, or their approval would not count.
        NotInForce: a value in it no longer holds, or the condition's deadline has passed.
        Refused: it does not wait for a decision, its record was changed, or a rule blocks it.
    """
    open_condition(condition, at)
    with deciding(gate, by, at) as desk:
        answer = desk.approve(find_seen(desk.session, piece_id, seen), tidy(reason), condition)
    if isinstance(answer, Refused):
        raise answer
    return answer


def reject(
    gate: Gate, piece_id: str, *, by: str, reason: str, at: datetime, seen: str | None = None
) -> Decision:
    """Turn the latest revision of a piece down; the reason reaches the copywriter.

    Args:
        seen: as `approve`.

    Raises:
        UnknownName: there is no such piece. BadInput: no reason, or `by` names nobody.
        NotPermitted: this person may not decide. Refused: it does not wait for a decision.
    """
    return _turn_down(gate, piece_id, "reject", by, reason, at, seen)


def return_for_changes(
    gate: Gate, piece_id: str, *, by: str, reason: str, at: datetime, seen: str | None = None
) -> Decision:
    """Send the latest revision back for changes, to be edited or written anew; raises as `reject`."""
    return _turn_down(gate, piece_id, "return", by, reason, at, seen)


@contextmanager
def deciding(gate: Gate, by: str, at: datetime) -> Iterator[Deciding]:
    """A transaction in which one person decides.

    Raises:
        BadInput: `by` names nobody. NotPermitted: nobody of that name is listed.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        yield Deciding(session, gate, actor, at, Requirements(session, gate.lender))


def open_condition(condition: Condition | None, at: datetime) -> None:
    """Refuse a condition that can no longer come true.

    Raises:
        BadInput: its deadline has passed.
    """
    if condition is not None and condition.before <= at:
        passed = f"{condition.before.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        raise BadInput(f"The deadline {passed} has passed.", "Give a later one.")


_NEXT = "Say what the next draft must do."
_REASONS: dict[str, tuple[str, str]] = {
    "reject": ("Rejecting", _NEXT),
    "return": ("Returning", _NEXT),
    "withdraw": ("Withdrawing", "Say why it is taken out."),
    "pause": ("Pausing", "Say what is wrong."),
    "recall": ("Recalling", "Say what is wrong with it."),
}


def reason_for(act: str, reason: str, name: str) -> str:
    """A reason fit for the record.

    Args:
        act: `reject`, `return`, `withdraw`, `pause` or `recall`. name: of what it is done to.

    Raises:
        BadInput: there is none.
    """
    why = tidy(reason)
    if not any(sign.isalnum() for sign in why):
        what, remedy = _REASONS[act]
        raise BadInput(f"{what} `{name}` needs a reason.", remedy)
    return why


def tidy(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())


def find_seen(session: Session, piece_id: str, seen: str | None) -> PieceRow:
    """The latest revision, if it still says what a person looked at.

    Raises:
        UnknownName: there is no such piece. Refused: it says something else now.
    """
    row = find_piece(session, piece_id)
    if seen is not None and row.content_hash != seen:
        raise Refused(
            f"`{piece_id}` changed meanwhile; it is `{title(piece_id, row.revision)}` now.",
            "Read it again before you decide.",
        )
    return row


def _turn_down(
    gate: Gate, piece_id: str, answer: Answer, by: str, reason: str, at: datetime, seen: str | None
) -> Decision:
    why = reason_for(answer, reason, piece_id)
    with deciding(gate, by, at) as desk:
        return desk.turn_down(find_seen(desk.session, piece_id, seen), answer, why)


def runs_decided_since(engine: Engine, moment: datetime) -> tuple[str, ...]:
    """Runs of which a piece was decided at a moment or later: those that have something to read."""
    of_piece = (
        col(PieceRow.piece_id) == DecisionRow.piece_id,
        col(PieceRow.revision) == DecisionRow.revision,
    )
    found = select(PieceRow.run_id).join(DecisionRow, and_(*of_piece)).where(col(DecisionRow.at) >= moment)
    with reading(engine) as session:
        return tuple(session.exec(found.distinct().order_by(PieceRow.run_id)))
