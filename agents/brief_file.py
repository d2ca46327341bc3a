"""Reading a brief: from a TOML file, from options, or both, the options winning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from campaign.brief import Brief
from campaign.errors import BadInput, Unreadable
from campaign.moment import YEARS

DEFAULT_GOAL = "Reach the people in our book with what would help them now"
DEFAULT_PERIOD = timedelta(days=90)
_SPELLINGS = {"budget": "budget_usd", "from": "starts", "to": "ends"}
_KEYS = {"goal", "audience", "budget_usd", "starts", "ends", "products", "per_officer"}


def read_brief(text: str, source: str) -> dict[str, Any]:
    """The keys of a brief file: `goal`, `audience`, `budget` (dollars), `from`, `to`, `products`.

    Raises:
        Unreadable: it is no TOML, or a key is not of a brief.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(source, f"is no TOML: {error}.", "Mend that line.") from error
    table = written.get("brief", written)
    if not isinstance(table, dict):
        raise Unreadable(source, "`brief` is no table.", "Write `[brief]` on a line of its own.")
    keys = {_SPELLINGS.get(str(key), str(key)): value for key, value in table.items()}
    for key in keys:
        if key not in _KEYS:
            raise Unreadable(source, f"`{key}` is no key of a brief.", f"Use {', '.join(sorted(_KEYS))}.")
    return keys


def make_brief(
    written: Mapping[str, Any], options: Mapping[str, Any], *, today: date, budget_usd: float
) -> Brief:
    """Complete a brief: options over the file, then a goal, a quarter from today and the lender's budget.

    Raises:
        BadInput: a value cannot be used, named with what was found.
    """
    given = {**written, **{key: value for key, value in options.items() if value is not None}}
    given.setdefault("goal", DEFAULT_GOAL)
    given.setdefault("budget_usd", budget_usd)
    given.setdefault("starts", today)
    try:
        starts = (
            given["starts"] if isinstance(given["starts"], date) else date.fromisoformat(str(given["starts"]))
        )
        given["starts"] = starts
        given.setdefault("ends", starts + DEFAULT_PERIOD if starts.year in YEARS else starts)
        return Brief.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "period"
        what = first["msg"].removeprefix("Value error, ")
        raise BadInput(
            f"The brief's `{name}`: {what} (found `{first['input']!s:.60}`).", "Mend the brief."
        ) from error
    except ValueError as error:
        raise BadInput(f"The brief's `from` is no date: `{given['starts']}`.", "Write 2026-03-01.") from error
