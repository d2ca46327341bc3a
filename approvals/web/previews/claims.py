"""Where every value of a piece came from (law 2), as a table an examiner can follow back to the record."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from approvals.pieces import StoredPiece
from approvals.web.fragments import filled
from approvals.web.previews.fields import field_name
from campaign.claim import Claim
from campaign.piece import Piece


def claims_table(stored: StoredPiece, zone: ZoneInfo | None = None, *, of: str = "") -> Markup:
    """The values behind a piece: slot, shown text, source, until when they hold and where they stand.

    Values that age come first, those of the lender's own record last, since those change least.

    Args:
        zone: the lender's, for moments; without it they are told in UTC.
        of: what the piece is on a page that shows several, so that those who hear it can tell them apart.
    """
    piece = stored.piece
    rows = [(claim, standing(piece, claim)) for claim in sorted(piece.claims or (), key=_ages)]
    return filled(
        "previews/claims.html",
        stored=stored,
        rows=rows,
        bare=piece.claims is None,
        ranges=piece.ranges,
        zone=zone,
        of=of,
    )


def standing(piece: Piece, claim: Claim) -> tuple[tuple[str, int], ...]:
    """In which fields a value stands, and how often in each."""
    fields = [field_name(binding.field) for binding in piece.bindings if binding.slot == claim.slot]
    return tuple((field, fields.count(field)) for field in dict.fromkeys(fields))


def _ages(claim: Claim) -> tuple[bool, bool]:
    return claim.valid_until is None, claim.provenance.source in ("lender", "licence")
