"""Who may do what to a piece that stands where: one table, asked by the terminal, the page and every act.

What is not in the table cannot be done. Which of the approving roles a piece needs is not said here but by
the lender's rules (`requirements.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from approvals.names import fold
from approvals.people import Actor
from approvals.statuses import Status
from campaign.errors import NotPermitted, Refused
from campaign.lender_settings import Role


class Action(StrEnum):
    """What a person can do at the gate."""

    VIEW = "view"
    COMMENT = "comment"
    EDIT = "edit"
    APPROVE = "approve"
    APPROVE_CONDITIONALLY = "approve_conditionally"
    REJECT = "reject"
    RETURN = "return"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    WAIVE = "waive"
    REVOKE = "revoke"
    RESCREEN = "rescreen"
    RECALL = "recall"
    PAUSE = "pause"
    RESUME = "resume"
    DELEGATE = "delegate"
    READ_AUDIT = "read_audit"
    EXPORT = "export"
    DISPOSE = "dispose"
    MANAGE_ACCOUNTS = "manage_accounts"

    @property
    def in_words(self) -> str:
        """As a verb in a sentence."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may, and while a piece stands where.

    Attributes:
        roles: any one of them is enough.
        own: roles that may only where the piece is in their own name.
        statuses: where the piece must stand; None for acts that are about no piece, or about any.
    """

    roles: frozenset[Role]
    own: frozenset[Role] = frozenset()
    statuses: frozenset[Status] | None = None


_ALL: frozenset[Role] = frozenset({"marketer", "loan_officer", "compliance", "admin"})
_DECIDING: frozenset[Role] = frozenset({"compliance", "admin"})
_RUNNING: frozenset[Role] = frozenset({"marketer", "compliance", "admin"})
_COMPLIANCE: frozenset[Role] = frozenset({"compliance"})
_ADMIN: frozenset[Role] = frozenset({"admin"})
_OFFICER: frozenset[Role] = frozenset({"loan_officer"})
_PENDING = frozenset({Status.PENDING})
_OPEN = frozenset({Status.PENDING, Status.BLOCKED, Status.RETURNED})
_SETTLED = frozenset({Status.DRAFTED, Status.SCREENED, Status.SUPERSEDED})

PERMISSIONS: dict[Action, Permission] = {
    Action.VIEW: Permission(_ALL),
    Action.COMMENT: Permission(_ALL),
    Action.EDIT: Permission(_RUNNING, own=_OFFICER, statuses=frozenset(Status) - _SETTLED),
    # whether a loan officer's approval counts is for the lender's rules to say
    Action.APPROVE: Permission(_DECIDING, own=_OFFICER, statuses=_PENDING),
    Action.APPROVE_CONDITIONALLY: Permission(_DECIDING, statuses=_PENDING),
    Action.REJECT: Permission(_DECIDING, own=_OFFICER, statuses=_PENDING),
    Action.RETURN: Permission(_DECIDING, own=_OFFICER, statuses=_PENDING),
    Action.WITHDRAW: Permission(
        _RUNNING,
        own=_OFFICER,
        statuses=_OPEN | {Status.APPROVED, Status.APPROVED_CONDITIONALLY},
    ),
    Action.ASSIGN: Permission(_RUNNING, statuses=_OPEN),
    Action.WAIVE: Permission(_COMPLIANCE, statuses=frozenset({Status.BLOCKED, Status.PENDING})),
    Action.REVOKE: Permission(_COMPLIANCE),
    Action.RESCREEN: Permission(_DECIDING, statuses=frozenset({Status.PENDING, Status.BLOCKED})),
    Action.RECALL: Permission(_RUNNING, statuses=frozenset({Status.RELEASED, Status.PUBLISHED})),
    Action.PAUSE: Permission(_RUNNING),
    Action.RESUME: Permission(_DECIDING),
    # one's own place, or as admin anyone's
    Action.DELEGATE: Permission(_ADMIN, own=_ALL),
    Action.READ_AUDIT: Permission(_DECIDING),
    Action.EXPORT: Permission(_DECIDING),
    Action.DISPOSE: Permission(_ADMIN),
    Action.MANAGE_ACCOUNTS: Permission(_ADMIN),
}


def may(actor: Actor, action: Action, status: Status | None = None, *, speaker: str = "") -> bool:
    """Whether someone may do something.

    Args:
        status: where the piece stands; None for an act that is about no piece.
        speaker: the originator whose name is on the piece, or whose own affair it is; empty for nobody's.
    """
    held = PERMISSIONS[action]
    if held.statuses is not None and status not in held.statuses:
        return False
    return bool(held.roles & actor.roles) or _is_own(actor, held, speaker)


def permit(actor: Actor, action: Action, status: Status | None, name: str, *, speaker: str = "") -> None:
    """Let someone go on, or say why not.

    Args:
        name: what it is done to, for the sentence; arguments else as `may`.

    Raises:
        NotPermitted: their role may not do this. Refused: the piece does not stand where it can be done.
    """
    held = PERMISSIONS[action]
    cannot = f"Cannot {action.in_words} `{name}`"
    if not held.roles & actor.roles and not _is_own(actor, held, speaker):
        role = (actor.role or "none").replace("_", " ")
        if held.own & actor.roles:
            why = f"`{actor.name}` has the role {role}, and it is not in their name"
        else:
            why = f"`{actor.name}` has the role {role}"
        raise NotPermitted(f"{cannot}: {why}.", actor.whom_to_ask(held.roles))
    if held.statuses is not None and status not in held.statuses:
        assert status is not None
        raise Refused(f"{cannot}: it is {status.in_words}.", status.meaning)


def _is_own(actor: Actor, held: Permission, speaker: str) -> bool:
    """A loan officer's own piece; one in nobody's name is theirs to look at only."""
    own = {fold(name) for name, role in actor.places if role in held.own}
    return bool(speaker) and fold(speaker) in own
