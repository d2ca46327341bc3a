"""CSV files of pieces: a row is a piece, the columns are the fields of a case.

Texts: `subject preheader headline description body cta footer landing_url`, of letters also `from from_name
reply_to sender`; lists as `headlines` and `descriptions` with `|` between entries, or as `headline 1`,
`headline 2` ... as ad editors export them.
About the piece: `id channel audience states products`, with `;` between states and products. Records:
`originator partner targeting cost_split consent offer`, each as JSON, or `originator.nmls`, `consent.send_at`
and so on, one column a value. A column whose name begins with `#` is a note of yours and not read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from campaign.errors import Unreadable, VallumError
from campaign.noun import Noun
from campaign.piece import Consent, CostSplit, OfferTerms, Partner, Speaker
from policies.cases import case_of
from policies.manuscript import Read, Settings, Unread, of_case

SENDERS = ("from", "from_name", "reply_to", "sender")
TEXTS = (*SENDERS, "subject", "preheader", "headline", "description", "body", "cta", "footer", "landing_url")
LISTS = ("headlines", "descriptions")
ABOUT = ("id", "channel", "audience", "states", "products")
RECORDS: dict[str, type[Noun] | None] = {
    "originator": Speaker,
    "partner": Partner,
    "cost_split": CostSplit,
    "consent": Consent,
    "offer": OfferTerms,
    "targeting": None,
}
_NUMBERED = re.compile(r"(headline|description)_?(\d{1,2})")
_DELIMITERS = (",", ";", "\t")


def read_rows(place: str, text: str, settings: Settings) -> Iterator[Read]:
    """The pieces of a CSV file; a row that cannot be read does not stop the others.

    Args:
        place: the file. text: its content. settings: what holds where a row says nothing.

    Raises:
        Unreadable: a column is unknown or named twice, or the file holds no row or no CSV.
    """
    text = text.removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start, pieces = 1, 0
    columns: list[str] | None = None
    try:
        for row in rows:
            line, start = start, rows.line_num + 1
            if columns is None:
                columns = _columns(row, f"{place}:{line}")
            elif any(cell.strip() for cell in row):
                pieces += 1
                yield _piece(row, columns, place, line, settings)
    except csv.Error as error:
        raise Unreadable(f"{place}:{rows.line_num}", f"is no CSV: {error}.", "Mend that line.") from error
    if not pieces:
        raise Unreadable(place, "holds no pieces.", "Write a header and a row for each piece.")


def _columns(header: list[str], where: str) -> list[str]:
    columns = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in header]
    while columns and not columns[-1]:
        columns.pop()
    for name in columns:
        if not _is_known(name):
            known = (*ABOUT, *TEXTS, *LISTS, *RECORDS)
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(known)}."
            raise Unreadable(
                where,
                f"column `{name}` is no field of a piece.",
                f"{hint} A `#` before its name leaves it out.",
            )
        if columns.count(name) > 1 and not name.startswith("#"):
            raise Unreadable(where, f"column `{name}` is there twice.", "Name it once.")
    return columns


def _is_known(name: str) -> bool:
    record, _, key = name.partition(".")
    if key and record in RECORDS:
        noun = RECORDS[record]
        return noun is None or key in noun.model_fields
    whole = name in ABOUT or name in TEXTS or name in LISTS or name in RECORDS
    return whole or name.startswith("#") or _NUMBERED.fullmatch(name) is not None


def _piece(row: list[str], columns: list[str], place: str, line: int, settings: Settings) -> Read:
    where = f"{place}:{line}"
    try:
        if any(cell.strip() for cell in row[len(columns) :]):
            raise Unreadable(where, "has more cells than the header.", "Quote cells that hold commas.")
        said = {name: cell for name, cell in zip(columns, row, strict=False) if cell.strip()}
        return of_case(case_of(_case(said, where, settings), where), place, line)
    except VallumError as error:
        return Unread(where, error)


def _case(said: dict[str, str], where: str, settings: Settings) -> dict[str, Any]:
    """A row as a case."""
    case: dict[str, Any] = {
        "id": said.get("id", where).strip(),
        "channel": said.get("channel", settings.channel).strip(),
        "audience": said.get("audience", settings.audience).strip(),
        "states": _parted(said.get("states", "").upper(), ";") or settings.states,
        "products": _parted(said.get("products", ""), ";") or settings.products,
        "fields": _fields(said),
    }
    for name, cell in said.items():
        record, _, key = name.partition(".")
        if record not in RECORDS:
            continue
        if key:
            many = key in ("states", "exclusions", "zip_codes", "genders")
            case.setdefault(record, {})[key] = _parted(cell, ";") if many else cell.strip()
        else:
            case[record] = _json(cell, f"{where}: {name}")
    return case


def _fields(said: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, cell in said.items():
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            entries = fields.get(f"{numbered[1]}s", ())
            fields[f"{numbered[1]}s"] = (*entries, cell)
        elif name in LISTS:
            fields[name] = _parted(cell, "|")
        elif name in TEXTS:
            fields[name] = cell
    return fields


def _parted(cell: str, sign: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(sign) if part.strip())


def _json(cell: str, where: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            where, f"is no JSON: {error}.", "Write a JSON object, or one column a value."
        ) from error
