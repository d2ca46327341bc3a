"""Leads gone quiet: people we know of who have no loan and have shown no sign of life for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import ibis

from campaign.trigger_policy import TriggerPolicy
from tools.book.engine import Book

OURS = ("sent", "bounce", "unsubscribe")
"""Events that are no sign of life: what we did, what a server answered, and a farewell."""

BORROWING = ("funded", "elsewhere", "applied", "preapproved")
"""States of a loan in which a lead has one; withdrawn and denied it has none."""


def quiet_leads(book: Book, policy: TriggerPolicy, *, at: datetime) -> Any:
    """One row per contact of kind `lead`, with `because_quiet_lead`: `has_loan`, `not_quiet` or null.

    Args:
        at: aware; what happened later is not seen.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None)
    since = moment - timedelta(days=policy.quiet_days)
    contacts, loans, events = book.table("contacts"), book.table("loans"), book.table("events")
    lively = events.filter((events["at"] > since) & (events["at"] <= moment) & events.kind.notin(OURS))
    heard = lively.group_by("contact_id").aggregate(signs=lively.count())
    borrowing = loans.filter(loans.contact_id.notnull() & loans.status.isin(BORROWING))
    borrowers = borrowing.group_by("contact_id").aggregate(held=borrowing.count())
    leads = contacts.filter(contacts.kind == "lead")
    rows = leads.left_join(heard, "contact_id").select(leads, heard.signs)
    rows = rows.left_join(borrowers, "contact_id").select(rows, borrowers.held)
    new = ((rows.created_at > since) & (rows.created_at <= moment)).fill_null(False)
    because = ibis.cases(
        (rows.held.notnull(), "has_loan"),
        (rows.signs.notnull() | new, "not_quiet"),
        else_=ibis.null("string"),
    )
    return rows.select(
        "contact_id", "state", "email", "phone", known_contact=rows.contact_id, contact_kind=rows.kind,
        because_quiet_lead=because, candidate=because.isnull(),
    )  # fmt: skip
