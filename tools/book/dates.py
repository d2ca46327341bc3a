"""Reading dates as other systems write them, empty ones and spreadsheet day numbers included.

These expressions run on the staging engine (DuckDB) only, whose own functions they call.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.datatypes as dt

_DAY_FORMATS = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y",
                "%b %d, %Y", "%B %d, %Y", "%d %b %Y")  # fmt: skip
_CLOCKS = (
    " %H:%M:%S",
    "T%H:%M:%S",
    " %H:%M",
    "T%H:%M",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %H:%M:%S.%f",
    "T%H:%M:%S.%f",
)
_EMPTY = ("//", "/ /", "/  /", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "0", "1/0/1900")
_OFFSET = r"\d{2}:?\d{2}(:?\d{2}(\.\d+)?)?\s*(z|[+-]\d{2}:?(\d{2})?)$"
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
_DAY_NUMBER = r"^[2-7]\d{4}(\.\d+)?$"
_UTC = "UTC"


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def try_strptime(text: str, formats: dt.Array(dt.string)) -> dt.timestamp:  # type: ignore[valid-type]
    """The engine's reader of dates by a list of formats; null where none fits."""


@ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]
def placed(zone: str, moment: dt.timestamp) -> dt.Timestamp(timezone="UTC"):  # type: ignore[valid-type]
    """The instant at which clocks in a zone show a time."""


@ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]
def shown(zone: str, moment: dt.Timestamp(timezone="UTC")) -> dt.timestamp:  # type: ignore[valid-type]
    """What clocks in a zone show at an instant."""


def is_empty(cell: Any) -> Any:
    """Whether a cell is one of the ways in which systems write no date."""
    return cell.isin(_EMPTY)


def day_of(cell: Any) -> Any:
    """The day a trimmed cell names, null where it names none; clock and offset beside it are left out."""
    written = ibis.ifelse(_has_offset(cell), _strptime(cell.left(10), _DAY_FORMATS), ibis.null("timestamp"))
    # In this order the engine tries the many formats only where the plain ISO date was none.
    return ibis.coalesce(_iso_day(cell), _read(cell).date(), _day_number(cell).date(), written.date())


def _iso_day(cell: Any) -> Any:
    return ibis.ifelse(cell.re_search(_ISO_DAY), cell, ibis.null("string")).try_cast("date")


def moment_of(cell: Any, zone: ZoneInfo) -> Any:
    """The instant a trimmed cell names, as UTC without an offset.

    A time without an offset is local to `zone`; a bare date is the end of that day there.
    """
    bare = ibis.coalesce(_iso_day(cell).cast("timestamp"), _strptime(cell, _DAY_FORMATS))
    ends = bare + ibis.interval(seconds=86_399)
    local = ibis.coalesce(ends, _strptime(cell, _clocked()), _day_number(cell))
    here = shown(ibis.literal(_UTC), placed(ibis.literal(zone.key), local))
    return ibis.coalesce(_with_offset(cell), here)


def _read(cell: Any) -> Any:
    return ibis.coalesce(_strptime(cell, _DAY_FORMATS), _strptime(cell, _clocked()))


def _strptime(cell: Any, formats: tuple[str, ...]) -> Any:
    return try_strptime(cell, ibis.array(list(formats)))


def _clocked() -> tuple[str, ...]:
    return tuple(day + clock for day in _DAY_FORMATS[:4] for clock in _CLOCKS)


def _day_number(cell: Any) -> Any:
    """Spreadsheets count days from 1899-12-30, which makes 1900-03-01 day 61 as they show it."""
    number = ibis.ifelse(cell.re_search(_DAY_NUMBER), cell, ibis.null("string")).try_cast("float64")
    seconds = (number * 86_400).round().cast("int64")
    return ibis.timestamp("1899-12-30 00:00:00") + seconds.as_interval("s")


def _has_offset(cell: Any) -> Any:
    return cell.lower().re_search(_OFFSET)


def _with_offset(cell: Any) -> Any:
    dated = ibis.ifelse(_has_offset(cell), cell, ibis.null("string"))
    return shown(ibis.literal(_UTC), dated.try_cast(dt.Timestamp(timezone="UTC")))
