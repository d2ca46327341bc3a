"""Prices that nobody offers: today's sheet moved by some basis points, for plans made before a meeting."""

from __future__ import annotations

import hashlib
from datetime import datetime

from campaign.rates import RateOffer, RateSheet
from tools.market.offer_apr import offer_apr

EIGHTHS = 8
"""Note rates come in eighths of a point."""
_LEAST, _MOST = 1.0, 19.875


def supposed_sheet(sheet: RateSheet, *, shift_bps: float, until: datetime) -> RateSheet:
    """The sheet as it would be after a move, marked so that no copy may show a price of it.

    Args:
        sheet: what is offered. shift_bps: basis points on every rate, then to the nearest eighth.
        until: aware; the supposed offers hold at least so long.
    """
    name = f"{sheet.sheet_id} {shift_bps:+g}"
    return RateSheet(
        sheet_id=hashlib.sha256(name.encode()).hexdigest()[:8],
        source=f"supposed: `{sheet.sheet_id}` {shift_bps:+g} bps",
        offers=tuple(_moved(offer, shift_bps, until) for offer in sheet.offers),
        supposed=True,
    )


def _moved(offer: RateOffer, shift_bps: float, until: datetime) -> RateOffer:
    rate = min(max(round((offer.rate + shift_bps / 100) * EIGHTHS) / EIGHTHS, _LEAST), _MOST)
    apr = offer_apr(
        amount=offer.example_amount_usd,
        rate=rate,
        term_months=offer.term_months,
        points=offer.points,
        fees_usd=offer.fees_usd,
        mi_annual_percent=offer.mi_annual_percent,
    )
    return offer.model_copy(update={"rate": rate, "apr": apr, "expires_at": max(offer.expires_at, until)})
