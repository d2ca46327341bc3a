"""The bounded sample in three parts, so that no row both shapes the segments and vouches for them.

Half teaches the cuts, a quarter decides which neighbours are joined, and a quarter is not looked at until the
segments stand; the reported differences come from it alone. What the cuts are judged by is what a loan is
expected to bring by need (`expected_value.py`) and, where the book holds behaviour that was observed, whether
people answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from agents.evidence import numbers_of
from agents.expected_value import VALUE_COLUMNS, with_value
from tools.book.aggregates import sample
from tools.book.view import AGENT_COLUMNS

SAMPLE_ROWS = 12_000
BEHAVIOUR = ("clicks", "applications")
_CAP = 0.99
Columns = dict[str, NDArray[np.generic]]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Sampled loans, without ids.

    Attributes:
        learning: what the cuts are learnt on. deciding: what neighbours are compared on before they are
            joined or left apart. reporting: what the differences are reported on.
            Each is columns by name; floats with NaN, or objects with None, for missing values.
    """

    learning: Columns
    deciding: Columns
    reporting: Columns


def draw(view: Any, *, seed: int) -> Sample:
    """Draw the sample and part it.

    Args:
        view: the agents' view.
        seed: the same seed draws the same loans.
    """
    names = [name for name in AGENT_COLUMNS if name not in ("loan_id", "contact_id", "state")]
    drawn = with_value(ibis.memtable(sample(view, names, rows=SAMPLE_ROWS, seed=seed))).to_pyarrow()
    columns = {name: _column(name, drawn.column(name).to_pylist()) for name in drawn.column_names}
    learning, deciding, reporting = (
        {name: values[rows] for name, values in columns.items()} for rows in parts(drawn.num_rows, seed=seed)
    )
    return Sample(learning=learning, deciding=deciding, reporting=reporting)


def parts(rows: int, *, seed: int) -> tuple[Rows, Rows, Rows]:
    """Which rows of a sample teach, decide and report: a half and two quarters, drawn by chance."""
    order = np.random.default_rng(seed).permutation(rows)
    quarter = rows // 4
    return order[2 * quarter :], order[quarter : 2 * quarter], order[:quarter]


def outcomes(columns: Mapping[str, NDArray[np.generic]], *, behaviour: bool) -> NDArray[np.float64]:
    """What the cuts are judged by: one column per need, each with mean 0 and variance 1.

    Args:
        columns: the learning part.
        behaviour: whether clicks and applications count, which they do where they were observed.

    Returns:
        Rows x outcomes; the highest hundredth of each amount is capped, so that a few very large loans do
        not decide.
    """
    parts = [_capped(columns[name].astype(float)) for name in VALUE_COLUMNS]
    if behaviour:
        acted = [np.nan_to_num(columns[name].astype(float)) > 0 for name in BEHAVIOUR]
        parts.append(np.logical_or.reduce(acted).astype(float))
    varied = [part for part in parts if part.std() > 0]
    if not varied:
        return np.zeros((len(parts[0]), 1))
    return np.column_stack([(part - part.mean()) / part.std() for part in varied])


def _capped(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(values, np.quantile(values, _CAP)) if len(values) else values


def _column(name: str, values: list[Any]) -> NDArray[np.generic]:
    held = AGENT_COLUMNS.get(name)
    if held is None or held.kind == "number":
        return numbers_of(values)
    return np.array(values, dtype=object)


def length(columns: Columns) -> int:
    """Rows of a part."""
    return len(next(iter(columns.values())))
