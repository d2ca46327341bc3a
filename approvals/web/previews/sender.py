"""Who a piece speaks as: the name beside a post, the from line of a letter, the host under an ad."""

from __future__ import annotations

from urllib.parse import urlsplit

from approvals.web.previews.fields import text_of
from campaign.channel import Channel
from campaign.lender import Lender
from campaign.noun import Noun
from campaign.piece import Piece


class Sender(Noun):
    """The name a piece appears under.

    Attributes:
        name: as readers see it. initial: the letter in place of a picture.
        address: where e-mail comes from, empty where it is not known here.
        host, path: of the page the piece leads to, without the scheme; empty where it leads nowhere.
    """

    name: str
    initial: str
    address: str = ""
    host: str = ""
    path: str = ""


def sender_of(piece: Piece, lender: Lender | None) -> Sender:
    """The sender of a piece: the lender as it is called now, or else as the piece's own claims name it."""
    name = _company(piece, lender)
    account = lender.channels.get(Channel.EMAIL.value) if lender else None
    landing = text_of(piece, "landing_url") or _claimed(piece, "company_url")
    host, path = _display(landing)
    return Sender(
        name=name,
        initial=next((letter for letter in name if letter.isalnum()), "?").upper(),
        address=account.from_address if account else "",
        host=host,
        path=path,
    )


def _company(piece: Piece, lender: Lender | None) -> str:
    if lender is not None:
        return lender.short_name or lender.name
    claimed = _claimed(piece, "company_short_name") or _claimed(piece, "company_name")
    return claimed or (piece.originator.name if piece.originator else "") or "The lender"


def _claimed(piece: Piece, slot: str) -> str:
    return next((claim.text for claim in piece.claims or () if claim.slot == slot), "")


def _display(address: str) -> tuple[str, str]:
    """Host and path as an ad shows them; an address that cannot be taken apart is shown whole."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return address, ""
    if not host:
        return address, ""
    return host.removeprefix("www."), parts.path.rstrip("/")
