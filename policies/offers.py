"""What an offer lets copy say: each value of a rate-sheet row as a claim, and the record rules compare."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign.claim import Claim, ClaimKind, Provenance
from campaign.errors import NotInForce
from campaign.lender import Lender
from campaign.piece import OfferTerms
from campaign.rates import RateOffer
from policies.payments import monthly_payment
from policies.spoken import cents, dollars, percent, points_text, spoken_date

Row = tuple[str, ClaimKind, str, float | None]


def offer_terms(offer: RateOffer) -> OfferTerms:
    """The record that rules compare a piece's numbers with, from one row of a rate sheet."""
    return OfferTerms(
        loan_amount=offer.example_amount_usd,
        note_rate=offer.rate,
        apr=offer.apr,
        term_months=offer.term_months,
        points=offer.points,
        finance_charges_usd=None if offer.mi_annual_percent else finance_charges(offer),
        monthly_payment=round(monthly_payment(offer.example_amount_usd, offer.rate, offer.term_months), 2),
    )


def finance_charges(offer: RateOffer) -> float:
    """Prepaid finance charges of an offer in dollars, points included, to the cent."""
    return round(offer.fees_usd + offer.points / 100 * offer.example_amount_usd, 2)


def offer_claims(offer: RateOffer, lender: Lender, *, at: datetime, sheet_id: str = "") -> dict[str, Claim]:
    """Every value of an offer that copy may show, none of them good for longer than the offer holds.

    Args:
        offer: one row of the rate sheet.
        lender: for the zone its dates are spoken in.
        at: aware datetime; its day there is the as-of date.
        sheet_id: the sheet the row stands in, for the claims' provenance.

    Returns:
        By slot: rate, apr, points, fees, finance_charges, loan_amount, term_years, payment_count,
        monthly_payment, as_of, valid_through, lock_days; min_fico, max_ltv and down_payment where the row
        has them.

    Raises:
        NotInForce: the offer does not hold at `at`.
    """
    if not offer.holds(at):
        raise NotInForce(
            f"Row {offer.row} of the rate sheet holds from {offer.effective_at} until before "
            f"{offer.expires_at}, not at {at}.",
            "Import a newer rate sheet.",
        )
    sheet = f"sheet {sheet_id} row {offer.row}" if sheet_id else f"rate sheet row {offer.row}"
    row = Provenance(source="rate_sheet", reference=sheet)
    rows = [*_price_rows(offer, offer_terms(offer)), *_qualifying_rows(offer), *_dates(offer, lender, at)]
    return {
        slot: Claim(
            slot=slot,
            kind=kind,
            text=text,
            value=value,
            provenance=_calculated(offer, sheet) if slot == "monthly_payment" else row,
            valid_until=offer.expires_at,
        )
        for slot, kind, text, value in rows
    }


def _calculated(offer: RateOffer, sheet: str) -> Provenance:
    return Provenance(
        source="calculation",
        reference=f"level payment of principal and interest, {sheet}",
        inputs={
            "loan_amount": dollars(offer.example_amount_usd),
            "rate": percent(offer.rate),
            "months": str(offer.term_months),
        },
    )


def _price_rows(offer: RateOffer, terms: OfferTerms) -> list[Row]:
    payment, charges = terms.monthly_payment or 0.0, finance_charges(offer)
    years = offer.term_months / 12
    return [
        ("rate", "rate", percent(offer.rate), offer.rate),
        ("apr", "apr", percent(offer.apr), offer.apr),
        ("points", "points", points_text(offer.points), offer.points),
        ("fees", "fees", dollars(offer.fees_usd), offer.fees_usd),
        ("finance_charges", "fees", dollars(charges), charges),
        ("loan_amount", "amount", dollars(offer.example_amount_usd), offer.example_amount_usd),
        ("term_years", "term", f"{years:g}", float(offer.term_months)),
        ("payment_count", "count", str(offer.term_months), float(offer.term_months)),
        ("monthly_payment", "payment", cents(payment), payment),
        ("lock_days", "days", str(offer.lock_days), float(offer.lock_days)),
    ]


def _qualifying_rows(offer: RateOffer) -> list[Row]:
    rows: list[Row] = []
    if offer.min_fico is not None:
        rows.append(("min_fico", "score", str(offer.min_fico), float(offer.min_fico)))
    if offer.max_ltv is not None:
        rows.append(("max_ltv", "percent", f"{offer.max_ltv:g}%", offer.max_ltv))
        down = round(max(0.0, 100 - offer.max_ltv), 3)
        rows.append(("down_payment", "percent", f"{down:g}%", down))
    return rows


def _dates(offer: RateOffer, lender: Lender, at: datetime) -> list[Row]:
    last = (offer.expires_at - timedelta(microseconds=1)).astimezone(lender.zone)
    return [
        ("as_of", "date", spoken_date(at.astimezone(lender.zone).date()), None),
        ("valid_through", "date", spoken_date(last.date()), None),
    ]
