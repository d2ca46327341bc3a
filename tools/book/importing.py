"""Importing one file into the book: read as text, mapped, converted on an engine, merged all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from tools.book.borrowers import borrower_id, borrowers_of
from tools.book.clearing import Cleared, clear, malformed_rejects
from tools.book.conversion import Converted, convert
from tools.book.engine import IMPORTS, Book
from tools.book.hmda import convert_hmda
from tools.book.mapping import HeaderMapping, known_headers, map_header
from tools.book.monitoring import keep_monitoring
from tools.book.origins import Origin, origins_beside, record_origins
from tools.book.reading import TextFile, look_at
from tools.book.rejects import Reject, write_rejects
from tools.book.schemas import IMPORTED_FROM, IMPORTS_TYPES, MONITORING, SCHEMAS
from tools.book.staging import staged
from tools.book.vocabulary import known_public_fields
from tools.book.writing import Merged, merge_rows, transaction

Form = Literal["hmda"]
REFERENCES = {"contact_id": ("contacts", "contact_id"), "loan_officer_nmls": ("loan_officers", "nmls")}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one file brought to one table.

    Attributes:
        table: the table it is. source: name of the import, as in `imported_from`.
        taken: rows written. updated: how many of them replaced an earlier row.
        rejected: rows refused, listed in `rejects_file`. duplicates: rows that a later row replaced.
        dangling: rows whose contact or loan officer is not in the book yet.
        origins: column -> where it came from. skipped: reason -> rows left out on purpose.
        unread: headers that mean nothing here. permissions: headers about permission, never read as consent.
        also: what the same file brought to other tables.
    """

    table: str
    source: str
    taken: int
    updated: int
    rejected: int
    dangling: int
    duplicates: int
    rejects_file: Path | None
    origins: Mapping[str, Origin]
    skipped: Mapping[str, int]
    unread: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    also: tuple[ImportReport, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows a file holds for one table, before they are written."""

    table: str
    cleared: Cleared
    origins: Mapping[str, Origin]
    rejects: tuple[Reject, ...]
    skipped: Mapping[str, int]
    unread: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


def import_file(
    book: Book,
    path: Path,
    *,
    table: str | None = None,
    form: Form | None = None,
    rejects: Path,
    monitoring: Path,
    at: datetime,
    zone: ZoneInfo,
) -> ImportReport:
    """Bring one file into the book.

    Args:
        book: open for writing. path: CSV or tab-separated, plain or `.gz`.
        table: what it holds, where its name and headers do not say. form: `hmda` for a public loan file.
        rejects: folder for the rows that are refused. monitoring: the demographic records' file (law 4).
        at: moment of the import, aware. zone: where dates without an offset are meant.

    Raises:
        BadInput: there is no such file, or the book cannot be written; the book is unchanged.
        UnknownName: there is no such table.
        Unreadable: the file is empty, no text, or no table of the book; the book is unchanged.
    """
    hmda = form == "hmda"
    file = look_at(path, known_public_fields if hmda else known_headers)
    source = source_name(path)
    with staged(file) as raw:
        parts = _hmda_parts(raw, file, source) if hmda else _table_parts(raw, file, table, zone)
        with transaction(book):
            # What a file names first refers to what it names later: a loan to its borrower.
            reports = [
                _write(book, part, source, path, rejects=rejects, monitoring=monitoring, at=at)
                for part in reversed(parts)
            ]
    return replace(reports[-1], also=tuple(reports[:-1]))


def source_name(path: Path) -> str:
    """The name of an import: the file's, or its folder's where the file is only named after its table."""
    stem = path.name.split(".", 1)[0]
    return path.resolve().parent.name if stem in SCHEMAS else stem


def _table_parts(raw: Any, file: TextFile, table: str | None, zone: ZoneInfo) -> tuple[_Part, ...]:
    mapping = map_header(file.header, file.path.name, table=table)
    borrower = borrower_id(raw, mapping)
    given = {} if borrower is None else {"contact_id": borrower}
    part = _part(mapping.table, convert(raw, mapping, zone=zone, given=given), file, mapping)
    if borrower is None:
        return (part,)
    return (part, _part("contacts", borrowers_of(raw, mapping, borrower, zone=zone), file, None))


def _part(table: str, converted: Converted, file: TextFile, mapping: HeaderMapping | None) -> _Part:
    cleared = clear(converted, SCHEMAS[table])
    told = cleared.rejects + (malformed_rejects(file) if mapping else ())
    origins: dict[str, Origin] = dict.fromkeys(converted.read, "real")
    origins |= dict.fromkeys(converted.derived, "derived")
    beside = origins_beside(file.path, table)
    origins |= {name: origin for name, origin in beside.items() if name in origins}
    return _Part(
        table,
        cleared,
        origins,
        told,
        converted.skipped,
        mapping.unread if mapping else (),
        mapping.permissions if mapping else (),
    )


def _hmda_parts(raw: Any, file: TextFile, source: str) -> tuple[_Part, ...]:
    loans, demographics = convert_hmda(raw, file.header, file.path.name, source)
    part = _part("loans", loans, file, None)
    taken = part.cleared.rows.select("loan_id")
    records = demographics.semi_join(taken, "loan_id")
    told = (*part.rejects, *malformed_rejects(file))
    kept = _Part(MONITORING.name, Cleared(records, 0, ()), {}, (), {})
    return (_Part("loans", part.cleared, part.origins, told, part.skipped), kept)


def _write(
    book: Book, part: _Part, source: str, path: Path, *, rejects: Path, monitoring: Path, at: datetime
) -> ImportReport:
    rows = part.cleared.rows.mutate(**{IMPORTED_FROM.name: ibis.literal(source)})
    if part.table == MONITORING.name:
        merged, dangling = keep_monitoring(monitoring, rows.to_pyarrow_batches()), 0
    else:
        schema = SCHEMAS[part.table]
        merged = merge_rows(book, part.table, schema.types, schema.key, rows.to_pyarrow_batches())
        dangling = _dangling(book, part.table, source)
        record_origins(book, source, part.table, part.origins)
    refused = len({reject.line for reject in part.rejects})
    _record_import(book, source, part.table, path, merged, refused, at)
    return ImportReport(
        table=part.table,
        source=source,
        taken=merged.rows,
        updated=merged.updated,
        rejected=refused,
        dangling=dangling,
        duplicates=part.cleared.duplicates,
        rejects_file=write_rejects(rejects, f"{source}.{part.table}", part.rejects),
        origins=part.origins,
        skipped=part.skipped,
        unread=part.unread,
        permissions=part.permissions,
    )


def _dangling(book: Book, table: str, source: str) -> int:
    rows = book.table(table)
    rows = rows.filter(rows[IMPORTED_FROM.name] == source)
    counts = [
        rows.filter(rows[name].notnull()).anti_join(book.table(target), [(name, key)]).count().execute()
        for name, (target, key) in REFERENCES.items()
        if name in rows.columns and target != table
    ]
    return int(sum(counts))


def _record_import(
    book: Book, source: str, table: str, path: Path, merged: Merged, rejected: int, at: datetime
) -> None:
    moment = at.astimezone(UTC).replace(tzinfo=None)
    row = {
        "source": source, "table_name": table, "file": path.name, "taken": merged.rows, "rejected": rejected,
        "imported_at": moment,
    }  # fmt: skip
    types = {name: ibis.dtype(type_).to_pyarrow() for name, type_ in IMPORTS_TYPES.items()}
    incoming = pa.Table.from_pylist([row], pa.schema(list(types.items())))
    merge_rows(book, IMPORTS, IMPORTS_TYPES, ("source", "table_name", "file"), incoming.to_reader())
