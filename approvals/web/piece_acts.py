"""What a form about one piece asks for: each act is one function of the gate, in the sender's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from approvals import acts, decisions, waivers
from approvals.pieces import StoredPiece
from approvals.web.address import day_of
from approvals.web.page import Visit
from approvals.web.sent import Sent
from campaign.condition import Condition
from campaign.errors import BadInput, Refused
from campaign.moment import parse_moment

Act = Callable[[Visit, StoredPiece, Sent], str]
"""Does what a form asks about the piece as it was shown, and says what was done."""


def approve(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Approve exactly these bytes."""
    return _approved(visit, stored, sent, None)


def approve_conditionally(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Approve them for a band of the rate and until a moment."""
    return _approved(visit, stored, sent, condition_of(sent, visit))


def reject(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Turn it down; the reason reaches the copywriter."""
    decisions.reject(
        visit.gate, _id(stored), by=visit.name, at=visit.at, reason=sent.one("reason"), seen=sent.one("seen")
    )
    return f"Rejected `{stored.title}`."


def return_for_changes(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Send it back."""
    decisions.return_for_changes(
        visit.gate, _id(stored), by=visit.name, at=visit.at, reason=sent.one("reason"), seen=sent.one("seen")
    )
    return f"Returned `{stored.title}` for changes."


def withdraw(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Take it out of the queue."""
    acts.withdraw(visit.gate, _id(stored), by=visit.name, at=visit.at, reason=sent.one("reason"))
    return f"Withdrew `{stored.title}`."


def comment(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Say something about it."""
    acts.remark(visit.gate, _id(stored), sent.one("words"), by=visit.name, at=visit.at)
    return "Your remark is kept."


def assign(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Put it on somebody's desk."""
    person = acts.assign(visit.gate, _id(stored), to=sent.one("to"), by=visit.name, at=visit.at)
    return f"`{stored.title}` is for {person} now." if person else f"`{stored.title}` is for everyone now."


def waive(visit: Visit, stored: StoredPiece, sent: Sent) -> str:
    """Let the findings of one rule pass."""
    waivers.waive(
        visit.gate, _id(stored), sent.one("rule"), reason=sent.one("reason"), until=day_of(sent.one("until")),
        by=visit.name, at=visit.at,
    )  # fmt: skip
    return f"Waived `{sent.one('rule')}` on `{stored.title}`."


def revoke(visit: Visit, _: StoredPiece, sent: Sent) -> str:
    """End a waiver."""
    ended = waivers.revoke(
        visit.gate, sent.one("waiver"), reason=sent.one("reason"), by=visit.name, at=visit.at
    )
    return f"The waiver of `{ended.rule}` is revoked."


def rescreen(visit: Visit, stored: StoredPiece, _: Sent) -> str:
    """Have the rules in force read it again."""
    status = acts.rescreen(visit.gate, _id(stored), by=visit.name, at=visit.at)
    return f"The rules in force have read `{stored.title}`; it is {status.in_words}."


ACTS: dict[str, Act] = {
    "approve": approve,
    "approve_conditionally": approve_conditionally,
    "reject": reject,
    "return": return_for_changes,
    "withdraw": withdraw,
    "comment": comment,
    "assign": assign,
    "waive": waive,
    "revoke": revoke,
    "rescreen": rescreen,
}
SETTLING = frozenset({"approve", "approve_conditionally", "reject", "return", "withdraw"})
"""After these the next piece is shown."""


def condition_of(sent: Sent, visit: Visit) -> Condition:
    """The band and the deadline that a form gives.

    Raises:
        BadInput: one of them is missing or makes no sense.
    """
    try:
        return Condition.model_validate(
            {
                "measure": sent.one("measure") or "offered",
                "low": sent.one("low"),
                "high": sent.one("high"),
                "before": _moment(sent.one("before"), visit),
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the band"
        what = first["msg"].removeprefix("Value error, ").casefold()
        raise BadInput(
            f"This condition cannot be met as it stands ({where}: {what}).",
            "Give both ends of the band in percent, the lower first, and a deadline.",
        ) from error


def as_shown(stored: StoredPiece, sent: Sent) -> None:
    """Refuse what was sent about another text, or other findings, than those that stand now.

    Deciding and editing hold the text once more to what was seen, in their own transaction.

    Raises:
        Refused: the piece changed since the form was shown.
    """
    if (sent.one("seen"), sent.one("pack")) != (stored.content_hash, stored.pack_version):
        raise Refused(
            f"`{_id(stored)}` changed since this page was shown; it is {stored.title} now.",
            "Read it again before you decide.",
        )


def _approved(visit: Visit, stored: StoredPiece, sent: Sent, condition: Condition | None) -> str:
    made = decisions.approve(
        visit.gate, _id(stored), by=visit.name, at=visit.at, reason=sent.one("reason"), condition=condition,
        seen=sent.one("seen"),
    )  # fmt: skip
    if not made.settles:
        return f"Your approval of `{stored.title}` is kept; it waits for somebody else's."
    return f"Approved `{stored.title}`" + (f" if {condition.in_words}." if condition else ".")


def _id(stored: StoredPiece) -> str:
    return stored.piece.piece_id


def _moment(text: str, visit: Visit) -> datetime:
    if not text:
        raise BadInput("The condition has no deadline.", "Say until when the rate has to be there.")
    return parse_moment(text, visit.gate.lender.zone)
