"""Whether a borrower may be written to now, as columns beside each loan, and the reason where not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis

from campaign.trigger_policy import TriggerPolicy
from tools.book.engine import Book
from tools.book.recipients import address_key, consenting, keyed_addresses, refused_addresses
from tools.book.stages import settled
from tools.triggers.reasons import ELIGIBLE, Trigger

CHANNEL = "email"
PARTNERS = ("agent", "builder", "planner")
DO_NOT_SOLICIT = "donotsolicit"
"""How the reason of a suppression reads without case, spaces and signs."""


def alert_campaign(trigger: Trigger) -> str:
    """How the name of a campaign begins whose `sent` events are alerts of a trigger."""
    return f"{trigger}_alert"


def with_permissions(
    asked: Any, book: Book, policy: TriggerPolicy, triggers: Sequence[Trigger], *, at: datetime
) -> Any:
    """Rows with what stands against writing to their contacts.

    That is `contact_reason` (null where nothing does), `applied_recently` and `recent_<trigger>`.

    Args:
        asked: rows with `contact_id`, `known_contact`, `contact_kind`, `email`, `phone` and `candidate`;
            the addresses of those that are no candidates are not looked at.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None)
    looked_up = asked.mutate(
        mail=ibis.ifelse(asked.candidate, asked.email, ibis.null("string")),
        number=ibis.ifelse(asked.candidate, asked.phone, ibis.null("string")),
    )
    by_id, by_address = _suppressed(book)
    consents = consenting(book, channel=CHANNEL, at=at).mutate(consents=ibis.literal(True))
    refused = refused_addresses(book, channel=CHANNEL, at=at).mutate(refused=ibis.literal(True))
    heard = _beside(settled(looked_up), consents, "contact_id", "consents")
    keyed = settled(heard.mutate(email_key=address_key(heard.mail), phone_key=address_key(heard.number)))
    beside = (
        keyed.pipe(_beside, by_id, "contact_id", "asked_off")
        .pipe(_beside, by_address.rename(mail_off="asked_off"), ("email_key", "blocked"), "mail_off")
        .pipe(_beside, by_address.rename(phone_off="asked_off"), ("phone_key", "blocked"), "phone_off")
        .pipe(_beside, refused, ("email_key", "blocked"), "refused")
        .pipe(_beside, _recent(book, policy, triggers, moment), "contact_id", *_alerts(triggers), "applied")
        .pipe(_beside, _applicants(book), "contact_id", "applies")
    )
    return settled(
        beside.mutate(
            contact_reason=_contact_reason(beside),
            applied_recently=beside.applied.notnull() | beside.applies.notnull(),
        )
    )


def final_reason(trigger: Trigger, because: Any, rows: Any) -> Any:
    """The first reason that holds: the trigger's own, the contact's, an alert not long ago, else eligible.

    A preapproval is itself a recent application, so that its end is told all the same.
    """
    applied = [(rows.applied_recently, "recent_application")] if trigger != "preapproval_expiry" else []
    recent = (rows[f"recent_{trigger}"].fill_null(False), "recent_alert")
    return ibis.coalesce(because, rows.contact_reason, ibis.cases(*applied, recent, else_=ELIGIBLE))


def _contact_reason(rows: Any) -> Any:
    off = (rows.asked_off, rows.mail_off, rows.phone_off)
    return ibis.cases(
        (rows.known_contact.isnull(), "no_contact"),
        (rows.contact_kind.isin(PARTNERS), "partner"),
        (rows.email.isnull(), "no_address"),
        (ibis.or_(*(one.fill_null(0) == 2 for one in off)), "do_not_solicit"),
        (ibis.or_(*(one.notnull() for one in off)), "suppressed"),
        (rows.consents.isnull() | rows.refused.notnull(), "no_consent"),
        else_=ibis.null("string"),
    )


def _beside(left: Any, right: Any, on: str | tuple[str, str], *columns: str) -> Any:
    """Left join that keeps only the named columns of the right side, which is unique by its key."""
    here, there = (on, on) if isinstance(on, str) else on
    joined = left.left_join(right, left[here] == right[there])
    return joined.select(left, *(right[column] for column in columns))


def _suppressed(book: Book) -> tuple[Any, Any]:
    """Suppressed contacts and addresses, each once: 2 where one asked not to be solicited, else 1."""
    rows = book.table("suppressions")
    words = rows.reason.lower().re_replace("[^a-z]", "")
    rows = rows.mutate(weight=ibis.ifelse(words == DO_NOT_SOLICIT, 2, 1), blocked=address_key(rows.address))
    people = rows.filter(rows.contact_id.notnull()).select("contact_id", "weight")
    theirs = keyed_addresses(book, people, CHANNEL).select("blocked", "weight")
    addresses = rows.filter(rows.blocked.notnull()).select("blocked", "weight").union(theirs)
    return (
        people.group_by("contact_id").aggregate(asked_off=people.weight.max()),
        addresses.group_by("blocked").aggregate(asked_off=addresses.weight.max()),
    )


def _alerts(triggers: Sequence[Trigger]) -> tuple[str, ...]:
    return tuple(f"recent_{trigger}" for trigger in triggers)


def _recent(book: Book, policy: TriggerPolicy, triggers: Sequence[Trigger], moment: datetime) -> Any:
    """By contact: whether an alert of each trigger was sent, and when one applied, within the intervals."""
    events = book.table("events")
    alerted = moment - timedelta(days=policy.days_between_alerts)
    applied = moment - timedelta(days=policy.application_days)
    at, sent = events["at"], events.kind == "sent"
    applies = events.kind.isin(("application", "lock")) & (at > applied)
    named = [events.campaign.startswith(alert_campaign(trigger)) for trigger in triggers]
    seen = events.filter((at <= moment) & (applies | (sent & (at > alerted) & ibis.or_(*named))))
    marks = {
        name: (seen.kind.isin(("sent",)) & seen.campaign.startswith(alert_campaign(trigger))).fill_null(False)
        for name, trigger in zip(_alerts(triggers), triggers, strict=True)
    }
    flags = {name: mark.any() for name, mark in marks.items()}
    newest = seen["at"].max(where=seen.kind.isin(("application", "lock")))
    return seen.group_by("contact_id").aggregate(**flags, applied=newest)


def _applicants(book: Book) -> Any:
    """Contacts with an application that is open."""
    loans = book.table("loans")
    open_now = loans.filter((loans.status == "applied") & loans.contact_id.notnull())
    return open_now.group_by("contact_id").aggregate(applies=open_now.count())
