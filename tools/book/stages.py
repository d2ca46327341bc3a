"""A step of a long calculation that an engine has to settle before the next one uses it.

PostgreSQL puts the expression behind a column wherever that is used; after a few steps that use a column
many times nothing is left that it could plan. A column of chance beside it stops that, because it may not be
worked out twice. Nobody reads it, and DuckDB leaves it out.
"""

from __future__ import annotations

from typing import Any

import ibis

MARK = "settled"


def settled(rows: Any) -> Any:
    """The same rows, each column of which is worked out once however often later steps use it."""
    return rows.mutate(**{MARK: ibis.random()})
