"""`vallum apr`: the calculator, for one loan or for a file of schedules.

Mounted by `cli.py`; the only module of the mathematics that reads files, because it stands at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from datetime import date


def apr(
    amount: float | None = typer.Option(None, help="Loan amount, dollars."),
    rate: float | None = typer.Option(None, help="Note rate, percent a year."),
    term_months: int | None = typer.Option(None, help="Number of monthly payments."),
    fees: float = typer.Option(0.0, help="Prepaid finance charges with points, dollars."),
    first_payment: str | None = typer.Option(None, metavar="DATE", help="Day of the first payment."),
    closing: str | None = typer.Option(
        None, metavar="DATE", help="Day of closing; default with --first-payment: today."
    ),
    batch: str | None = typer.Option(
        None,
        metavar="SCHEDULES.jsonl",
        help="A schedule a line, or `-` for standard input; answers line by line.",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> Answer:
    """The annual percentage rate by Appendix J of Regulation Z: any advances, payments and odd periods."""
    from campaign.errors import BadInput

    if batch is not None:
        if (amount, rate, term_months, first_payment, closing) != (None,) * 5 or fees:
            raise BadInput("`--batch` was given with the terms of one loan.", "Use one or the other.")
        return _batch(batch)
    if amount is None or rate is None or term_months is None:
        raise BadInput(
            "One loan needs `--amount`, `--rate` and `--term-months`.", "Give all three, or use `--batch`."
        )
    return _one(amount, rate, term_months, fees, (first_payment, closing), as_json=as_json)


def _batch(source: str) -> Answer:
    from policies.schedules import answer_lines

    answers = answer_lines(_lines(source))
    failed = any(answer["apr"] is None for answer in answers)
    return Answer(answers, view=lambda: (), as_json=True, exit_code=1 if failed else 0, lines=True)


def _lines(source: str) -> list[bytes]:
    import sys
    from pathlib import Path

    from campaign.errors import BadInput

    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise BadInput(
            f"`{source}` cannot be read: {error.strerror}.", "Name a file of schedules, or `-`."
        ) from error
    return content.removesuffix(b"\n").split(b"\n") if content else []


def _one(
    amount: float,
    rate: float,
    term_months: int,
    fees: float,
    dates: Sequence[str | None],
    *,
    as_json: bool,
) -> Answer:
    from campaign.errors import BadInput
    from policies.apr import apr_of_level_loan
    from policies.payments import monthly_payment

    first, closing = (_day(text) for text in dates)
    if closing and first is None:
        raise BadInput("`--closing` was given without `--first-payment`.", "Give both, or neither.")
    if first and closing is None:
        closing = _today_before(first)
    document: dict[str, Any] = {
        "apr": round(apr_of_level_loan(amount, rate, term_months, fees, first, closing), 4),
        "monthly_payment": round(monthly_payment(amount, rate, term_months), 2),
        "amount": amount,
        "rate": rate,
        "term_months": term_months,
        "finance_charges_usd": fees,
        "first_payment": first.isoformat() if first else None,
        "closing": closing.isoformat() if closing else None,
    }
    return Answer(document, view=lambda: _view(document), as_json=as_json)


def _day(text: str | None) -> Any:
    from datetime import date

    from campaign.errors import BadInput

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"`{text}` is no date.", "Write a date as 2027-02-01.") from error


def _today_before(first_payment: date) -> date:
    from datetime import date

    from campaign.errors import BadInput

    today = date.today()
    if first_payment <= today:
        raise BadInput(
            f"`--first-payment {first_payment}` is not after today, {today}.", "Give the day of `--closing`."
        )
    return today


def _view(document: dict[str, Any]) -> list[Any]:
    from rich.table import Table

    table = Table("", "", show_header=False, box=None)
    table.add_row("APR", f"{document['apr']:.4f} %, by Appendix J of 12 CFR 1026")
    table.add_row("Payment", f"${document['monthly_payment']:,.2f} a month, {document['term_months']} times")
    table.add_row("Financed", f"${document['amount'] - document['finance_charges_usd']:,.2f}")
    period = "one month"
    if document["closing"]:
        period = f"{document['closing']} to {document['first_payment']}"
    table.add_row("First period", period)
    return [table]
