"""From the text of a file to rows of a table: typed values, and a reason for every cell that is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from tools.book.mapping import HeaderMapping
from tools.book.programs import read_product, term_of
from tools.book.schemas import SCHEMAS
from tools.book.staging import LINE
from tools.book.table_schema import TableSchema
from tools.book.values import ColumnHabits, Reading, filled, habits_from, habits_of, read_column

WHY = "why_"
RAW = "raw_"
_TOTALS = r"^(grand )?totals?\b|^count\b|^sum\b"
_TOTALS_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Converted:
    """A file's rows as read.

    Attributes:
        rows: `line`, the table's columns, and `raw_x` and `why_x` for each column `x` that was read.
        read: columns that the file holds. derived: columns worked out from others of the same file.
        skipped: reason -> rows left out on purpose.
    """

    rows: Any
    read: tuple[str, ...]
    derived: tuple[str, ...]
    skipped: dict[str, int]


def convert(
    raw: Any, mapping: HeaderMapping, *, zone: ZoneInfo, given: Mapping[str, Any] | None = None
) -> Converted:
    """Read every mapped column of a staged file.

    Args:
        raw: the staged text, columns `c0` ... and `line`. mapping: what its headers mean.
        zone: where dates without an offset are meant.
        given: columns worked out beforehand, for those that the file does not hold.
    """
    schema = SCHEMAS[mapping.table]
    cells = {name: _cell(raw, places) for name, places in mapping.columns.items()}
    kept, totals = _without_totals(raw, cells, schema)
    habits = _habits(kept, cells, schema)
    readings = {
        column.name: read_column(
            cells[column.name], column, zone=zone, habits=habits.get(column.name, ColumnHabits())
        )
        for column in schema.columns
        if column.name in cells
    }
    worked_out = {name: _plain(value) for name, value in (given or {}).items() if name not in readings}
    readings |= worked_out
    derived = (*worked_out, *_derive(schema, cells, readings))
    for name in schema.required:
        if name in readings:
            readings[name] = _demanded(readings[name])
    rows = kept.select(
        LINE,
        **{name: reading.value for name, reading in readings.items()},
        **{f"{WHY}{name}": reading.reason for name, reading in readings.items()},
        **{f"{RAW}{name}": cells.get(name, ibis.null("string")) for name in readings},
    )
    skipped = {"totals line": totals} if totals else {}
    return Converted(rows, tuple(name for name in readings if name not in derived), derived, skipped)


def _cell(raw: Any, places: tuple[int, ...]) -> Any:
    """The first filled of the cells that mean a column."""
    if len(places) == 1:
        return raw[f"c{places[0]}"]
    return ibis.coalesce(*(raw[f"c{place}"].nullif("") for place in places), ibis.literal(""))


def _without_totals(raw: Any, cells: dict[str, Any], schema: TableSchema) -> tuple[Any, int]:
    texts = [raw[name] for name in raw.columns if name != LINE]
    blank = ibis.and_(*(text == "" for text in texts))
    near_end = raw[LINE] > int(raw[LINE].max().execute() or 0) - _TOTALS_WITHIN
    key = [cells[name] for name in schema.key[:1] if name in cells]
    speaks = texts[0].lower().re_search(_TOTALS)
    for cell in key:
        speaks = (speaks & (cell == "")) | cell.lower().re_search(_TOTALS)
    is_total = ibis.ifelse(near_end, speaks, ibis.literal(False))
    totals = int(raw.filter(is_total & ~blank).count().execute())
    return raw.filter(~blank & ~is_total), totals


def _habits(rows: Any, cells: dict[str, Any], schema: TableSchema) -> dict[str, ColumnHabits]:
    """How rates and terms are written, told from whole columns: a term in years, a rate as a fraction."""
    asked = [
        column for column in schema.columns if column.name in cells and column.kind in ("rate", "months")
    ]
    if not asked:
        return {}
    facts = {
        f"{column.name}.{fact}": value
        for column in asked
        for fact, value in habits_of(cells[column.name]).items()
    }
    found = rows.aggregate(**facts).to_pyarrow().to_pylist()[0]
    return {
        column.name: habits_from(*(found[f"{column.name}.{fact}"] for fact in ("top", "low", "percents")))
        for column in asked
    }


def _demanded(reading: Reading) -> Reading:
    missing = reading.value.isnull() & reading.reason.isnull()
    return Reading(reading.value, ibis.ifelse(missing, ibis.literal("is missing"), reading.reason))


def _derive(schema: TableSchema, cells: dict[str, Any], readings: dict[str, Reading]) -> tuple[str, ...]:
    derive = {"loans": _derive_loan, "contacts": _derive_contact}.get(schema.name)
    return derive(cells, readings) if derive else ()


def _derive_loan(cells: dict[str, Any], readings: dict[str, Reading]) -> tuple[str, ...]:
    derived = []
    program = cells.get("program")
    if program is not None or "product" in cells:
        nothing = ibis.literal("")
        readings["product"] = read_product(
            cells.get("product", nothing), nothing if program is None else program
        )
        cells["product"] = _both(cells.get("product"), program)
    if program is not None:
        if "term_months" not in readings:
            derived.append("term_months")
            readings["term_months"] = _plain(term_of(program))
        else:
            term = readings["term_months"]
            readings["term_months"] = Reading(ibis.coalesce(term.value, term_of(program)), term.reason)
    if "status" not in readings:
        derived.append("status")
    readings["status"] = _status(readings.get("status"), readings.get("funded_date"))
    return tuple(derived)


def _status(status: Reading | None, funded: Reading | None) -> Reading:
    """A loan without a status is funded where it has a funding day and applied where it has none."""
    told = (
        ibis.literal("applied")
        if funded is None
        else ibis.ifelse(funded.value.notnull(), ibis.literal("funded"), ibis.literal("applied"))
    )
    return (
        _plain(told)
        if status is None
        else Reading(
            ibis.ifelse(status.reason.isnull(), ibis.coalesce(status.value, told), status.value),
            status.reason,
        )
    )


def _derive_contact(cells: dict[str, Any], readings: dict[str, Reading]) -> tuple[str, ...]:
    derived = []
    if "contact_id" not in readings:
        derived.append("contact_id")
        readings["contact_id"] = _plain(id_of_address(cells["email"]))
    kind = readings.get("kind")
    if kind is None:
        derived.append("kind")
    lead = ibis.literal("lead")
    readings["kind"] = (
        _plain(lead)
        if kind is None
        else Reading(
            ibis.ifelse(kind.reason.isnull(), ibis.coalesce(kind.value, lead), kind.value), kind.reason
        )
    )
    return tuple(derived)


def id_of_address(address: Any) -> Any:
    """A contact id made of an e-mail address, the same in every file that names it; null where none is."""
    cell = address.lower()
    return ibis.ifelse(
        filled(cell), ibis.literal("address-") + cell.hexdigest("md5").left(16), ibis.null("string")
    )


def _plain(value: Any) -> Reading:
    return Reading(value, ibis.null("string"))


def _both(product: Any, program: Any) -> Any:
    if product is None or program is None:
        return program if product is None else product
    return product + ibis.ifelse(program == "", ibis.literal(""), ibis.literal(" / ") + program)
