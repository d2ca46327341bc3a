"""Segments as predicates that run unchanged on every engine (law 3) over permitted columns (law 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis

from campaign.errors import BadInput
from campaign.segment import Condition, Predicate, Segment
from tools.book.view import AGENT_COLUMNS

SEGMENT_ID = "segment_id"


def compile_predicate(predicate: Predicate, table: Any) -> Any:
    """A predicate as one boolean expression over the agents' view, never null.

    A missing value fails `at_least`, `is`, `one_of` and passes `below`, `is_not`, `none_of`, so that a
    condition and its opposite part every row in two.

    Raises:
        BadInput: a condition names a column that segments may not cut on, or compares it with the wrong kind.
    """
    found = ibis.literal(True)
    for condition in predicate.conditions:
        found = found & _compile(condition, table)
    return found


def label_segments(table: Any, segments: Iterable[Segment]) -> Any:
    """The table with a column `segment_id`: the first segment whose predicate holds, null where none does."""
    return table.mutate(**{SEGMENT_ID: segment_of(table, segments)})


def segment_of(columns: Any, segments: Iterable[Segment]) -> Any:
    """The id of the first segment whose predicate holds, null where none does.

    Args:
        columns: the agents' view, or its columns by name where some are to be taken as moved.
    """
    cases = [(compile_predicate(segment.predicate, columns), segment.segment_id) for segment in segments]
    return ibis.cases(*cases, else_=ibis.null("string"))


def may_cut(column: str) -> bool:
    """Whether a segment may be defined by a column."""
    return column in AGENT_COLUMNS and AGENT_COLUMNS[column].may_cut


def _compile(condition: Condition, table: Any) -> Any:
    _permit(condition)
    column, value = table[condition.column], condition.value
    match condition.operator:
        case "at_least":
            return (column >= value).fill_null(False)
        case "below":
            return (column < value).fill_null(True)
        case "is":
            return (column == value).fill_null(False)
        case "is_not":
            return (column != value).fill_null(True)
        case "one_of":
            return column.isin(_words(condition)).fill_null(False)
        case "none_of":
            return column.notin(_words(condition)).fill_null(True)


def _words(condition: Condition) -> tuple[str, ...]:
    return condition.value if isinstance(condition.value, tuple) else (str(condition.value),)


def _permit(condition: Condition) -> None:
    if not may_cut(condition.column):
        allowed = ", ".join(name for name in AGENT_COLUMNS if may_cut(name))
        raise BadInput(f"No segment may be defined by `{condition.column}`.", f"Use one of {allowed}.")
    kind = AGENT_COLUMNS[condition.column].kind
    ordered = condition.operator in ("at_least", "below")
    listed = condition.operator in ("one_of", "none_of")
    number = isinstance(condition.value, float | int)
    if (
        (kind == "number") != number
        or (ordered and not number)
        or listed != isinstance(condition.value, tuple)
    ):
        raise BadInput(
            f"`{condition}` does not fit `{condition.column}`, which holds a {kind}.",
            "Numbers take at_least, below, is and is_not; words take is, is_not, one_of and none_of.",
        )
