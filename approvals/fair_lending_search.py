"""Candidates for the fair-lending review: thresholds and words of the book, and what each would keep.

Nothing demographic is read here: thresholds come from quantiles of permitted columns, sizes and values from
sums over the whole book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from campaign.segment import Predicate
from policies.neighbours import Neighbour, Tried, neighbours
from tools.book.view import AGENT_COLUMNS

PLACES = tuple(step / 20 for step in range(1, 20))
_DIGITS = 2


def candidates(rows: Any, predicate: Predicate) -> tuple[Neighbour, ...]:
    """Neighbours of a predicate at every twentieth of the book's values, thresholds rounded to be read."""
    used = dict.fromkeys(condition.column for condition in predicate.conditions)
    numbers = [column for column in used if AGENT_COLUMNS[column].kind == "number"]
    words = {
        column: tuple(
            str(row[column])
            for row in rows.select(column).distinct().order_by(column).to_pyarrow().to_pylist()
            if row[column] is not None
        )
        for column in used
        if AGENT_COLUMNS[column].kind == "word"
    }
    return neighbours(predicate, {column: _steps(rows, column) for column in numbers}, words)


def measured(
    rows: Any,
    tried: Sequence[Neighbour],
    named: Mapping[str, Any],
    worth: str,
    ratios: Mapping[str, float | None],
) -> tuple[Tried, ...]:
    """What each candidate keeps of the segment's value and size, in one query.

    Args:
        named: `now` for the segment and `c0`, `c1`, ... for the candidates, as boolean expressions.
        worth: column of expected dollars. ratios: lowest ratio of each candidate.
    """
    sizes = {f"{name}_size": held.sum() for name, held in named.items()}
    values = {f"{name}_value": rows[worth].sum(where=held) for name, held in named.items()}
    found = rows.aggregate(**sizes, **values).to_pyarrow().to_pylist()[0]
    size, value = float(found["now_size"] or 0), float(found["now_value"] or 0)
    if not size:
        return ()
    return tuple(
        Tried(
            one,
            ratios[f"c{place}"],
            float(found[f"c{place}_value"] or 0) / value
            if value
            else float(found[f"c{place}_size"] or 0) / size,
            float(found[f"c{place}_size"] or 0) / size,
        )
        for place, one in enumerate(tried)
    )


def _steps(rows: Any, column: str) -> tuple[float, ...]:
    asked = {f"q{place}": rows[column].quantile(share) for place, share in enumerate(PLACES)}
    found = rows.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return tuple(dict.fromkeys(_readable(float(value)) for value in found.values() if value is not None))


def _readable(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
