"""A piece as it will look where people meet it, one look per channel.

A look is a likeness, drawn from the approved fields alone; whatever a channel's look has no place for is
listed under it, so that no text of a piece stays out of an approver's sight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from approvals.pieces import StoredPiece
from approvals.web.fragments import filled
from approvals.web.previews.fields import base_field, field_name, known_channel, room, text_of, texts_of
from approvals.web.previews.folding import folded
from approvals.web.previews.letters import letter_path
from approvals.web.previews.sender import sender_of
from approvals.web.previews.slots import chipped, open_slots, plain
from campaign.channel import Channel
from campaign.claim import ClaimKind
from campaign.lender import Lender
from campaign.piece import Piece

HEADLINES_SHOWN, DESCRIPTIONS_SHOWN = 3, 2
"""What a responsive search ad shows at once: up to three headlines and two descriptions."""
LINKEDIN_FOLD, META_FOLD = 210, 125
"""Characters before a feed cuts a post off (practice, as `campaign.channel` says)."""
_FIGURES: tuple[tuple[ClaimKind, str], ...] = (
    ("rate", "Rate"), ("apr", "APR"), ("payment", "Payment"), ("points", "Points"), ("fees", "Fees"),
)  # fmt: skip
_MARKETPLACES = {Channel.ZILLOW: "Zillow", Channel.LENDINGTREE: "LendingTree", Channel.BANKRATE: "Bankrate"}


def piece_preview(stored: StoredPiece, lender: Lender | None = None) -> Markup:
    """The piece as it will look in its channel, personal slots as marked examples.

    Args:
        lender: as it is called now; without it the names are those of the piece's own claims.
    """
    piece = stored.piece
    channel = known_channel(piece.channel)
    template, shown, prepare = _LOOKS[channel] if channel else ("plain.html", frozenset(), _nothing)
    rest = [
        (field_name(field), chipped(piece, text))
        for field, text in piece.texts()
        if base_field(field) not in shown
    ]
    return filled(
        f"previews/{template}",
        stored=stored,
        piece=piece,
        sender=sender_of(piece, lender),
        slots=open_slots(piece),
        rest=rest,
        chips=lambda field: chipped(piece, text_of(piece, field)),
        room=lambda field: room(piece.channel, field, text_of(piece, field)),
        has=lambda field: bool(text_of(piece, field)),
        **prepare(stored),
    )


def _nothing(_: StoredPiece) -> Mapping[str, Any]:
    return {}


def _search(stored: StoredPiece) -> Mapping[str, Any]:
    """One combination, and every asset with whether it is part of it."""
    piece = stored.piece
    headlines, descriptions = texts_of(piece, "headlines"), texts_of(piece, "descriptions")
    assets = [
        (field_name(field), [(chipped(piece, text), room(piece.channel, field, text), place < most)
                             for place, text in enumerate(texts)])
        for field, texts, most in (
            ("headlines", headlines, HEADLINES_SHOWN), ("descriptions", descriptions, DESCRIPTIONS_SHOWN),
        )
    ]  # fmt: skip
    return {
        "headlines": [chipped(piece, text) for text in headlines[:HEADLINES_SHOWN]],
        "descriptions": [chipped(piece, text) for text in descriptions[:DESCRIPTIONS_SHOWN]],
        "assets": assets,
    }


def _feed(at: int) -> Callable[[StoredPiece], Mapping[str, Any]]:
    """A post that a feed cuts off after some characters."""

    def prepare(stored: StoredPiece) -> Mapping[str, Any]:
        first, rest = folded(text_of(stored.piece, "body"), at)
        return {"first": chipped(stored.piece, first), "more": chipped(stored.piece, rest), "fold": at}

    return prepare


def _letter(stored: StoredPiece) -> Mapping[str, Any]:
    return {"letter": letter_path(stored.piece.piece_id, stored.piece.revision)}


def _offer(stored: StoredPiece) -> Mapping[str, Any]:
    """The figures a marketplace sets large, as far as this piece's own claims give them."""
    return {"figures": _figures(stored.piece), "place": _MARKETPLACES[Channel(stored.piece.channel)]}


def _figures(piece: Piece) -> list[tuple[str, str]]:
    bound = {binding.slot for binding in piece.bindings}
    found = []
    for kind, name in _FIGURES:
        texts = [claim.text for claim in piece.claims or () if claim.kind == kind and claim.slot in bound]
        found += [(name, text) for text in texts[:1]]
    return found


def _message(stored: StoredPiece) -> Mapping[str, Any]:
    """How many parts a text message takes: 160 characters, 153 each in several; 70 and 67 beyond GSM-7."""
    text = plain(stored.piece, text_of(stored.piece, "body"))
    one, each = (160, 153) if text.isascii() else (70, 67)
    parts = 1 if len(text) <= one else -(-len(text) // each)
    return {"length": len(text), "parts": parts}


_Look = tuple[str, frozenset[str], Callable[[StoredPiece], Mapping[str, Any]]]
_OFFER: _Look = ("offer.html", frozenset({"headline", "body", "cta", "footer"}), _offer)
_LOOKS: dict[Channel, _Look] = {
    Channel.GOOGLE_SEARCH: (
        "google_search.html", frozenset({"headlines", "descriptions", "landing_url"}), _search,
    ),
    Channel.META: (
        "meta.html", frozenset({"body", "headline", "description", "cta", "landing_url"}), _feed(META_FOLD),
    ),
    Channel.EMAIL: (
        "email.html", frozenset({"subject", "preheader", "headline", "body", "cta", "footer"}), _letter,
    ),
    Channel.LINKEDIN: ("linkedin.html", frozenset({"body"}), _feed(LINKEDIN_FOLD)),
    Channel.ZILLOW: _OFFER,
    Channel.LENDINGTREE: _OFFER,
    Channel.BANKRATE: _OFFER,
    Channel.SMS: ("sms.html", frozenset({"body"}), _message),
    Channel.FLYER: ("flyer.html", frozenset({"headline", "body", "cta", "footer"}), _nothing),
    Channel.WEB: ("web.html", frozenset({"headline", "body", "cta", "footer", "landing_url"}), _nothing),
}  # fmt: skip
