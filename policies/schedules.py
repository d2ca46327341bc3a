"""Schedules as scripts write them: one JSON object a line in, one answer a line out, whatever it holds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from campaign.errors import BadInput
from policies.apr import Advance, PaymentSeries, annual_percentage_rate

_FORM = (
    '{"id", "unit_periods_per_year": 12, "advances": [[amount, full_periods, fraction], ...], '
    '"payments": [[amount, count, first_full_period, fraction], ...]}'
)


def answer_lines(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """Answer every line, a blank one too, so that answers and lines can be laid side by side.

    Args:
        lines: UTF-8, JSON objects `{"id", "unit_periods_per_year", "advances", "payments"}`; numbers may be
            strings, fractions such as `"19/30"` included.

    Returns:
        `{"id", "apr"}` per line, percent to four decimals, or `{"id", "apr": None, "error"}` with one
        sentence; `id` is the line's own, else its number counted from 1.
    """
    return [_answer(number, line) for number, line in enumerate(lines, 1)]


def _answer(number: int, line: bytes) -> dict[str, Any]:
    name: Any = number
    try:
        schedule = _object(line)
        name = schedule.get("id", number)
        return {"id": name, "apr": round(_apr(schedule), 4)}
    except BadInput as error:
        return {"id": name, "apr": None, "error": str(error)}


def _object(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise BadInput("The line is empty.", f"Write {_FORM}.")
    try:
        schedule = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput("The line is no JSON.", f"Write {_FORM}.") from error
    if not isinstance(schedule, dict):
        raise BadInput("The line is no JSON object.", f"Write {_FORM}.")
    return schedule


def _apr(schedule: dict[str, Any]) -> float:
    advances = [
        Advance(_number(row[0], "amount"), _whole(row[1], "full_periods"), _number(row[2], "fraction"))
        for row in _rows(schedule, "advances", 3)
    ]
    payments = [
        PaymentSeries(
            _number(row[0], "amount"),
            _whole(row[1], "count"),
            _whole(row[2], "first_full_period"),
            _number(row[3], "fraction"),
        )
        for row in _rows(schedule, "payments", 4)
    ]
    per_year = _number(schedule.get("unit_periods_per_year"), "unit_periods_per_year")
    return annual_percentage_rate(advances, payments, per_year)


def _rows(schedule: dict[str, Any], key: str, width: int) -> list[list[Any]]:
    rows = schedule.get(key)
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"`{key}` is no list of rows.", f"Write {_FORM}.")
    for row in rows:
        if not isinstance(row, list) or len(row) != width:
            raise BadInput(f"A row of `{key}` does not hold {width} values.", f"Write {_FORM}.")
    return rows


def _number(value: Any, name: str) -> float:
    """A number, written as one or as text, `"19/30"` included."""
    number = math.nan
    try:
        if isinstance(value, str):
            above, _, below = value.partition("/")
            number = float(above) / (float(below) if below else 1.0)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise BadInput(f"`{name}` is `{value!s:.40}`, which is no number.", 'Write 250.5 or "19/30".')
    return number


def _whole(value: Any, name: str) -> int:
    number = _number(value, name)
    if number != int(number) or abs(number) > 1e9:
        raise BadInput(f"`{name}` is `{value!s:.40}`, which is no whole number.", "Count whole unit-periods.")
    return int(number)
