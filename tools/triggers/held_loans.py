"""The loans that triggers look at, with what follows from each: age, balance, ratio, payment, today's offer.

Every step is a table of its own, so that an engine works each number out once. Numbers are rounded before
anything is compared with them, so that engines cannot disagree over a last bit (docs/triggers.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from campaign.lender import Lender
from tools.book.amortisation import level_balance, level_payment, months_between, months_since_july
from tools.book.engine import Book
from tools.book.origins import set_aside
from tools.book.rounding import to_places, whole_up
from tools.book.stages import settled
from tools.book.view import reported
from tools.triggers.best_offers import PricedRow, best_row, term_of_row
from tools.triggers.seasoning import begun, seasoned

POPULATION = ("funded", "elsewhere")
LONGEST_MONTHS = 600
_AS_IS = (
    "loan_id", "contact_id", "status", "occupancy", "rate_type", "note_rate", "fico", "first_payment_date",
    "arm_reset_date", "mi_monthly_usd", "prepayment_penalty", "original_amount", "property_value",
)  # fmt: skip


def held_loans(
    book: Book, rows: Sequence[PricedRow], lender: Lender, *, on: date, statuses: Sequence[str] = POPULATION
) -> Any:
    """One row per loan of those statuses with its contact, figures and the sheet row that fits it.

    Args:
        rows: the sheet's rows in force, best first. on: the day in the lender's zone.
    """
    return with_offer(measured_loans(book, lender, on=on, statuses=statuses), rows, lender)


def measured_loans(book: Book, lender: Lender, *, on: date, statuses: Sequence[str] = POPULATION) -> Any:
    """The same rows as far as they depend on no price."""
    known = _with_contacts(book, statuses)
    owed = settled(_owed(settled(_aged(book, known, on))))
    dated = owed.mutate(begun=begun(owed, on=on))
    return settled(
        dated.mutate(
            ltv=to_places(100 * dated.balance_usd / dated.property_value.nullif(0), 4),
            licensed=dated.state.isin(lender.licensed_states(on)).fill_null(False),
            seasoned=seasoned(dated, guard_days=lender.triggers.guard_days, on=on),
        )
    )


def with_offer(measured: Any, rows: Sequence[PricedRow], lender: Lender) -> Any:
    """Measured loans with the row of the sheet that is best for each, and what it would change."""
    first_loan = measured.first_lien & (measured.kind != "heloc")
    open_to_offer = measured.licensed & first_loan & measured.balance_usd.notnull()
    best = best_row(measured, rows, lender.triggers)
    chosen = settled(measured.mutate(offer_row=ibis.ifelse(open_to_offer, best, ibis.null("int64"))))
    return settled(_compared(settled(_priced(chosen, rows))))


def _with_contacts(book: Book, statuses: Sequence[str]) -> Any:
    loans, contacts = book.table("loans"), book.table("contacts")
    people = contacts.select(
        known_contact="contact_id", contact_kind="kind", contact_state="state", email="email", phone="phone"
    )
    wanted = loans.filter(loans.status.isin(statuses))
    return wanted.left_join(people, wanted.contact_id == people.known_contact)


def _aged(book: Book, rows: Any, on: date) -> Any:
    """Loans with the columns that are known, the day of funding at the latest, and their age in months."""
    known = reported(rows, set_aside(book))
    term = known["term_months"]
    year_end = ibis.date(rows.activity_year.cast("int32"), 12, 31)
    age = ibis.coalesce(months_between(known["funded_date"], on), months_since_july(rows.activity_year, on))
    return rows.select(
        *_AS_IS,
        product=known["product"],
        kind=ibis.coalesce(known["product"], ibis.literal("conventional")),
        term_months=ibis.ifelse(term.between(1, LONGEST_MONTHS), term, ibis.null("int64")),
        age_months=age,
        funded_date=known["funded_date"],
        funded_latest=ibis.coalesce(known["funded_date"], year_end),
        reported_balance=known["current_balance"],
        state=ibis.coalesce(rows.state, rows.contact_state),
        first_lien=ibis.coalesce(rows.lien, 1) == 1,
        known_contact=rows.known_contact,
        contact_kind=rows.contact_kind,
        email=rows.email,
        phone=rows.phone,
    )


def _owed(rows: Any) -> Any:
    """With the balance, as in the agents' view, and the months left, null where the age is unknown."""
    left = rows.term_months - rows.age_months
    level = ibis.ifelse(
        rows.kind != "heloc",
        level_balance(rows.original_amount, rows.note_rate, rows.term_months, rows.age_months),
        ibis.null("float64"),
    )
    balance = ibis.coalesce(to_places(rows.reported_balance, 2), level, to_places(rows.original_amount, 2))
    return rows.mutate(balance_usd=balance, months_left=ibis.ifelse(left < 0, 0, left))


def _priced(rows: Any, priced: Sequence[PricedRow]) -> Any:
    """With the chosen row's terms, and the payments now and then."""
    terms = rows.mutate(
        offer_rate=term_of_row(rows.offer_row, priced, lambda row: row.rate),
        offer_points=term_of_row(rows.offer_row, priced, lambda row: row.points),
        offer_fees=term_of_row(rows.offer_row, priced, lambda row: row.fees_usd),
        offer_term=term_of_row(rows.offer_row, priced, lambda row: row.term_months),
        offer_factor=term_of_row(rows.offer_row, priced, lambda row: row.factor),
    )
    chosen = settled(terms)
    costs = chosen.offer_fees + chosen.balance_usd * chosen.offer_points / 100
    return chosen.mutate(
        benefit_bps=to_places((chosen.note_rate - chosen.offer_rate) * 100, 4),
        payment_usd=level_payment(chosen.balance_usd, chosen.note_rate, chosen.months_left),
        offer_payment_usd=to_places(chosen.balance_usd * chosen.offer_factor, 2),
        costs_usd=to_places(ibis.ifelse(costs < 0, 0.0, costs), 2),
    )


def _compared(rows: Any) -> Any:
    """With what changes: dollars a month, months to earn costs back, interest over the life."""
    saving = to_places(rows.payment_usd - rows.offer_payment_usd, 2)
    more = rows.offer_payment_usd * rows.offer_term - rows.payment_usd * rows.months_left
    compared = settled(
        rows.mutate(monthly_saving_usd=saving, lifetime_interest_change_usd=to_places(more, 2))
    )
    months = to_places(compared.costs_usd / compared.monthly_saving_usd.nullif(0), 4)
    even = ibis.ifelse(compared.monthly_saving_usd > 0, whole_up(months), ibis.null("int64"))
    return compared.mutate(break_even_months=even)
