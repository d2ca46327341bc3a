"""Today's best offer for each product and term, so that a borrower's rate can be compared with it."""

from __future__ import annotations

from datetime import datetime

from campaign.rates import Product, RateOffer, RateSheet


def offered_rates(sheet: RateSheet, at: datetime) -> dict[tuple[Product, int], RateOffer]:
    """The lowest rate in force per product and term in months, lowest points first among equals.

    Args:
        sheet: what the lender offers. at: aware moment.
    """
    kinds = {(offer.product, offer.term_months) for offer in sheet.offers}
    best = {kind: sheet.best(kind[0], kind[1], at) for kind in sorted(kinds)}
    return {kind: offer for kind, offer in best.items() if offer is not None}
