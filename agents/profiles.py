"""What is typical of each segment, counted on the book's own engine over the whole book.

Grouped counts, sums and medians only; cells below the smallest size are left out, and no row comes back.
What is known of fewer than half of a segment's loans is not called typical of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agents.expected_value import VALUE_COLUMNS
from agents.provenance import Origins

SMALLEST_CELL = 10
_HALF = 0.5
_MEDIANS: Final[dict[str, tuple[str, Callable[[float], str]]]] = {
    "note_rate": ("note rate", lambda value: f"median {value:.2f} %"),
    "rate_gap_bps": ("rate gap to today's offer", lambda value: f"median {value:.0f} bps"),
    "current_balance": ("balance", lambda value: f"median ${_thousands(value):,}"),
    "original_amount": ("amount lent", lambda value: f"median ${_thousands(value):,}"),
    "ltv": ("loan to value", lambda value: f"median {value:.0f} %"),
    "months_since_funding": ("months since funding", lambda value: f"median {value:.0f}"),
}
_WORDS: Final = {"purpose": "purpose", "product": "product", "occupancy": "occupancy", "status": "status"}


def _thousands(value: float) -> int:
    return int(round(value, -3))


@dataclass(slots=True)
class Measured:
    """What the engine says of one segment.

    Attributes:
        size: loans. value_usd: expected within twelve months, by need.
        profile: what is typical, in words for people and minds.
        states, products: by number of loans, largest first.
    """

    size: int = 0
    value_usd: dict[str, float] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    products: dict[str, float] = field(default_factory=dict)


def measure(labelled: Any, segment_ids: Sequence[str], origins: Origins) -> dict[str, Measured]:
    """Measure every segment.

    Args:
        labelled: the valued view with a column `segment_id`.
        segment_ids: the segments; one that holds nobody is measured as empty.
        origins: a profile shows no value that was made up beside reported ones, nor one that was reported
            for less than half of the segment.
    """
    measured = {segment_id: Measured() for segment_id in segment_ids}
    for row in _grouped(labelled, origins):
        one = measured[row["segment_id"]]
        one.size = int(row["loans"])
        one.value_usd = {name: float(row[name] or 0.0) for name in VALUE_COLUMNS}
        one.profile = {
            called: shown(float(row[name]))
            for name, (called, shown) in _MEDIANS.items()
            if _typical(int(row.get(f"{name}.known", 0)), one.size)
        }
    for name, called in _WORDS.items():
        for segment_id, counts in _word_counts(_shown(labelled, name, origins), name).items():
            _add_words(measured[segment_id], called, counts)
    for segment_id, counts in _word_counts(labelled, "state").items():
        measured[segment_id].states = tuple(counts)
    return measured


def _add_words(one: Measured, called: str, counts: dict[str, int]) -> None:
    total = sum(counts.values())
    if not _typical(total, one.size):
        return
    shares = {word: count / total for word, count in counts.items() if count >= SMALLEST_CELL}
    if called == "product":
        one.products = shares
    if shares:
        word, share = next(iter(shares.items()))
        one.profile[called] = f"{share:.0%} {word.replace('_', ' ')}".replace("%", " %")


def _typical(known: int, loans: int) -> bool:
    """Whether enough loans have a value for it to speak for their segment."""
    return known >= max(SMALLEST_CELL, _HALF * loans)


def _grouped(labelled: Any, origins: Origins) -> list[dict[str, Any]]:
    expressions = {name: labelled[name].sum() for name in VALUE_COLUMNS}
    for name in set(_MEDIANS) - {"original_amount" if not origins.as_lent else "current_balance"}:
        trusted = origins.trusted(name)
        where = None if trusted is None else labelled.source.isin(trusted)
        expressions[name] = labelled[name].median(where=where)
        expressions[f"{name}.known"] = labelled[name].count(where=where)
    counted = labelled.group_by("segment_id").aggregate(loans=labelled.count(), **expressions)
    return list(counted.to_pyarrow().to_pylist())


def _shown(labelled: Any, column: str, origins: Origins) -> Any:
    trusted = origins.trusted(column)
    return labelled if trusted is None else labelled.filter(labelled.source.isin(trusted))


def _word_counts(labelled: Any, column: str) -> dict[str, dict[str, int]]:
    """Loans by segment and word, most frequent first; missing words are left out."""
    named = labelled.filter(labelled[column].notnull())
    counted = named.group_by(["segment_id", column]).aggregate(loans=named.count())
    rows = counted.to_pyarrow().to_pylist()
    found: dict[str, dict[str, int]] = {}
    for row in sorted(rows, key=lambda row: (-row["loans"], row[column])):
        found.setdefault(row["segment_id"], {})[row[column]] = int(row["loans"])
    return found
