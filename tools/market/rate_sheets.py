"""Rate sheets as CSV: what the lender offers, checked cell by cell, its APRs computed here and never typed.

A sheet that cannot be read whole is refused whole: an offer lost on the way would leave a wrong best price.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaign.errors import Unreadable
from campaign.rates import RateOffer, RateSheet
from tools.market.columns import COLUMNS, REQUIRED, Cell, Column, read_cell
from tools.market.offer_apr import offer_apr

Cells = dict[str, Any]
APR_TOLERANCE = 0.125
"""Percentage points by which a typed APR may differ (12 CFR 1026.22(a)(2))."""
EXAMPLE_AMOUNT_USD = 400_000.0
"""Representative amount where a row names none, brought within the row's own limits."""
_BESIDES = ("apr", "source")
_PRICE = ("rate", "fees_usd", "apr", "example_amount_usd", "mi_annual_percent", "expires_at", "source")


def read_rate_sheet(text: str, source: str, *, zone: ZoneInfo) -> RateSheet:
    """Read a rate sheet, refusing the first cell that cannot stand.

    Args:
        text: the file's content. source: its name, for messages and as the sheet's source.
        zone: the lender's, for dates and for times without an offset.

    Returns:
        The sheet, rows numbered by their line in `write_rate_sheet`, APRs recomputed.

    Raises:
        Unreadable: a header or cell is wrong, an offer stands twice, a typed APR is not that of its terms,
            or the sheet holds no offer. The place is `source:line: column`.
    """
    offers: list[RateOffer] = []
    seen: dict[tuple[Cell, ...], int] = {}
    named = source
    for line, cells in _rows(text, source, zone):
        key = tuple(value for name, value in cells.items() if name not in _PRICE)
        if key in seen:
            raise Unreadable(
                f"{source}:{line}", f"the same offer stands in line {seen[key]}.", "Keep one of the two."
            )
        seen[key] = line
        offers.append(_offer(cells, len(offers) + 2, f"{source}:{line}"))
        named = str(cells.get("source") or named)
    if not offers:
        raise Unreadable(source, "holds no offers.", "Write at least one row below the header.")
    return make_sheet(offers, named)


def make_sheet(offers: Sequence[RateOffer], source: str) -> RateSheet:
    """A sheet of finished offers, named by its content.

    Args:
        offers: at least one. source: where they come from.
    """
    content = _csv(offers, "").encode()
    return RateSheet(sheet_id=hashlib.sha256(content).hexdigest()[:8], source=source, offers=tuple(offers))


def write_rate_sheet(sheet: RateSheet) -> str:
    """The sheet as CSV of the fixed form, with its APRs; reading it back gives the same `sheet_id`."""
    return _csv(sheet.offers, sheet.source)


def example_amount(low: float | None, high: float | None) -> float:
    """The representative amount of an offer, dollars: 400,000 brought within its limits."""
    amount = max(low or 0, EXAMPLE_AMOUNT_USD)
    return amount if high is None else min(high, amount)


def _rows(text: str, source: str, zone: ZoneInfo) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        columns = _columns(header, f"{source}:1")
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            yield reader.line_num, _cells(columns, row, f"{source}:{reader.line_num}", zone)
    except csv.Error as error:
        raise Unreadable(
            f"{source}:{reader.line_num}", f"is no CSV: {error}.", "Export the sheet as CSV."
        ) from error


def _cells(columns: list[Column], row: list[str], place: str, zone: ZoneInfo) -> Cells:
    if len(row) != len(columns):
        raise Unreadable(place, f"has {len(row)} cells, the header {len(columns)}.", "Mend the row's commas.")
    pairs = zip(columns, row, strict=True)
    return {column.name: read_cell(column, cell, f"{place}: {column.name}", zone) for column, cell in pairs}


def _columns(header: list[str], place: str) -> list[Column]:
    known = {column.name: column for column in COLUMNS}
    for index, name in enumerate(header):
        if name not in known:
            raise Unreadable(place, f"`{name:.40}` is no column of a rate sheet.", f"Use {', '.join(known)}.")
        if name in header[:index]:
            raise Unreadable(place, f"the column `{name}` stands twice.", "Keep one.")
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise Unreadable(place, f"the column `{missing[0]}` is missing.", "Add it.")
    return [known[name] for name in header]


def _offer(cells: Cells, row: int, place: str) -> RateOffer:
    terms = {name: value for name, value in cells.items() if value is not None and name not in _BESIDES}
    low, high = terms.get("min_amount"), terms.get("max_amount")
    if low and high and low > high:
        raise Unreadable(
            f"{place}: max_amount", f"{high:,g} is below min_amount {low:,g}.", "Mend one of them."
        )
    if terms["expires_at"] <= terms["effective_at"]:
        raise Unreadable(f"{place}: expires_at", "is not after effective_at.", "Mend one of the two times.")
    amount = terms.setdefault("example_amount_usd", example_amount(low, high))
    if terms["fees_usd"] + amount * terms["points"] / 100 > amount / 5:
        raise Unreadable(
            f"{place}: fees_usd",
            f"points and fees take over a fifth of {amount:,g} dollars.",
            "Mend the fees.",
        )
    apr = offer_apr(
        amount=amount,
        rate=terms["rate"],
        term_months=terms["term_months"],
        points=terms["points"],
        fees_usd=terms["fees_usd"],
        mi_annual_percent=terms.get("mi_annual_percent", 0),
    )
    _check_apr(cells.get("apr"), apr, place)
    return RateOffer(row=row, apr=apr, **terms)


def _check_apr(typed: float | None, computed: float, place: str) -> None:
    if typed is not None and abs(typed - computed) > APR_TOLERANCE:
        raise Unreadable(
            f"{place}: apr",
            f"{typed:.3f} % is not the APR of this row's terms, which is {computed:.3f} %.",
            "Mend points, fees_usd or mi_annual_percent, or leave apr empty.",
        )


def _csv(offers: Sequence[RateOffer], source: str) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    names = [column.name for column in COLUMNS if column.name != "source"]
    writer.writerow([*names, "source"])
    for offer in offers:
        writer.writerow([*(_text(getattr(offer, name)) for name in names), source])
    return written.getvalue()


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
