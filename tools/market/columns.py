"""The columns of a rate sheet and how each cell is read, so that every refusal names its line and column.

The form is fixed: product, term_months, rate, points, fees_usd, lock_days, min_fico, max_ltv, min_amount,
max_amount, states, effective_at, expires_at. `apr`, `example_amount_usd`, `mi_annual_percent` and `source`
may be added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from campaign.errors import Unreadable
from campaign.lender import STATES
from campaign.rates import PRODUCTS

Cell = str | int | float | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form.

    Attributes:
        name: header. kind: how its cells are read. needed: whether an empty cell is refused.
        least, most: limits of a number, both allowed. unit: what the number counts.
    """

    name: str
    kind: Literal["product", "whole", "number", "states", "opens", "closes", "words"]
    needed: bool = True
    least: float = 0
    most: float = 0
    unit: str = ""


COLUMNS = (
    Column("product", "product"),
    Column("term_months", "whole", least=60, most=480, unit="months"),
    Column("rate", "number", least=1, most=19.999, unit="percent"),
    Column("points", "number", least=-5, most=10, unit="percent of the amount"),
    Column("fees_usd", "number", least=0, most=100_000, unit="dollars"),
    Column("lock_days", "whole", least=0, most=365, unit="days"),
    Column("min_fico", "whole", needed=False, least=300, most=850, unit="points"),
    Column("max_ltv", "number", needed=False, least=5, most=125, unit="percent"),
    Column("min_amount", "number", needed=False, least=0, most=1e8, unit="dollars"),
    Column("max_amount", "number", needed=False, least=1, most=1e8, unit="dollars"),
    Column("states", "states", needed=False),
    Column("effective_at", "opens"),
    Column("expires_at", "closes"),
    Column("apr", "number", needed=False, least=1, most=24.999, unit="percent"),
    Column("example_amount_usd", "number", needed=False, least=10_000, most=1e8, unit="dollars"),
    Column("mi_annual_percent", "number", needed=False, least=0, most=5, unit="percent a year"),
    Column("source", "words", needed=False),
)
REQUIRED = tuple(column.name for column in COLUMNS if column.needed)


def read_cell(column: Column, text: str, place: str, zone: ZoneInfo) -> Cell:
    """The value of one cell, None where it is empty and may be.

    Args:
        column: which. text: the cell. place: `file:line: column`. zone: of times without an offset.

    Raises:
        Unreadable: the cell is empty and needed, or is no value of the column.
    """
    text = text.strip()
    if not text:
        if column.needed:
            raise Unreadable(place, "is empty.", "Fill it in.")
        return () if column.kind == "states" else None
    if column.kind in ("whole", "number"):
        return _number(column, text, place)
    if column.kind in ("opens", "closes"):
        return _moment(text, place, zone, closing=column.kind == "closes")
    if column.kind == "states":
        return _states(text, place)
    if column.kind == "product" and text not in PRODUCTS:
        raise Unreadable(place, f"`{text:.40}` is no product.", f"Use one of {', '.join(PRODUCTS)}.")
    return text


def _number(column: Column, text: str, place: str) -> int | float:
    try:
        value = float(text)
    except ValueError as error:
        remedy = f"Write a number in {column.unit}."
        if not column.needed:
            remedy = f"Write a number in {column.unit}, or leave the cell empty."
        raise Unreadable(place, f"`{text:.40}` is no number.", remedy) from error
    if not math.isfinite(value) or not column.least <= value <= column.most:
        limits = f"{column.least:,g} to {column.most:,g} {column.unit}"
        raise Unreadable(place, f"`{text:.40}` is outside {limits}.", "Mend the value or its unit.")
    if column.kind == "whole" and value != int(value):
        raise Unreadable(place, f"`{text:.40}` is no whole number.", f"Write whole {column.unit}.")
    return int(value) if column.kind == "whole" else value


def _states(text: str, place: str) -> tuple[str, ...]:
    states = tuple(part.strip().upper() for part in text.split(";") if part.strip())
    unknown = [state for state in states if state not in STATES]
    if unknown:
        raise Unreadable(
            place, f"`{unknown[0]:.20}` is no postal code of a US state.", "Write states as `CA;NY`."
        )
    return tuple(sorted(set(states)))


def _moment(text: str, place: str, zone: ZoneInfo, *, closing: bool) -> datetime:
    """A bare date opens with its first second and closes with its last: the price holds that whole day."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=closing)
            return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(
            place, f"`{text:.40}` is no time.", "Write a date as 2026-02-26 or an ISO time."
        ) from error
