"""Reading one cell of text as a value of ours: each kind of column has one way in and one reason for refusal.

Every function takes a trimmed text column of the staging engine and gives two expressions: the typed value,
and the reason why a filled cell gives none (null where nothing is wrong). Nothing here loops over rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from campaign.lender import STATES
from tools.book import dates
from tools.book.table_schema import Column
from tools.book.vocabulary import words_of

NOTHING = ("", "na", "n/a", "#n/a", "exempt", "null", "none", "nan", "-", "--", "(blank)", "unknown")
_NUMBER = r"^[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?$"
_LARGEST_USD = 1e10
"""Public records hold multifamily homes of more than a billion dollars."""
_LARGEST_FRACTION = 0.25
"""A column of rates that reaches no higher is written as 0.0725 for 7.25 %."""
_PLAIN_FIELDS = {"status": "status", "product": "product", "purpose": "purpose", "occupancy": "occupancy",
                 "rate_type": "rate_type"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell as read: `value` typed, `reason` why a filled cell gives none."""

    value: Any
    reason: Any


@dataclass(frozen=True, slots=True)
class ColumnHabits:
    """What a whole column shows about how its cells are written.

    Attributes:
        fractions: rates are written as 0.0725 for 7.25 %.
        years: terms are written in years.
    """

    fractions: bool = False
    years: bool = False


def read_column(cell: Any, column: Column, *, zone: ZoneInfo, habits: ColumnHabits) -> Reading:
    """How the cells of a column become its values.

    Args:
        cell: string expression of the trimmed cells. column: what they should hold.
        zone: where dates without an offset are meant. habits: as `habits_of` found them.
    """
    readers: dict[str, Callable[[], Reading]] = {
        "rate": lambda: _rate(cell, habits),
        "money": lambda: _money(cell),
        "months": lambda: _months(cell, habits),
        "score": lambda: _score(cell),
        "lien": lambda: _word(cell, "lien", ("1", "2"), "int64"),
        "word": lambda: _word(cell, _vocabulary(column), column.words),
        "state": lambda: _state(cell),
        "states": lambda: _states(cell),
        "boolean": lambda: _boolean(cell),
        "date": lambda: _dated(cell, dates.day_of(cell)),
        "moment": lambda: _dated(cell, dates.moment_of(cell, zone)),
        "zip": lambda: _digits(cell, 5, r"^\d{3,5}$|^\d{5}-?\d{4}$", "five-digit ZIP code"),
        "county": lambda: _digits(cell, 5, r"^\d{4,5}$", "county code of five digits"),
        "tract": lambda: _digits(cell, 11, r"^\d{10,11}$", "census tract of eleven digits"),
        "nmls": lambda: _nmls(cell),
        "email": lambda: _email(cell),
    }
    make = readers.get(column.kind)
    return make() if make else Reading(cell.nullif(""), ibis.null("string"))


def habits_of(cell: Any) -> dict[str, Any]:
    """Aggregates over a numeric column's cells from which `habits_from` tells how it is written."""
    number = number_of(cell)
    return {"top": number.max(), "low": number.min(), "percents": cell.contains("%").any()}


def habits_from(top: float | None, low: float | None, percents: bool | None) -> ColumnHabits:
    """How a column is written, from its largest and smallest number and whether any cell has a `%`."""
    if top is None or low is None or low <= 0:
        return ColumnHabits()
    return ColumnHabits(fractions=top <= _LARGEST_FRACTION and not percents, years=top <= 40 and low >= 5)


def filled(cell: Any) -> Any:
    """Whether a trimmed cell says anything: `NA`, `Exempt` and their like say nothing."""
    return cell.notnull() & cell.lower().notin(NOTHING)


def number_of(cell: Any) -> Any:
    """The number a trimmed cell holds, thousands commas, `$` and `%` aside; null where it holds none."""
    bare = cell.lower().re_replace(r"^\((.*)\)$", r"-\1").re_replace(r"[$%\s]", "")
    digits = bare.re_search(r"\d")
    plain = ibis.ifelse(digits & bare.re_search(_NUMBER), bare.replace(",", ""), ibis.null("string"))
    # The engine tries the second way only where the first gave nothing, and most cells are plain numbers.
    number = ibis.coalesce(cell.try_cast("float64"), plain.try_cast("float64"))
    return ibis.ifelse(number.isnan() | number.isinf(), ibis.null("float64"), number)


def looked_up(words: Mapping[str, str], spoken: Any) -> Any:
    """What a word means by a table of words, null where it is not there."""
    return ibis.map(ibis.array(list(words)), ibis.array(list(words.values()))).get(
        spoken, ibis.null("string")
    )


def _refused(cell: Any, fine: Any, why: str) -> Any:
    return ibis.ifelse(filled(cell) & ~fine.fill_null(False), ibis.literal(why), ibis.null("string"))


def _money(cell: Any) -> Reading:
    number = number_of(cell)
    fine = (number >= 0) & (number <= _LARGEST_USD)
    wrong = ibis.cases(
        (~filled(cell), ibis.null("string")),
        (number.isnull(), ibis.literal("is no number")),
        (number < 0, ibis.literal("is a negative amount")),
        (~fine, ibis.literal(f"is above {_LARGEST_USD:,.0f} dollars")),
        else_=ibis.null("string"),
    )
    return Reading(ibis.ifelse(filled(cell) & fine, number, ibis.null("float64")), wrong)


def _rate(cell: Any, habits: ColumnHabits) -> Reading:
    number = number_of(cell) * (100.0 if habits.fractions else 1.0)
    fine = (number > 0) & (number <= 20)
    wrong = ibis.cases(
        (~filled(cell), ibis.null("string")),
        (number.isnull(), ibis.literal("is no number")),
        (~fine, ibis.literal("is no rate between 0 and 20 percent")),
        else_=ibis.null("string"),
    )
    return Reading(ibis.ifelse(filled(cell) & fine, number.round(6), ibis.null("float64")), wrong)


def _months(cell: Any, habits: ColumnHabits) -> Reading:
    bare = cell.lower().re_replace(r"\s*(months?|mos?|years?|yrs?)\.?$", "")
    said_years = cell.lower().re_search(r"(years?|yrs?)\.?$") | ibis.literal(habits.years)
    number = number_of(bare) * ibis.ifelse(said_years, 12, 1)
    fine = (number >= 1) & (number <= 480) & (number == number.round())
    wrong = _refused(cell, fine, "is no term of 1 to 480 months")
    return Reading(ibis.ifelse(filled(cell) & fine, number, ibis.null("float64")).cast("int64"), wrong)


def _score(cell: Any) -> Reading:
    blank = cell.isin(("0", "0.0", "000"))
    number = number_of(cell)
    fine = (number >= 300) & (number <= 850)
    wrong = _refused(cell, fine | blank, "is no credit score between 300 and 850")
    return Reading(
        ibis.ifelse(filled(cell) & fine, number, ibis.null("float64")).round().cast("int64"), wrong
    )


def _vocabulary(column: Column) -> str:
    if column.name == "kind":
        return "event" if "click" in column.words else "kind"
    return _PLAIN_FIELDS[column.name]


def _word(cell: Any, vocabulary: str, allowed: tuple[str, ...], type_: str = "string") -> Reading:
    spoken = cell.lower().re_replace(r"\.0+$", "").re_replace(r"[^a-z0-9]", "")
    ours = {word: value for word, value in words_of(vocabulary).items() if value in allowed}
    value = looked_up(ours, spoken)
    shown = ", ".join(allowed)
    return Reading(value.cast(type_), _refused(cell, value.notnull(), f"is none of {shown}"))


def _state(cell: Any) -> Reading:
    named = looked_up(words_of("state"), cell.lower().re_replace(r"[^a-z]", ""))
    return Reading(named, _refused(cell, named.notnull(), "is no US state"))


def _states(cell: Any) -> Reading:
    listed = cell.upper().re_replace(r"[\s,;|]+", ";").re_replace(r"^;|;$", "")
    fine = listed.re_search(f"^({'|'.join(sorted(STATES))})(;({'|'.join(sorted(STATES))}))*$")
    return Reading(
        ibis.ifelse(fine, listed, ibis.null("string")), _refused(cell, fine, "is no list of US states")
    )


def _boolean(cell: Any) -> Reading:
    said = cell.lower()
    value = ibis.cases(
        (said.isin(("1", "true", "t", "x", "y", "yes")), ibis.literal(True)),
        (said.isin(("0", "false", "f", "n", "no")), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )
    return Reading(value, _refused(cell, value.notnull(), "is neither yes nor no"))


def _dated(cell: Any, value: Any) -> Reading:
    fine = value.notnull() & value.year().between(1900, 2100)
    empty = dates.is_empty(cell)
    wrong = _refused(cell, fine | empty, "is no date between 1900 and 2100")
    return Reading(ibis.ifelse(fine.fill_null(False), value, ibis.null(value.type())), wrong)


def _digits(cell: Any, width: int, pattern: str, what: str) -> Reading:
    bare = cell.re_replace(r"\.0+$", "")
    fine = bare.re_search(pattern)
    padded = ibis.ifelse(fine, bare.left(width).lpad(width, "0"), ibis.null("string"))
    return Reading(padded, _refused(cell, fine, f"is no {what}"))


def _nmls(cell: Any) -> Reading:
    bare = cell.upper().re_replace(r"^NMLS\s*(ID)?\s*[#:]*\s*", "").re_replace(r"\.0+$", "")
    fine = bare.re_search(r"^\d{3,9}$")
    return Reading(ibis.ifelse(fine, bare, ibis.null("string")), _refused(cell, fine, "is no NMLS id"))


def _email(cell: Any) -> Reading:
    fine = cell.re_search(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[A-Za-z0-9-]{2,}$")
    return Reading(ibis.ifelse(fine, cell, ibis.null("string")), _refused(cell, fine, "is no e-mail address"))
