"""What a scan found: one document for scripts, tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from campaign.lender import Lender
from campaign.rates import RateSheet
from tools.triggers.reasons import ELIGIBLE, TRIGGERS

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = 20
"""Rows of a trigger that a person is shown; scripts get all."""
_SHOWN = (
    ("loan_id", "loan", "{}"), ("contact_id", "contact", "{}"), ("reason", "reason", "{}"),
    ("note_rate", "rate %", "{:.3f}"), ("offer_rate", "offer %", "{:.3f}"), ("benefit_bps", "bps", "{:.1f}"),
    ("balance_usd", "balance $", "{:,.0f}"), ("monthly_saving_usd", "saves $ a month", "{:,.2f}"),
    ("break_even_months", "even, months", "{:d}"),
    ("lifetime_interest_change_usd", "interest over life $", "{:+,.0f}"),
    ("room_usd", "could take out $", "{:,.0f}"), ("due_on", "on", "{}"),
)  # fmt: skip
_WORDS = ("loan_id", "contact_id", "reason", "due_on")


def document(
    counted: Mapping[str, int],
    rows: Sequence[Mapping[str, Any]],
    *,
    sheet: RateSheet,
    lender: Lender,
    at: datetime,
) -> dict[str, Any]:
    """A scan as JSON values.

    Args:
        counted: loans by reason, of the rate trigger. rows: of the scan. sheet, lender, at: what it rests on.
    """
    return {
        "as_of": at.isoformat(),
        "sheet": sheet.sheet_id,
        "counts": dict(counted),
        "credit_inquiry": credit_inquiry_note(lender),
        "borrowers": [{name: _plain(value) for name, value in row.items()} for row in rows],
    }


def credit_inquiry_note(lender: Lender) -> str:
    """Why alerts on inquiries at other lenders are off."""
    if lender.triggers.credit_inquiry is None:
        return (
            "off: no condition of the trigger-lead law (15 USC 1681b(c)(4), in force since 5 March 2026) is "
            "recorded under `[triggers.credit_inquiry]` of lender.toml."
        )
    return "permitted by `[triggers.credit_inquiry]` of lender.toml, and off: the book holds no inquiries."


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def view(told: Mapping[str, Any], *, shown: int = SHOWN) -> list[Any]:
    """The document for people: counts, then the first rows of each trigger."""
    parts: list[Any] = [_counts(told["counts"])]
    for trigger in TRIGGERS:
        rows = [row for row in told["borrowers"] if row["trigger"] == trigger]
        if rows:
            parts.append(_rows(trigger, rows[:shown], len(rows)))
    return [*parts, f"Sheet {told['sheet']}. Alerts on credit inquiries are {told['credit_inquiry']}"]


def _counts(counted: Mapping[str, int]) -> Table:
    from rich.table import Table

    table = Table(title="The rate trigger, loan by loan", title_justify="left")
    table.add_column("reason")
    table.add_column("loans", justify="right")
    for reason, loans in counted.items():
        if loans or reason == ELIGIBLE:
            table.add_row(reason, f"{loans:,}")
    table.add_section()
    table.add_row("all that are funded or held elsewhere", f"{sum(counted.values()):,}")
    return table


def _rows(trigger: str, rows: Sequence[Mapping[str, Any]], found: int) -> Table:
    from rich.table import Table

    of = f"the first {len(rows)} of {found:,}" if found > len(rows) else f"{found:,}"
    table = Table(title=f"{trigger}: {of}", title_justify="left", min_width=34)
    told = [one for one in _SHOWN if any(row[one[0]] is not None for row in rows)]
    if all(row["eligible"] for row in rows):
        told = [one for one in told if one[0] != "reason"]
    for column, name, _ in told:
        word = column in _WORDS
        table.add_column(name, justify="left" if word else "right", no_wrap=word)
    for row in rows:
        table.add_row(*("" if row[name] is None else form.format(row[name]) for name, _, form in told))
    return table
