"""The form of a table's schema: its columns, their kinds and meanings, its key, and what a file must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from campaign.errors import UnknownName

Kind = Literal[
    "id", "text", "email", "phone", "zip", "state", "states", "word", "boolean", "date", "moment",
    "rate", "money", "months", "year", "lien", "score", "nmls", "county", "tract", "zone", "language",
]  # fmt: skip
_TYPES = {
    "boolean": "boolean", "date": "date", "moment": "timestamp", "rate": "float64", "money": "float64",
    "months": "int64", "year": "int64", "lien": "int64", "score": "int64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: as in the CSV form.
        kind: how its text is read and checked.
        meaning: what it says, with its unit.
        words: the only values a `word` column may hold.
        hidden: ours, not the file's.
        type: Ibis type, where the kind does not decide it.
    """

    name: str
    kind: Kind
    meaning: str
    words: tuple[str, ...] = ()
    hidden: bool = False
    type: str = ""

    @property
    def ibis_type(self) -> str:
        """The type of the column on the engine."""
        return self.type or _TYPES.get(self.kind, "string")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table of the book.

    Attributes:
        name: of the table and of its CSV file.
        columns: in the order of the CSV form, hidden ones last.
        key: columns that together name a row; a row with the same key replaces the earlier one.
        required: columns a file must have to be this table; each of their cells must be filled.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The header of the CSV form: every column that is not hidden."""
        return tuple(column.name for column in self.columns if not column.hidden)

    @property
    def types(self) -> dict[str, str]:
        """Column -> Ibis type, hidden columns included."""
        return {column.name: column.ibis_type for column in self.columns}

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            UnknownName: the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName(
            f"`{self.name}` has no column `{name}`.", f"Its columns: {', '.join(self.headers)}."
        )
