"""The agents' view of the book: one row per consumer loan, permitted columns only (law 4).

What is not in this view cannot be read by any agent: names, addresses, language, ZIP code, census tract and
county stay in the tables that delivery and the fair-lending check use. What is worked out here rests on
reported columns: where an import made up a product, a term, a funding day or a balance beside reported
columns, the calculation goes on as if that value were unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import ibis

from campaign.rates import PRODUCTS, Product, RateOffer
from tools.book.amortisation import level_balance, months_between, months_since_july
from tools.book.engine import Book
from tools.book.origins import SET_ASIDE, set_aside

SHORT_TERM_MONTHS = 180
LONG_TERM_MONTHS = 360
EVENT_WINDOW_DAYS = 365
Offers = Mapping[tuple[Product, int], RateOffer]


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of the view: unit, meaning, number or word, and whether a segment may cut on it."""

    unit: str
    meaning: str
    kind: Literal["number", "word"]
    may_cut: bool = True


AGENT_COLUMNS: dict[str, ViewColumn] = {
    "loan_id": ViewColumn("", "the loan; for counting only", "word", may_cut=False),
    "contact_id": ViewColumn("", "the borrower; for counting only", "word", may_cut=False),
    "status": ViewColumn(
        "", "where the loan stands; `elsewhere` is a prospect's loan held by another lender", "word"
    ),
    "product": ViewColumn("", "kind of loan", "word"),
    "purpose": ViewColumn("", "what the loan was taken for", "word"),
    "occupancy": ViewColumn("", "how the home is used", "word"),
    "lien": ViewColumn("rank", "1 first lien, 2 subordinate", "number"),
    "rate_type": ViewColumn("", "whether the rate may change", "word"),
    "note_rate": ViewColumn("percent", "rate of the loan, a year", "number"),
    "term_months": ViewColumn("months", "from first payment to maturity", "number"),
    "original_amount": ViewColumn("dollars", "amount lent", "number"),
    "current_balance": ViewColumn(
        "dollars",
        "owed: as reported, else amortised from amount, rate, term and age, else the amount lent",
        "number",
    ),
    "ltv": ViewColumn("percent", "current balance over latest known property value", "number"),
    "fico": ViewColumn("points", "credit score for the decision, 300 to 850", "number"),
    "months_since_funding": ViewColumn(
        "months",
        "whole months since the money was paid out, or since July of the year where only that was reported",
        "number",
    ),
    "state": ViewColumn("", "state of the property, else of the borrower", "word", may_cut=False),
    "offered_rate": ViewColumn(
        "percent",
        "what this lender offers today for that product and term, conventional and 30 years where unknown",
        "number",
    ),
    "rate_gap_bps": ViewColumn("basis points", "rate of the loan above today's offer", "number"),
    "sends": ViewColumn("messages", "sent to the borrower in the last 365 days", "number"),
    "opens": ViewColumn("messages", "opened by the borrower in the last 365 days", "number"),
    "clicks": ViewColumn("clicks", "by the borrower in the last 365 days", "number"),
    "applications": ViewColumn("applications", "by the borrower in the last 365 days", "number"),
    "source": ViewColumn("", "import the loan came with", "word", may_cut=False),
}
_COUNTED = {"sends": "sent", "opens": "open", "clicks": "click", "applications": "application"}
_AS_IS = ("loan_id", "contact_id", "status", "product", "purpose", "occupancy", "lien", "rate_type",
          "note_rate", "term_months", "original_amount", "fico")  # fmt: skip


def consumer_loans(book: Book, offers: Offers, *, at: datetime) -> Any:
    """The agents' view at one moment, as an Ibis table that nothing has read yet.

    Loans whose contact is a referral partner are left out; loans without a known contact stay in.

    Args:
        offers: best offer by product and term. at: aware; what happened later is not seen.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None)
    loans, contacts = book.table("loans"), book.table("contacts")
    people = contacts.select("contact_id", contact_kind="kind", contact_state="state")
    events = _events(book, moment)
    joined = (
        loans.left_join(people, "contact_id")
        .select(loans, people.contact_kind, people.contact_state)
        .left_join(events, "contact_id")
        .drop("contact_id_right")
    )
    rows = joined.filter(
        joined.contact_kind.isnull() | joined.contact_kind.notin(("agent", "builder", "planner"))
    )
    known = reported(rows, set_aside(book))
    age = ibis.coalesce(
        months_between(known["funded_date"], moment), months_since_july(rows.activity_year, moment)
    )
    balance = ibis.coalesce(known["current_balance"], _amortised(rows, known, age), rows.original_amount)
    offered = offered_rate(known["product"], known["term_months"], offers)
    view = rows.select(
        *_AS_IS,
        current_balance=balance,
        ltv=100 * balance / rows.property_value.nullif(0),
        months_since_funding=age,
        state=ibis.coalesce(rows.state, rows.contact_state),
        offered_rate=offered,
        rate_gap_bps=((rows.note_rate - offered) * 100).round(4),
        **{name: rows[name].fill_null(0) for name in _COUNTED},
        source=rows.imported_from,
    )
    return view.select(*AGENT_COLUMNS)


def offered_rate(product: Any, term_months: Any, offers: Offers) -> Any:
    """Today's rate for each loan's product and term, percent.

    A term up to 180 months takes the 180-month offer and any other the 360-month one; where the product has
    only one of the two, that one. An unknown product takes the conventional offer; null where none fits.
    """
    rates = {key: offer.rate for key, offer in offers.items()}
    short = term_months <= SHORT_TERM_MONTHS
    cases = []
    for name in PRODUCTS:
        near, far = rates.get((name, SHORT_TERM_MONTHS)), rates.get((name, LONG_TERM_MONTHS))
        wanted = product.isnull() | (product == name) if name == "conventional" else product == name
        cases.append((wanted & short, _percent(far if near is None else near)))
        cases.append((wanted, _percent(near if far is None else far)))
    return ibis.cases(*cases, else_=ibis.null("float64"))


def reported(rows: Any, made_up: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The columns that calculations use, empty where an import made them up beside reported ones."""
    return {
        name: ibis.ifelse(rows.imported_from.isin(made_up[name]), ibis.null(rows[name].type()), rows[name])
        if name in made_up
        else rows[name]
        for name in SET_ASIDE
    }


def _percent(rate: float | None) -> Any:
    return ibis.null("float64") if rate is None else ibis.literal(rate, type="float64")


def _events(book: Book, moment: datetime) -> Any:
    events = book.table("events")
    since = moment - timedelta(days=EVENT_WINDOW_DAYS)
    seen = events.filter((events.at > since) & (events.at <= moment))
    return seen.group_by("contact_id").aggregate(
        **{name: seen.count(where=seen.kind == kind) for name, kind in _COUNTED.items()}
    )


def _amortised(rows: Any, known: Mapping[str, Any], age: Any) -> Any:
    """Balance of a loan with level payments; a line of credit has none."""
    owed = level_balance(rows.original_amount, rows.note_rate, known["term_months"], age)
    return ibis.ifelse((known["product"] != "heloc").fill_null(True), owed, ibis.null("float64"))
