"""Who may be addressed: people with a known consent for the channel and no suppression, and nobody else.

Unknown consent means suppressed. The latest word counts: a refusal or an unsubscription after a consent ends
it, and so does a suppression of the contact or of the address, whenever it was entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ibis

from campaign.segment import Predicate
from tools.book.engine import Book
from tools.book.predicates import SEGMENT_ID, compile_predicate
from tools.book.view import Offers, consumer_loans

PERSONAL_CHANNELS = ("email", "sms", "phone")
"""Channels that address a person, for which consent is kept."""
_ADDRESS = {"email": "email", "sms": "phone", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person a message may go to. Personal fields, merged at delivery and shown to no agent (law 5)."""

    contact_id: str
    email: str
    first_name: str
    state: str
    timezone: str


def recipients(
    book: Book,
    predicate: Predicate,
    offers: Offers,
    *,
    channel: str,
    states: Sequence[str],
    at: datetime,
    officer: str = "",
) -> Iterator[Recipient]:
    """The people of a segment who may be addressed, one per address, in the order of their ids.

    Args:
        predicate: the segment. offers: today's best offers, which the view compares rates with.
        channel: `email`, `sms`, or another for which consent is kept. states: where the lender may advertise.
        at: aware; a consent given later does not count, a refusal given later does.
        officer: NMLS id of the loan officer whose people they are; empty for everyone's.
    """
    wanted = ("contact_id", "email", "first_name", "state", "timezone")
    found = _addressable(book, predicate, offers, channel=channel, states=states, at=at)
    if officer:
        found = found.filter(found.loan_officer_nmls == officer)
    for batch in found.order_by("contact_id").select(*wanted).to_pyarrow_batches():
        for row in batch.to_pylist():
            yield Recipient(**{name: row[name] or "" for name in wanted})


def count_contactable(
    book: Book, predicate: Predicate, offers: Offers, *, channel: str, states: Sequence[str], at: datetime
) -> int:
    """How many people of a segment may be addressed, counted on the engine."""
    found = _addressable(book, predicate, offers, channel=channel, states=states, at=at)
    return int(found.count().execute())


def count_by_segment(
    book: Book, labelled: Any, *, channel: str, states: Sequence[str], at: datetime
) -> dict[str, int]:
    """How many people of each segment may be addressed, counted on the engine in one query.

    A person with loans in two segments is counted in both, once in each.

    Args:
        labelled: the agents' view with a column `segment_id` (`label_segments`). The rest as above.
    """
    found = _one_per_address(
        book, labelled.filter(labelled.state.isin(list(states))), channel=channel, at=at, apart=(SEGMENT_ID,)
    )
    rows = found.group_by(SEGMENT_ID).aggregate(people=found.count()).to_pyarrow().to_pylist()
    return {str(row[SEGMENT_ID]): int(row["people"]) for row in rows if row[SEGMENT_ID] is not None}


def contactable(book: Book, *, channel: str, at: datetime) -> Any:
    """Contacts whose latest word for a channel is a consent and whom nothing suppresses, as an Ibis table.

    Somebody's refusal or suppression holds for everybody who has the same address.
    """
    contacts, suppressed = book.table("contacts"), book.table("suppressions")
    by_id = suppressed.filter(suppressed.contact_id.notnull()).select("contact_id")
    by_address = suppressed.filter(suppressed.address.notnull()).select(
        blocked=address_key(suppressed.address)
    )
    people = contacts.semi_join(consenting(book, channel=channel, at=at), "contact_id").anti_join(
        by_id, "contact_id"
    )
    people = people.mutate(email_key=address_key(people.email), phone_key=address_key(people.phone))
    people = people.anti_join(by_address, [("email_key", "blocked")])
    people = people.anti_join(by_address, [("phone_key", "blocked")])
    address = _ADDRESS.get(channel)
    if address is None:
        return people
    refused = refused_addresses(book, channel=channel, at=at).union(
        keyed_addresses(book, by_id, address).select("blocked")
    )
    return people.filter(people[address].notnull()).anti_join(refused, [(f"{address}_key", "blocked")])


def consenting(book: Book, *, channel: str, at: datetime) -> Any:
    """Ids of contacts whose latest word for a channel is a consent; of two at once the refusal counts."""
    last = _last_words(book, channel=channel, at=at)
    return last.filter(_stands(last)).select("contact_id")


def refused_addresses(book: Book, *, channel: str, at: datetime) -> Any:
    """Addresses, each once as `blocked`, at which the latest word of all who have them is a refusal.

    Whoever opts out does so for the mailbox (15 USC 7702(14), 7704(a)(4)), also where another contact has it.
    """
    last = _last_words(book, channel=channel, at=at)
    address = _ADDRESS[channel]
    some = keyed_addresses(book, last.filter(last.no.notnull()), address)
    contacts = book.table("contacts")
    everyone = contacts.select("contact_id", blocked=address_key(contacts[address]))
    sharing = everyone.semi_join(some, "blocked").inner_join(last, "contact_id")
    told = sharing.group_by("blocked").aggregate(yes=sharing.yes.max(), no=sharing.no.max())
    return told.filter(~_stands(told)).select("blocked")


def keyed_addresses(book: Book, people: Any, address: str) -> Any:
    """The rows of `people`, by `contact_id`, with their `email` or `phone` as `blocked`; none without one."""
    contacts = book.table("contacts")
    keyed = contacts.select("contact_id", blocked=address_key(contacts[address]))
    return keyed.filter(keyed.blocked.notnull()).inner_join(people, "contact_id")


def _last_words(book: Book, *, channel: str, at: datetime) -> Any:
    """By contact, when each last consented (`yes`) and refused (`no`)."""
    moment = at.astimezone(UTC).replace(tzinfo=None)
    consents, events = book.table("consents"), book.table("events")
    said = consents.filter(consents.channel.lower() == channel)
    left = events.filter(
        (events.kind == "unsubscribe") & (events.channel.isnull() | (events.channel.lower() == channel))
    )
    never = ibis.null("timestamp")
    words = said.select(
        "contact_id",
        yes=ibis.ifelse(said.granted & (said["at"] <= moment), said["at"], never),
        no=ibis.ifelse(said.granted, never, said["at"]),
    ).union(left.select("contact_id", yes=never, no=left["at"]))
    return words.group_by("contact_id").aggregate(yes=words.yes.max(), no=words.no.max())


def _stands(last: Any) -> Any:
    """Whether a consent is the latest word."""
    return (last.yes.notnull() & (last.no.isnull() | (last.yes > last.no))).fill_null(False)


def address_key(address: Any) -> Any:
    """An e-mail address in lower case, or the last ten digits of a number, so that two spellings meet."""
    text = address.strip().lower()
    return ibis.ifelse(text.contains("@"), text, text.re_replace(r"[^0-9]", "").right(10).nullif(""))


def _addressable(
    book: Book, predicate: Predicate, offers: Offers, *, channel: str, states: Sequence[str], at: datetime
) -> Any:
    view = consumer_loans(book, offers, at=at)
    inside = view.filter(compile_predicate(predicate, view) & view.state.isin(list(states)))
    return _one_per_address(book, inside, channel=channel, at=at)


def _one_per_address(
    book: Book, inside: Any, *, channel: str, at: datetime, apart: tuple[str, ...] = ()
) -> Any:
    """The contactable borrowers of some loans, one per address, within each value of the columns `apart`."""
    one_loan = inside.group_by("contact_id", *apart).aggregate(home=inside.state.min())
    people = contactable(book, channel=channel, at=at).drop("state")
    joined = people.inner_join(one_loan, "contact_id")
    key = joined.email_key if _ADDRESS.get(channel, "email") == "email" else joined.phone_key
    named = joined.mutate(state=joined.home, one_address=ibis.coalesce(key, joined.contact_id))
    first = named.mutate(
        place=ibis.row_number().over(ibis.window(group_by=["one_address", *apart], order_by="contact_id"))
    )
    return first.filter(first.place == 0)
