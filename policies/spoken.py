"""Values as copy says them, in one place, so that two pieces never write the same number differently."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def percent(value: float) -> str:
    """A rate as copy shows it, always three decimals: `6.125%`."""
    return f"{value:.3f}%"


def dollars(value: float) -> str:
    """Money as copy shows it, cents only where there are any: `$400,000`, `$2,430.44`."""
    shown = f"${value:,.2f}"
    return shown.removesuffix(".00")


def cents(value: float) -> str:
    """A payment as copy shows it, always with its cents: `$2,786.00`."""
    return f"${value:,.2f}"


def points_text(points: float) -> str:
    """Discount points as copy shows them; points below zero are a credit to the borrower."""
    if points < 0:
        return f"0 points and a lender credit of {-points:g}% of the loan amount"
    return f"{points:g} {'point' if points == 1 else 'points'}"


def spoken_date(day: date) -> str:
    """A date as copy shows it: `February 26, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
