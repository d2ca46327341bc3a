"""What can stop the work, and the exit code each kind of stop becomes.

    VallumError
    ├── BadInput            exit 2: a file, an option or a name that cannot be used
    │   ├── Unreadable      a file that is not what it should be (place: file, line, field)
    │   ├── UnknownName     an id or name that does not exist here
    │   ├── NoWorkspace     a command that needs `vallum init` first
    │   └── Busy            another process holds the database; nothing was changed
    └── Refused             exit 1: the answer is no (blocked, not approvable, verification failed)
        ├── NotPermitted    the person may not do this
        │   └── TooManyAttempts   somebody guessed too often; nothing is answered for a while
        └── NotInForce      an approval, rate or licence that no longer holds

Every message is one sentence of fact and one of remedy: what was wrong and where, then what to do.
"""

from __future__ import annotations

from typing import ClassVar


class VallumError(Exception):
    """The work stopped for a reason a person can act on.

    Args:
        fact: one sentence saying what was wrong and where, names in backticks, numbers with units.
        remedy: one sentence saying what to do; may be empty where there is nothing to do.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, fact: str, remedy: str = "") -> None:
        self.fact = fact
        self.remedy = remedy
        super().__init__(f"{fact} {remedy}".strip())


class BadInput(VallumError):
    """A file, an option or a name cannot be used as it stands."""


class Unreadable(BadInput):
    """A file is not what it should be.

    Args:
        place: `file`, `file:line` or `file:line: field`, so that a person can go there.
        fact: what was found there.
        remedy: what should be there instead.
    """

    def __init__(self, place: str, fact: str, remedy: str = "") -> None:
        self.place = place
        super().__init__(f"{place}: {fact}", remedy)


class UnknownName(BadInput):
    """An id or a name does not exist in this workspace."""


class NoWorkspace(BadInput):
    """The folder is no workspace yet."""


class Busy(BadInput):
    """Another process holds the database; nothing was changed."""


class Refused(VallumError):
    """The answer is no."""

    exit_code: ClassVar[int] = 1


class NotPermitted(Refused):
    """This person may not do this."""


class TooManyAttempts(NotPermitted):
    """Somebody guessed too often; nothing is answered for a while."""


class NotInForce(Refused):
    """An approval, a rate or a licence no longer holds."""
