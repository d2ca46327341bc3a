"""Who is due a rate alert: groups of borrowers for a plan, and each one with their own numbers for delivery.

Groups hold counts and ranges and no row; only delivery reads persons, and their numbers go into their own
letter alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from campaign.lender import Lender
from campaign.rates import RateSheet
from campaign.segment import Predicate, Segment
from tools.book.aggregates import worked_out
from tools.book.engine import Book
from tools.book.predicates import SEGMENT_ID, compile_predicate, label_segments
from tools.book.recipients import Recipient, contactable
from tools.book.view import Offers, consumer_loans
from tools.triggers.figures import OWN_NUMBERS
from tools.triggers.scan import scan

NUMBERS = tuple(one.column for one in OWN_NUMBERS)
_OWN = "own_"  # before a number of the scan, beside the agents' view that has some of the same names


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Borrowers of one segment who would get the same offer.

    Attributes:
        segment_id, offer_row: which. people: contacts in it.
        states: where their homes are, alphabetical.
        lowest, highest: of their own numbers, by column of the scan.
    """

    segment_id: str
    offer_row: int
    people: int
    states: tuple[str, ...]
    lowest: dict[str, float]
    highest: dict[str, float]


@dataclass(frozen=True, slots=True)
class AlertRecipient(Recipient):
    """One person who is due an alert, with their own numbers by column of the scan."""

    numbers: dict[str, float]


@contextmanager
def due_alerts(
    book: Book, sheet: RateSheet, lender: Lender, *, offers: Offers, at: datetime
) -> Iterator[Any]:
    """The loans on which an alert is due, asked once for all letters of a round, kept while the block runs.

    Args:
        sheet: today's prices. lender: its triggers and licences. offers: as the agents' view takes them.
        at: aware.

    Returns:
        The agents' view of those loans with `offer_row`, and the borrower's numbers each as `own_<column>`.
    """
    found = scan(book, sheet, lender, at=at, only=("rate",))
    own = {f"{_OWN}{name}": found[name] for name in NUMBERS}
    due = found.filter(found.eligible).select("loan_id", "offer_row", **own)
    with worked_out(book, consumer_loans(book, offers, at=at).inner_join(due, "loan_id")) as kept:
        yield kept


def alert_groups(due: Any, segments: Sequence[Segment]) -> tuple[AlertGroup, ...]:
    """The groups that an alert is due to, largest first, counted on the engine.

    Args:
        due: as `due_alerts` gives it. segments: mutually exclusive.
    """
    labelled = label_segments(due, segments)
    found = labelled.filter(labelled[SEGMENT_ID].notnull())
    rows = found.group_by([SEGMENT_ID, "offer_row"]).aggregate(
        people=found.contact_id.nunique(),
        **{f"least_{name}": found[_OWN + name].min() for name in NUMBERS},
        **{f"most_{name}": found[_OWN + name].max() for name in NUMBERS},
    )
    states = found.select(SEGMENT_ID, "offer_row", "state").distinct()
    counted, placed = rows.to_pyarrow().to_pylist(), states.to_pyarrow().to_pylist()
    groups = [_group(row, placed) for row in counted]
    return tuple(sorted(groups, key=lambda one: (-one.people, one.segment_id, one.offer_row)))


def alert_recipients(
    book: Book, due: Any, predicate: Predicate, *, offer_row: int, states: Sequence[str], at: datetime
) -> Iterator[AlertRecipient]:
    """The people of one group, one per address, with the loan on which they would save most.

    Whether somebody may be written to is asked of the book anew, however long ago `due` was worked out.

    Args:
        due: as `due_alerts` gives it. predicate: the segment. offer_row: of the sheet, which they would get.
        states: where the letter may be shown. at: aware.
    """
    group = due.filter(
        compile_predicate(predicate, due) & due.state.isin(list(states)) & (due.offer_row == offer_row)
    )
    people = contactable(book, channel="email", at=at).drop("state")
    joined = group.inner_join(people, "contact_id")
    saving = joined[f"{_OWN}monthly_saving_usd"]
    first = joined.mutate(
        place=ibis.row_number().over(
            ibis.window(group_by="email_key", order_by=[ibis.desc(saving), "loan_id"])
        )
    )
    wanted = ("contact_id", "email", "first_name", "state", "timezone")
    own = [_OWN + name for name in NUMBERS]
    found = first.filter(first.place == 0).order_by("contact_id").select(*wanted, *own)
    for batch in found.to_pyarrow_batches():
        for row in batch.to_pylist():
            numbers = {name: float(row[_OWN + name]) for name in NUMBERS if row[_OWN + name] is not None}
            yield AlertRecipient(**{name: row[name] or "" for name in wanted}, numbers=numbers)


def _group(row: dict[str, Any], placed: Sequence[dict[str, Any]]) -> AlertGroup:
    here = (row[SEGMENT_ID], row["offer_row"])
    states = {one["state"] for one in placed if (one[SEGMENT_ID], one["offer_row"]) == here and one["state"]}
    return AlertGroup(
        segment_id=row[SEGMENT_ID],
        offer_row=int(row["offer_row"]),
        people=int(row["people"]),
        states=tuple(sorted(states)),
        lowest={name: float(row[f"least_{name}"]) for name in NUMBERS},
        highest={name: float(row[f"most_{name}"]) for name in NUMBERS},
    )
