"""Books to part into segments: the example book's lender and days, and a book that is partly reported."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from agents.house.segmentation import HouseSegmentationMind
from agents.minds import SegmentationMind
from agents.segmentation import segment_book
from campaign.lender import parse_lender
from campaign.segment import Segmentation
from tools.book.engine import Book
from tools.book.importing import import_file
from tools.book.view import consumer_loans
from tools.market.example_sheets import example_sheet
from tools.market.offers import offered_rates
from tools.market.series import shipped_market
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
FEBRUARY, OCTOBER = date(2026, 2, 26), date(2026, 10, 8)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, tzinfo=UTC)


def bring(book: Book, path: Path, home: Path, **more: Any) -> str:
    report = import_file(
        book,
        path,
        rejects=home / "rejects",
        monitoring=home / "monitoring.duckdb",
        at=moment(FEBRUARY),
        zone=LENDER.zone,
        **more,
    )
    return report.source


def part(
    book: Book, day: date = FEBRUARY, *, mind: SegmentationMind | None = None, seed: int = 1
) -> Segmentation:
    return segment_book(
        book,
        sheet=example_sheet(day, LENDER, shipped_market()),
        lender=LENDER,
        at=moment(day),
        mind=mind or HouseSegmentationMind(),
        seed=seed,
    )


def view(book: Book, day: date = FEBRUARY) -> Any:
    return consumer_loans(
        book, offered_rates(example_sheet(day, LENDER, shipped_market()), moment(day)), at=moment(day)
    )


@dataclass(frozen=True)
class Mixed:
    """A book whose loans were reported, except for the columns named in its origins."""

    home: Path

    def write(self, rows: int, made_up: tuple[str, ...]) -> Path:
        chance = np.random.default_rng(3)
        path = self.home / "loans.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            lines = csv.writer(stream)
            lines.writerow(
                ["loan_id", "contact_id", "status", "product", "purpose", "occupancy", "note_rate",
                 "term_months", "original_amount", "property_value", "fico", "state", "funded_date"]
            )  # fmt: skip
            for row in range(rows):
                high = chance.random() < 0.4
                lines.writerow(
                    [f"L{row}", f"C{row}", "funded", "conventional",
                     "purchase" if chance.random() < (0.8 if high else 0.3) else "refinance", "principal",
                     7.5 if high else 3.25, 360, int(chance.integers(20, 60)) * 10_000, 700_000,
                     int(chance.integers(620, 800)), chance.choice(["CA", "NY"]),
                     f"2023-{chance.integers(1, 12):02d}-15"]
                )  # fmt: skip
        with (self.home / "origins.csv").open("w", newline="", encoding="utf-8") as stream:
            lines = csv.writer(stream)
            lines.writerow(["table_name", "column_name", "origin"])
            lines.writerows(["loans", column, "generated"] for column in made_up)
        return path
