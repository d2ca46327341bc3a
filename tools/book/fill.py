"""What a public loan file lacks, made up around it so that the street has people to speak to, and marked so.

A HMDA file has loans, rates and places, and no names, addresses, consents, behaviour, scores or loan
officers. This adds them for one import, fictitious and the same for the same seed, writes `generated`
beside every column it fills, and leaves every reported value as it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

import ibis
import numpy as np
import pyarrow as pa
from numpy.random import Generator
from numpy.typing import NDArray

from campaign.errors import UnknownName
from campaign.lender import Lender
from tools.book.distributions import draw_words
from tools.book.engine import IMPORTS, Book
from tools.book.generated_behaviour import Columns, as_arrow, draw_consents, draw_events, draw_suppressions
from tools.book.generated_loans import Days, Loans
from tools.book.generated_missing import YEAR_UNKNOWN, draw_missing
from tools.book.generated_people import STATE_FACTS, draw_contacts, draw_officers, licensed_officers, meetings
from tools.book.origins import Origin, origin_of, record_origins
from tools.book.schemas import IMPORTED_FROM, IMPORTS_TYPES, SCHEMAS
from tools.book.writing import merge_rows, transaction

FILLABLE = frozenset({
    "contact_id", "status", "product", "purpose", "lien", "occupancy", "rate_type", "term_months", "state",
    "fico", "funded_date", "first_payment_date",
})  # fmt: skip
"""Columns of `loans` made up where a file has none of them; amounts, rates and values never are."""
_READ = (*sorted(FILLABLE), "original_amount", "note_rate", "activity_year")
_WORDS = ("contact_id", "status", "product", "purpose", "occupancy", "rate_type", "state")
MADE_UP = "generated"
"""Stands where an import names its file."""


def fill_hmda(
    book: Book, source: str, *, seed: int, lender: Lender, as_of: date, at: datetime
) -> dict[str, dict[str, Origin]]:
    """Make up what one import of a public loan file lacks, in one transaction.

    Args:
        book: open for writing. source: name of the import, as in `imported_from`.
        seed: the same seed, lender and day make up the same. lender: its roster and licensed states.
        as_of: the book's day; loans are funded before it and nothing happens after it.
        at: moment of the work, aware, for the record of imports.

    Returns:
        Table -> column -> `generated`, for every column it filled; running it again fills the same ones.

    Raises:
        UnknownName: no loan came with that import.
        BadInput: the book cannot be written; nothing was changed.
    """
    known = _loans_of(book, source)
    missing = _missing(book, source, known)
    rng = np.random.default_rng([seed, zlib.crc32(source.encode())])
    states = lender.licensed_states(as_of) or tuple(STATE_FACTS)
    loans = known | draw_missing(known, missing - {"contact_id"}, rng, states, as_of)
    if "contact_id" in missing:
        loans["contact_id"] = np.char.add("B-", loans["loan_id"].astype(str))
    officers = _officers_of_others(book, source)
    tables = _people(loans, rng, officers, source, lender=lender, states=states, as_of=as_of) | {
        "loans": {"loan_id": loans["loan_id"], **{name: loans[name] for name in sorted(missing)}}
    }
    origins: dict[str, dict[str, Origin]] = {
        table: dict.fromkeys((name for name in columns if (table, name) != ("loans", "loan_id")), "generated")
        for table, columns in tables.items()
    }
    with transaction(book):
        for table, columns in tables.items():
            _merge(book, table, columns, source)
            record_origins(book, source, table, origins[table])
            _record(book, source, table, len(next(iter(columns.values()))), at)
    return origins


def _loans_of(book: Book, source: str) -> Loans:
    """The import's loans by id; empty words, `nan` and 0 stand for what was not reported."""
    loans = book.table("loans")
    rows = loans.filter(loans[IMPORTED_FROM.name] == source).select("loan_id", *_READ).order_by("loan_id")
    table = rows.to_pyarrow()
    if table.num_rows == 0:
        raise UnknownName(f"No loan of the book came with `{source}`.", "Import the file first.")
    columns: Loans = {"loan_id": _words(table, "loan_id")}
    columns |= {name: _words(table, name) for name in _WORDS}
    columns |= {name: _numbers(table, name) for name in ("original_amount", "note_rate", "fico")}
    columns |= {name: np.nan_to_num(_numbers(table, name)).astype(np.int64) for name in _WHOLE}
    columns |= {name: _days(table, name) for name in ("funded_date", "first_payment_date")}
    return columns


_WHOLE = ("lien", "term_months", "activity_year")


def _officers_of_others(book: Book, source: str) -> Columns:
    """Ids and states of the officers that did not come with this import; empty where there are none."""
    officers = book.table("loan_officers")
    others = officers.filter(officers[IMPORTED_FROM.name].fill_null("") != source).order_by("nmls")
    table = others.select("nmls", "states").to_pyarrow()
    return {name: _words(table, name) for name in ("nmls", "states")} if table.num_rows else {}


def _missing(book: Book, source: str, known: Loans) -> frozenset[str]:
    """Columns of which the import has nothing, or nothing but what an earlier filling made up."""
    return frozenset(
        name
        for name in FILLABLE
        if origin_of(book, "loans", name).get(source) == "generated" or _nothing(known[name])
    )


def _nothing(column: NDArray[np.generic]) -> bool:
    if column.dtype.kind == "U":
        return bool((column == "").all())
    if column.dtype.kind == "M":
        return bool(np.isnat(column).all())
    return bool((np.nan_to_num(column.astype(float)) == 0).all())


def _people(
    loans: Loans,
    rng: Generator,
    known: Columns,
    source: str,
    *,
    lender: Lender,
    states: tuple[str, ...],
    as_of: date,
) -> dict[str, Columns]:
    """Borrowers, what they agreed to and did, and loan officers where the book has none."""
    first = np.unique(loans["contact_id"].astype(str), return_index=True)[1]
    first = first[loans["contact_id"][first] != ""]
    officers = known or draw_officers(first.size, rng, lender, states, as_of)
    funded = _funded_by(loans, first, as_of)
    contacts = _contacts(loans, first, funded, rng, officers, states, source)
    who, since = contacts["contact_id"].astype(str), contacts["created_at"].astype("datetime64[D]")
    consents = draw_consents(who, since, rng, as_of)
    granted = consents["granted"].astype(bool) & (consents["channel"] == "email")
    reached = np.isin(who, consents["contact_id"][granted])
    rate, amount = loans["note_rate"][first].astype(float), loans["original_amount"][first].astype(float)
    events = draw_events(
        who[reached], funded[reached], rate[reached], np.nan_to_num(amount[reached]), rng, as_of
    )
    return ({} if known else {"loan_officers": officers}) | {
        "contacts": contacts,
        "consents": consents,
        "suppressions": draw_suppressions(who, since, rng, as_of),
        "events": events,
    }


def _contacts(
    loans: Loans,
    first: NDArray[np.int64],
    funded: Days,
    rng: Generator,
    officers: Columns,
    states: tuple[str, ...],
    source: str,
) -> Columns:
    """The borrowers of the loans at `first`, living where the home is, or in a drawn state."""
    reported = loans["state"][first].astype(str)
    drawn = draw_words("state", np.full(first.size, "all"), rng, only=states)
    where = np.where(np.isin(reported, list(STATE_FACTS)), reported, drawn)
    licensed = licensed_officers(officers, tuple(np.unique(where).tolist()))
    kinds, prefix = np.full(first.size, "borrower"), f"h{zlib.crc32(source.encode()) % 1000:03d}-"
    contacts = draw_contacts(kinds, where, rng, prefix=prefix, officers=licensed)
    contacts["contact_id"] = loans["contact_id"][first].astype(str)
    before = (rng.random(first.size) * 60 + 10).astype("timedelta64[D]")
    return contacts | meetings(kinds, np.asarray(funded - before, dtype="datetime64[D]"), rng)


def _funded_by(loans: Loans, first: NDArray[np.int64], as_of: date) -> Days:
    """Funding days before `as_of`; the middle of an unknown year where a reported one is empty."""
    funded = loans["funded_date"][first].astype("datetime64[D]")
    funded = np.where(np.isnat(funded), np.datetime64(f"{YEAR_UNKNOWN}-07-01", "D"), funded)
    return np.asarray(np.minimum(funded, np.datetime64(as_of, "D") - 1), dtype="datetime64[D]")


def _merge(book: Book, table: str, columns: Columns, source: str) -> None:
    schema = SCHEMAS[table]
    types = {name: ibis.dtype(type_).to_pyarrow() for name, type_ in schema.types.items()}
    arrays = {name: as_arrow(column).cast(types[name]) for name, column in columns.items()}
    length = len(next(iter(arrays.values())))
    arrays[IMPORTED_FROM.name] = pa.array([source] * length)
    merge_rows(book, table, schema.types, schema.key, pa.table(arrays).to_reader())


def _record(book: Book, source: str, table: str, rows: int, at: datetime) -> None:
    moment = at.astimezone(UTC).replace(tzinfo=None)
    row = {
        "source": source,
        "table_name": table,
        "file": MADE_UP,
        "taken": rows,
        "rejected": 0,
        "imported_at": moment,
    }
    types = {name: ibis.dtype(type_).to_pyarrow() for name, type_ in IMPORTS_TYPES.items()}
    incoming = pa.Table.from_pylist([row], pa.schema(list(types.items())))
    merge_rows(book, IMPORTS, IMPORTS_TYPES, ("source", "table_name", "file"), incoming.to_reader())


def _words(table: pa.Table, name: str) -> NDArray[np.str_]:
    return np.array([word or "" for word in table[name].to_pylist()], dtype=np.str_)


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.array(_or(table[name].to_pylist(), np.nan), dtype=np.float64)


def _days(table: pa.Table, name: str) -> Days:
    return np.array(table[name].to_pylist(), dtype="datetime64[D]")


def _or(values: Iterable[float | None], instead: float) -> list[float]:
    return [instead if value is None else value for value in values]
