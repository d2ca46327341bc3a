"""What the tests of the book share: a small fictitious book, and one short way to import text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaign.rates import Product, RateOffer
from tools.book.engine import Book
from tools.book.importing import ImportReport, import_file

AT = datetime(2026, 2, 26, 18, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def offer(product: Product, term_months: int, rate: float) -> RateOffer:
    return RateOffer(
        row=1,
        product=product,
        term_months=term_months,
        rate=rate,
        points=0,
        fees_usd=0,
        apr=rate,
        example_amount_usd=300_000,
        lock_days=30,
        effective_at=AT - timedelta(days=1),
        expires_at=AT + timedelta(days=6),
    )


OFFERS: dict[tuple[Product, int], RateOffer] = {
    ("conventional", 360): offer("conventional", 360, 6.125),
    ("conventional", 180): offer("conventional", 180, 5.5),
    ("fha", 360): offer("fha", 360, 5.9),
}


def bring(book: Book, folder: Path, name: str, content: str | bytes, **options: Any) -> ImportReport:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(
        book,
        path,
        rejects=folder / "rejects",
        monitoring=folder / "monitoring.duckdb",
        at=AT,
        zone=ZONE,
        **options,
    )


def rows(book: Book, table: str) -> list[dict[str, object]]:
    key = {"events": "at", "consents": "at", "suppressions": "reason", "partners": "partner_id"}
    order = key.get(table, "nmls" if table == "loan_officers" else f"{table.removesuffix('s')}_id")
    return book.table(table).order_by(order).to_pyarrow().to_pylist()


def rejects(report: ImportReport) -> list[str]:
    if report.rejects_file is None:
        return []
    return report.rejects_file.read_text(encoding="utf-8").splitlines()[1:]
