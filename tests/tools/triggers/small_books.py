"""Books of a few loans that differ in one thing, and what a scan says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from campaign.lender import Lender, parse_lender
from campaign.rates import RateOffer, RateSheet
from tests.conformance.book_engines import filled_book
from tests.conformance.trigger_books import Tables
from tools.triggers.reasons import Trigger
from tools.triggers.scan import scan
from tools.workspace import EXAMPLE_LENDER

LENDER: Lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
DAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 22, tzinfo=UTC)
LOAN: dict[str, Any] = {
    "status": "funded", "product": "conventional", "lien": 1,
    "occupancy": "principal", "rate_type": "fixed", "note_rate": 7.5, "term_months": 360, "original_amount": 400_000.0,
    "current_balance": 380_000.0, "property_value": 600_000.0, "fico": 760, "state": "CA", "funded_date": date(2023, 4, 3),
    "imported_from": "reported",
}  # fmt: skip
OFFER: dict[str, Any] = {
    "row": 2, "product": "conventional", "term_months": 360, "rate": 6.0, "points": 0, "fees_usd": 1_000,
    "apr": 6, "example_amount_usd": 400_000, "lock_days": 30, "effective_at": AT - timedelta(days=1),
    "expires_at": AT + timedelta(days=1),
}  # fmt: skip
Row = Mapping[str, Any]


def book_of(loans: Sequence[Row]) -> Tables:
    """A book in which each loan has a contact of its own, unless the row names one."""
    rows = [
        LOAN | {"loan_id": f"L{place:02}", "contact_id": f"C{place:02}"} | dict(loan)
        for place, loan in enumerate(loans)
    ]
    people = sorted({row["contact_id"] for row in rows})
    return {
        "contacts": [{"contact_id": who, "kind": "borrower", "email": f"{who}@example.com"} for who in people],
        "loans": rows,
        "consents": [
            {"contact_id": who, "channel": "email", "granted": True, "at": datetime(2025, 6, 1)} for who in people
        ],
    }  # fmt: skip


def rows_of(tables: Tables, trigger: Trigger, *offers: Row, at: datetime = AT) -> list[dict[str, Any]]:
    """What the scan says, in the order of loans or contacts."""
    priced = tuple(RateOffer(**OFFER | dict(one)) for one in offers or ({},))
    sheet = RateSheet(sheet_id="s", source="s", offers=priced)
    with filled_book("duckdb://", tables) as book:
        rows = scan(book, sheet, LENDER, at=at, only=(trigger,)).to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: (row["loan_id"] or "", row["contact_id"]))


def reasons(trigger: Trigger, loans: Sequence[Row], *offers: Row) -> list[str]:
    return [row["reason"] for row in rows_of(book_of(loans), trigger, *offers)]
