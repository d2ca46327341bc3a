"""Writing down in the book that somebody was written to, so that segments and triggers know of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from tools.book.engine import Book
from tools.book.schemas import schema_of
from tools.book.writing import merge_rows, transaction

SOURCE = "sent by vallum"


def note_sent(book: Book, sent: Sequence[tuple[str, datetime, str]], *, channel: str) -> int:
    """Keep one `sent` event for each contact; the same said twice is kept once.

    Args:
        book: open for writing. sent: contact id, aware moment, campaign. channel: by which they were reached.

    Returns:
        How many events were written.
    """
    if not sent:
        return 0
    moments = ((who, at.astimezone(UTC).replace(tzinfo=None), campaign) for who, at, campaign in sent)
    rows = sorted(set(moments))
    table = pa.table(
        {
            "contact_id": [row[0] for row in rows],
            "at": pa.array([row[1] for row in rows], pa.timestamp("us")),
            "kind": ["sent"] * len(rows),
            "channel": [channel] * len(rows),
            "campaign": [row[2] for row in rows],
            "imported_from": [SOURCE] * len(rows),
        }
    )
    events = schema_of("events")
    with transaction(book):
        return merge_rows(book, events.name, events.types, events.key, table.to_reader()).rows
