"""What sending letters needs besides the release: to whom, from whom, how many, and who objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from campaign.personal import Figure
from campaign.piece import Piece


class Addressee(Protocol):
    """What a letter needs of a recipient; `tools.book.recipients.Recipient` is one."""

    @property
    def contact_id(self) -> str:
        """The contact's id in the book."""

    @property
    def email(self) -> str:
        """Where to write."""

    @property
    def first_name(self) -> str:
        """The first name as recorded, possibly empty."""


def _no_objection(_: Piece) -> str:
    return ""


def _no_figures(_: Addressee) -> Mapping[str, Figure]:
    return {}


@dataclass(frozen=True, slots=True)
class EmailJob:
    """What e-mail needs besides the release.

    Attributes:
        recipients: consented and not suppressed; read once, in order.
        from_name, from_address: the sender, on a domain the lender controls.
        reply_to: the originator's address, or empty for the sender's.
        unsubscribe_base: https address that a token is appended to (RFC 8058 demands https).
        landing_url: where the button leads; empty leaves it out.
        daily_limit: most letters a day. sent_today: letters of this day that went out before.
        already: slots of this release that are delivered or in doubt; passed over without a claim.
        objection: asked about each finished rendering; a reason keeps that one letter inside.
        figures: one person's own numbers, by slot; a letter that waits for one that is not there is held.
        rested: slots written to too recently -> they are withheld with the reason `rest_reason`.
    """

    recipients: Iterable[Addressee]
    from_name: str
    from_address: str
    unsubscribe_base: str
    daily_limit: int
    reply_to: str = ""
    landing_url: str = ""
    sent_today: int = 0
    already: frozenset[str] = frozenset()
    rested: frozenset[str] = frozenset()
    rest_reason: str = "written to too recently"
    list_name: str = field(default="letters")
    objection: Callable[[Piece], str] = _no_objection
    figures: Callable[[Addressee], Mapping[str, Figure]] = _no_figures
