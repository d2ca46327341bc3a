"""How the book stands: what it holds, from where, whom it may address, and which references lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.channel import Channel
from tools.book.engine import COLUMN_ORIGINS, IMPORTS, Book
from tools.book.importing import REFERENCES
from tools.book.recipients import contactable
from tools.book.schemas import BOOK_TABLES

PERSONAL_CHANNELS = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, slots=True)
class Standing:
    """The book at one moment.

    Attributes:
        rows: table -> rows. imports: what was brought, newest last.
        origins: import -> origin -> columns of all its tables. loans: import -> loans.
        contactable: channel -> people who may be addressed. suppressed_as_unknown: channel -> people who
            may not because no consent is known.
        dangling: `table.column` -> rows whose reference leads nowhere.
    """

    rows: dict[str, int]
    imports: tuple[dict[str, Any], ...]
    origins: dict[str, dict[str, int]]
    loans: dict[str, int]
    contactable: dict[str, int]
    suppressed_as_unknown: dict[str, int]
    dangling: dict[str, int]


def standing_of(book: Book, *, at: datetime) -> Standing:
    """Count the book on its own engine.

    Args:
        at: aware; consents given later do not count.
    """
    contacts = book.table("contacts")
    consents = book.table("consents")
    unknown = {
        channel.value: _count(
            contacts.anti_join(consents.filter(consents.channel.lower() == channel.value), "contact_id")
        )
        for channel in PERSONAL_CHANNELS
    }
    imports = book.table(IMPORTS).order_by("imported_at", "source", "table_name").to_pyarrow().to_pylist()
    return Standing(
        rows={schema.name: _count(book.table(schema.name)) for schema in BOOK_TABLES},
        imports=tuple(imports),
        origins=_origins(book),
        loans=_per_import(book.table("loans")),
        contactable={
            channel.value: _count(contactable(book, channel=channel.value, at=at))
            for channel in PERSONAL_CHANNELS
        },
        suppressed_as_unknown=unknown,
        dangling=_dangling(book),
    )


def _count(table: Any) -> int:
    return int(table.count().execute())


def _per_import(loans: Any) -> dict[str, int]:
    counted = loans.group_by("imported_from").aggregate(rows=loans.count()).order_by("imported_from")
    return {row["imported_from"]: row["rows"] for row in counted.to_pyarrow().to_pylist()}


def _origins(book: Book) -> dict[str, dict[str, int]]:
    told = book.table(COLUMN_ORIGINS)
    counted = told.group_by("source", "origin").aggregate(columns=told.count()).order_by("source", "origin")
    found: dict[str, dict[str, int]] = {}
    for row in counted.to_pyarrow().to_pylist():
        found.setdefault(row["source"], {})[row["origin"]] = row["columns"]
    return found


def _dangling(book: Book) -> dict[str, int]:
    found = {}
    for schema in BOOK_TABLES:
        rows = book.table(schema.name)
        for column, (target, key) in REFERENCES.items():
            if column in rows.columns and target != schema.name:
                named = rows.filter(rows[column].notnull())
                lost = _count(named.anti_join(book.table(target), [(column, key)]))
                if lost:
                    found[f"{schema.name}.{column}"] = lost
    return found
