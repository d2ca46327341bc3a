"""The rows of the audit log, read as they lie there, whatever they hold."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, SQLModel

from approvals.chain import COLUMNS
from approvals.records import AuditHeadRow, AuditRow

TABLE = SQLModel.metadata.tables[str(AuditRow.__tablename__)]
HEAD = SQLModel.metadata.tables[str(AuditHeadRow.__tablename__)]
IN_ORDER = (TABLE.c.seq, *(TABLE.c[name] for name in COLUMNS), TABLE.c.hash)
_BATCH = 5000


def rows_after(session: Session, after: int) -> Generator[Row[Any]]:
    """Rows in order; bytes that are no text come as bytes or odd characters, never as an error.

    What stands before the first event is read too: no number is below 1.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    query = select(*IN_ORDER).order_by(TABLE.c.seq).execution_options(yield_per=_BATCH)
    if after:
        query = query.where(TABLE.c.seq > after)
    lenient = session.get_bind().dialect.name == "sqlite"
    if lenient:
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        with session.execute(query) as result:
            yield from result
    finally:
        if lenient:
            driver.text_factory = str
