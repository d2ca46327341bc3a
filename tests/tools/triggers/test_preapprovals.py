"""A preapproval begins on the lender's day, whatever day it is in Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.tools.triggers.small_books import LENDER, book_of, rows_of
from tools.triggers.reasons import ELIGIBLE


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (
            datetime(2026, 3, 31, 22, tzinfo=UTC),
            {
                datetime(2025, 12, 31, 6, 59, 59): ("expired", None),
                datetime(2025, 12, 31, 7): (ELIGIBLE, date(2026, 3, 31)),
                datetime(2026, 1, 1, 6, 59, 59): (ELIGIBLE, date(2026, 3, 31)),
                datetime(2026, 1, 1, 7): (ELIGIBLE, date(2026, 4, 1)),
                datetime(2026, 1, 15, 6, 59, 59): (ELIGIBLE, date(2026, 4, 14)),
                datetime(2026, 1, 15, 7): ("not_yet", None),
            },
        ),
        (
            datetime(2026, 8, 31, 22, tzinfo=UTC),
            {
                datetime(2026, 6, 2, 5, 59, 59): ("expired", None),
                datetime(2026, 6, 2, 6): (ELIGIBLE, date(2026, 8, 31)),
                datetime(2026, 6, 17, 5, 59, 59): (ELIGIBLE, date(2026, 9, 14)),
                datetime(2026, 6, 17, 6): ("not_yet", None),
            },
        ),
    ],
    ids=["standard time", "summer time"],
)
def test_it_begins_on_the_lenders_day(at: datetime, told: dict[datetime, tuple[str, date | None]]) -> None:
    assert LENDER.timezone == "America/Boise", "the moments are those of Boise"
    tables = book_of([{"status": "preapproved", "funded_date": None}] * len(told))
    tables["events"] = [
        {"contact_id": f"C{place:02}", "at": moment, "kind": "application"}
        for place, moment in enumerate(told)
    ]
    found = rows_of(tables, "preapproval_expiry", at=at)
    assert [(row["reason"], row["due_on"]) for row in found] == list(told.values())


def test_without_an_application_it_begins_on_the_day_of_its_record() -> None:
    rows = rows_of(
        book_of([{"status": "preapproved", "funded_date": date(2026, 1, 5)}]), "preapproval_expiry"
    )
    assert [(row["reason"], row["due_on"]) for row in rows] == [(ELIGIBLE, date(2026, 4, 5))]
