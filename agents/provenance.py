"""Which columns of the agents' view were reported and which made up, so that no finding rests on fiction.

What the book knows of its imports decides; a column that came with another file than the loans (events do)
is as real as that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from agents.evidence import Observed, Origin
from agents.learning import Columns
from tools.book.origins import VIEW, origin_of, set_aside
from tools.book.view import AGENT_COLUMNS

if TYPE_CHECKING:
    from tools.book.engine import Book

TESTED: Final = (
    "status", "product", "purpose", "occupancy", "rate_type", "note_rate", "rate_gap_bps", "term_months",
    "original_amount", "current_balance", "ltv", "fico", "months_since_funding", "opens", "clicks",
    "applications",
)  # fmt: skip
_FAMILIES: Final = (
    frozenset({"rate_gap_bps", "note_rate"}),
    frozenset({"current_balance", "original_amount", "ltv"}),
    frozenset({"opens", "clicks", "applications"}),
    frozenset({"status", "applications"}),
)
_STANDS_IN: Final = {"product": "conventional", "term_months": "30-year"}
_VALUED: Final = ("rate_gap_bps", "current_balance", "original_amount", "ltv")
MOSTLY: Final = 0.9
_WORST: Final[tuple[Origin, ...]] = ("generated", "derived", "real")


@dataclass(frozen=True, slots=True)
class Origins:
    """Origin of each column of the view, by source of the loan.

    Attributes:
        by_column: column -> source -> origin.
        aside: column of the loans -> sources that made it up, where no calculation rests on it.
        as_lent: whether no balance is known, so that the amount lent stands for it.
    """

    by_column: Mapping[str, Mapping[str, Origin]]
    aside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_lent: bool = False

    @property
    def all_generated(self) -> bool:
        """Whether the whole book is an example."""
        every = [origin for given in self.by_column.values() for origin in given.values()]
        return bool(every) and set(every) == {"generated"}

    def of(self, column: str) -> Origin:
        """The best origin the book has for a column; `generated` where no import brought it."""
        return max(self.by_column.get(column, {}).values(), key=_WORST.index, default="generated")

    def trusted(self, column: str) -> tuple[str, ...] | None:
        """The sources whose values of a column may be shown; None where all of them may.

        In an example book everything may, since everything is fiction and said to be; in a book with reported
        columns, nothing that was made up.
        """
        if column == "current_balance" and self.as_lent:
            return ()
        given = self.by_column.get(column)
        if given is None or self.all_generated or "generated" not in given.values():
            return None
        return tuple(source for source, origin in given.items() if origin != "generated")

    def known(self, loans: Mapping[str, int]) -> dict[str, float]:
        """Share of loans whose value in a column was not made up; empty for an example book.

        Args:
            loans: loans by source.
        """
        if self.all_generated:
            return {}
        total = sum(loans.values()) or 1
        return {
            column: sum(count for source, count in loans.items() if given.get(source) != "generated") / total
            for column, given in self.by_column.items()
        }

    def closed(self, loans: Mapping[str, int]) -> dict[str, str]:
        """Columns that this book may not be cut on, each with the reason.

        Args:
            loans: loans by source.
        """
        shares = self.known(loans)
        found = {
            column: f"made up for {1 - share:.0%} of these loans.".replace("%", " %")
            for column, share in shares.items()
            if share < MOSTLY
        }
        if self.as_lent:
            found["current_balance"] = "no balance is known, and the amount lent stands for it."
        return found

    def note(self) -> str:
        """For people: what was reported, worked out and made up, and what the dollars rest on."""
        if self.all_generated:
            return "Every column was generated for an example; differences show the method, not a market."
        if not self.by_column:
            return "The book does not say where its columns came from, so no difference was tested."
        sorts = {
            ("real",): "Reported",
            ("derived",): "Worked out from reported columns",
            ("generated",): "Made up, and so neither tested nor cut on",
            (): "Reported or worked out for some imports and made up for others, tested on the former alone",
        }
        told = []
        for kind, said in sorts.items():
            names = [column for column, given in self.by_column.items() if _kind(given) == kind]
            if names:
                told.append(f"{said}: {', '.join(names)}.")
        return " ".join((*told, self._basis()))

    def _basis(self) -> str:
        """What the expected values rest on."""
        made_up = [name for name in _VALUED if "generated" in self.by_column.get(name, {}).values()]
        if made_up:
            return f"Expected dollars rest partly on made-up {' and '.join(made_up)}."
        made_up = [column for column in ("product", "term_months") if column in self.aside]
        said = []
        if made_up:
            offer = " ".join(_STANDS_IN[column] for column in made_up)
            columns = " and ".join(made_up)
            said.append(f"rates are compared with the {offer} offer where {columns} were made up")
        if "funded_date" in self.aside:
            said.append(
                "balances are the amount lent, or what is left of it since the year reported, where the "
                "funding day was made up"
            )
        return f"Expected dollars rest on no made-up column{': ' if said else ''}{', and '.join(said)}."


def _kind(given: Mapping[str, Origin]) -> tuple[Origin, ...]:
    """The one origin that a column has in every import, or nothing where they differ."""
    told = set(given.values())
    if len(told) == 1:
        return tuple(told)
    return () if "generated" in told else ("derived",)


def origins(book: Book, sources: tuple[str, ...]) -> Origins:
    """The origins of the columns that segments may be compared on.

    Args:
        book: open. sources: the imports that loans came with.
    """
    found: dict[str, dict[str, Origin]] = {}
    for column in TESTED:
        given = origin_of(book, VIEW, column)
        if given:
            elsewhere = min(given.values(), key=_WORST.index)
            found[column] = {source: given.get(source, elsewhere) for source in sources}
    return Origins(found, aside=set_aside(book))


def kin(columns: set[str]) -> set[str]:
    """Columns that move with the given ones by definition, so that a difference on them proves nothing."""
    return columns.union(*(family for family in _FAMILIES if family & columns))


def observed(rows: Columns, origins: Origins, cut_on: set[str]) -> tuple[Observed, ...]:
    """The columns of sampled rows that may be tested, with their origin.

    Args:
        rows: columns of a part of the sample.
        origins: as found. cut_on: columns of the partition's conditions.

    Returns:
        One per column; in a book that holds reported columns the generated ones are left out.
    """
    built = kin(cut_on)
    return tuple(
        Observed(
            column=column,
            values=rows[column],
            usable=_usable(rows["source"], given, origins.of(column)),
            origin=origins.of(column),
            in_predicate=column in built,
        )
        for column, given in origins.by_column.items()
        if column in AGENT_COLUMNS and (origins.all_generated or origins.of(column) != "generated")
        if not (column == "current_balance" and origins.as_lent)
    )


def _usable(sources: NDArray[np.generic], given: Mapping[str, Origin], best: Origin) -> NDArray[np.bool_]:
    having = [source for source, origin in given.items() if origin == best]
    return np.asarray(np.isin(sources, having), dtype=bool)
